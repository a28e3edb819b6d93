"""复核台: the matters most worth a second look, one after another; see `page.review_page`."""

from agent.workbench.review.page import review_page as review_page

__all__ = ["review_page"]
