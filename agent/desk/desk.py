"""The desk: one agent and one ledger, and everything that people do with both.

Knows no page and no HTTP; who may do what is the caller's business. Safe to use from several threads. What a review
teaches is added to the agent's past cases by the knowledge base, one writer at a time.
"""

from __future__ import annotations

from agent.desk.asking import Asking
from agent.desk.measuring import Measuring
from agent.desk.operating import Operating


class Desk(Operating, Measuring, Asking):
    """An agent and a ledger together; see `agent.desk.shared.Shared` for what it is made of.

    Operators: `take`, `refine`, `choice_of`, `with_lead`, `with_category`, `effect`, `decide`, `outcome`.
    Reviewers: `queue`, `review`, `history`, `entries`, `relearn`, `erase`.
    Figures: `quality`, `quality_xlsx`, `list_xlsx`, `replay`, `compare`.
    Questions: `search`, `similar`, `cite_check`.
    """
