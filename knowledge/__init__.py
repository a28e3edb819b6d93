"""The city and its law: tables, places, workdays, regulations, past cases and the index over them.

The usual door is `KnowledgeBase.open`; vocabulary words are imported from `knowledge.vocabulary`.
"""

from knowledge.base import KnowledgeBase as KnowledgeBase
from knowledge.cases import CaseHit as CaseHit
from knowledge.cases import category_code as category_code
from knowledge.cases import read_cases as read_cases
from knowledge.citing import CheckedCitation as CheckedCitation
from knowledge.citing import CitationChecker as CitationChecker
from knowledge.index import Hit as Hit
from knowledge.index import Query as Query
from knowledge.index import Shelf as Shelf
from knowledge.law_search import ArticleHit as ArticleHit
from knowledge.places import Gazetteer as Gazetteer
from knowledge.regulations import Regulations as Regulations
from knowledge.tables import Tables as Tables
from knowledge.tables import load_tables as load_tables
from knowledge.units import resolve_unit as resolve_unit
from knowledge.validity import InForce as InForce
from knowledge.workdays import WorkCalendar as WorkCalendar

__all__ = [
    "ArticleHit",
    "CaseHit",
    "CheckedCitation",
    "CitationChecker",
    "Gazetteer",
    "Hit",
    "InForce",
    "KnowledgeBase",
    "Query",
    "Regulations",
    "Shelf",
    "Tables",
    "WorkCalendar",
    "category_code",
    "load_tables",
    "read_cases",
    "resolve_unit",
]
