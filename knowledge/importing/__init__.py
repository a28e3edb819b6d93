"""Statutes from files: read Markdown, Word, PDF and text, keep them with their dates in one SQLite file.

Says nothing about which version governs when: `knowledge.regulations` chains versions and repeals.
"""

from knowledge.importing.folder import ImportReport as ImportReport
from knowledge.importing.folder import Remark as Remark
from knowledge.importing.folder import import_folder as import_folder
from knowledge.importing.statute import Statute as Statute
from knowledge.importing.statute import read_statute as read_statute
from knowledge.importing.store import STATUTES as STATUTES
from knowledge.importing.store import Added as Added
from knowledge.importing.store import StatuteStore as StatuteStore

__all__ = ["STATUTES", "Added", "ImportReport", "Remark", "Statute", "StatuteStore", "import_folder", "read_statute"]
