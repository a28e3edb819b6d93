"""The job: reading a complaint, choosing, checking, drafting."""

from agent.schema import Complaint as Complaint
from agent.schema import Suggestion as Suggestion
from agent.settings import Settings as Settings
from agent.triage import TriageAgent as TriageAgent

__all__ = ["Complaint", "Settings", "Suggestion", "TriageAgent"]
