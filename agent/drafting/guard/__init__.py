"""The guard over every draft: named checks against the plan, and the removal of sentences that fail.

`agent.drafting.guard.foreign` judges drafts from elsewhere; it needs the agent, so it is no part of this door.
"""

from agent.drafting.guard.case import Grounds as Grounds
from agent.drafting.guard.check import CHECKS as CHECKS
from agent.drafting.guard.check import check_draft as check_draft
from agent.drafting.guard.grounds import own_grounds as own_grounds
from agent.drafting.guard.mend import Mended as Mended
from agent.drafting.guard.mend import mend_draft as mend_draft

__all__ = ["CHECKS", "Grounds", "Mended", "check_draft", "mend_draft", "own_grounds"]
