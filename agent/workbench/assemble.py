"""Every page of the workbench over one desk, put onto one application. Wiring only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from agent.batch.jobs import JobLimits, Jobs
from agent.classify.model import SHIPPED
from agent.desk import Desk
from agent.ledger.records import Actor
from agent.workbench.batch import BatchWork, batch_page, batch_routes
from agent.workbench.forbidden import ForbiddenLayer
from agent.workbench.knowledge import KnowledgeWork, holdings, knowledge_page, knowledge_routes
from agent.workbench.operator import operator_page
from agent.workbench.quality import quality_page
from agent.workbench.review import review_page
from agent.workbench.shell import Shell, build_pages, gate_actor, mount_pages
from agent.workbench.uploads import Uploads
from knowledge.importing import STATUTES, StatuteStore, import_folder

if TYPE_CHECKING:
    from fastapi import FastAPI

    from agent.ledger import Ledger
    from agent.settings import Settings
    from agent.triage import TriageAgent


@dataclass(frozen=True, slots=True)
class Office:
    """What server and pages work with.

    Attributes:
        note: Writes an audit event: actor, action, detail.
    """

    agent: TriageAgent
    desk: Desk
    jobs: Jobs
    settings: Settings
    note: Callable[[Actor, str, str], None]

    @classmethod
    @contextmanager
    def open(cls, agent: TriageAgent, ledger: Ledger, settings: Settings) -> Iterator[Office]:
        """Join them; on leaving, a running backlog stops at a row and goes on after the next start."""

        def note(actor: Actor, action: str, detail: str) -> None:
            ledger.note(actor, action, detail=detail)

        limits = JobLimits(file_bytes=settings.upload_mb * 2**20)
        jobs = Jobs(settings.data_dir / "jobs", agent, limits=limits, note=note)
        try:
            yield cls(agent, Desk(agent, ledger, settings), jobs, settings, note)
        finally:
            jobs.close()


def mount_workbench(app: FastAPI, office: Office, *, demo: bool) -> None:
    """Lay all pages out and serve them from `/`, behind the gate of `app`.

    Args:
        app: From `agent.web.build_web`; its own routes come first.
        office: What the pages work with.
        demo: Whether it runs without accounts; said on every page.
    """
    agent, settings = office.agent, office.settings
    tables, limit = agent.base.tables, settings.upload_mb * 2**20
    uploads = settings.data_dir / "uploads"
    names = {department.id: department.name for department in tables.departments}
    batch = BatchWork(office.jobs, Uploads(uploads / "batch", max_bytes=limit), names, max_chars=settings.max_chars)
    knowledge = KnowledgeWork(
        office.desk,
        tables,
        partial(holdings, agent.base, settings.classifier or SHIPPED),
        lambda folder: import_folder(folder, StatuteStore(settings.data_dir / STATUTES)),
        Uploads(uploads / "knowledge", max_bytes=limit),
        office.note,
    )
    pages = (
        operator_page(office.desk, tables, refines=agent.has_language),
        review_page(office.desk, tables),
        batch_page(batch),
        knowledge_page(knowledge),
        quality_page(office.desk, tables),
    )
    shell = Shell(gate_actor, demo=demo, pages=pages)
    app.include_router(batch_routes(shell, batch))
    app.include_router(knowledge_routes(shell, knowledge))
    app.add_middleware(ForbiddenLayer, pages=pages)
    mount_pages(app, build_pages(shell), max_file_size=f"{settings.upload_mb}mb")
