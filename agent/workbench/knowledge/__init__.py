"""知识库: search statutes and past cases, check citations, import statutes, see what is held.

`app.py` makes a `KnowledgeWork`, puts `knowledge_page(work)` among the pages and includes
`knowledge_routes(shell, work)` in the application before the pages are mounted.
"""

from agent.workbench.knowledge.holdings import Holdings as Holdings
from agent.workbench.knowledge.holdings import holdings as holdings
from agent.workbench.knowledge.page import knowledge_page as knowledge_page
from agent.workbench.knowledge.routes import knowledge_routes as knowledge_routes
from agent.workbench.knowledge.work import KnowledgeWork as KnowledgeWork

__all__ = ["Holdings", "KnowledgeWork", "holdings", "knowledge_page", "knowledge_routes"]
