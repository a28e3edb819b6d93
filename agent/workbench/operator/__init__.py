"""受理台: one complaint in, a suggestion to accept, change or return; see `page.operator_page`."""

from agent.workbench.operator.page import operator_page as operator_page

__all__ = ["operator_page"]
