"""Every citation of law in a text, and what a check of each found: numbers, dates, paragraphs and quotations."""

from knowledge.citing._extent import lost_articles as lost_articles
from knowledge.citing.check import CheckedCitation as CheckedCitation
from knowledge.citing.check import CitationChecker as CitationChecker
from knowledge.citing.check import check_text as check_text

__all__ = ["CheckedCitation", "CitationChecker", "check_text", "lost_articles"]
