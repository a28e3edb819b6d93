"""Questions to the knowledge behind the desk; nothing is recorded."""

from __future__ import annotations

import datetime as dt

from agent.desk.shared import Shared
from agent.ledger.columns import storable
from agent.memory import similar_cases
from agent.schema import RegulationHit, SimilarCase
from knowledge.citing import CheckedCitation
from models.errors import InputError

_QUESTION_CHARS = 500
_MOST = 100  # hits


class Asking(Shared):
    """Search in statutes and past cases, and the check of citations."""

    def search(self, question: str, day: dt.date | None = None, k: int = 8) -> tuple[RegulationHit, ...]:
        """Articles in force on a day that answer a plain-language question, best first.

        Raises:
            InputError: nothing was asked, or `k` is out of range.
        """
        return self.agent.search(_question(question), day or self.clock().date(), _many(k))

    def similar(self, question: str, k: int = 5) -> tuple[SimilarCase, ...]:
        """Past cases like a text, best first.

        Raises:
            InputError: nothing was asked, or `k` is out of range.
        """
        base = self.agent.base
        return similar_cases(base.search_cases(base.query(_question(question)), _many(k)))

    def cite_check(self, text: str, day: dt.date | None = None) -> tuple[CheckedCitation, ...]:
        """Every citation of law in a text, checked as of a day.

        Raises:
            InputError: the text is longer than a complaint may be.
        """
        if len(text) > self.settings.max_chars:
            raise InputError(f"文本超过{self.settings.max_chars}字；请分段检查。", code="too_long")
        return self.agent.base.citations.check(text, day or self.clock().date())


def _question(text: str) -> str:
    asked = storable(text).strip()[:_QUESTION_CHARS]
    if not asked:
        raise InputError("请先写下要查的内容。", code="empty")
    return asked


def _many(k: int) -> int:
    if not 1 <= k <= _MOST:
        raise InputError(f"条数须在1到{_MOST}之间。", code="k")
    return k
