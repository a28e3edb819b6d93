"""The ledger: what came in, what was proposed, who decided what, and a record that shows when it was altered."""

from agent.ledger.errors import ConflictError as ConflictError
from agent.ledger.errors import LedgerError as LedgerError
from agent.ledger.errors import NotFoundError as NotFoundError
from agent.ledger.ledger import Ledger as Ledger

__all__ = ["ConflictError", "Ledger", "LedgerError", "NotFoundError"]
