"""批量研判: a file of complaints in, a preview, a job that runs, a file of suggestions out.

`app.py` makes a `BatchWork`, puts `batch_page(work)` among the pages and includes `batch_routes(shell, work)` in the
application before the pages are mounted: files travel by those routes, in pieces and with the right checked first.
"""

from agent.workbench.batch.page import batch_page as batch_page
from agent.workbench.batch.routes import batch_routes as batch_routes
from agent.workbench.batch.work import BatchWork as BatchWork

__all__ = ["BatchWork", "batch_page", "batch_routes"]
