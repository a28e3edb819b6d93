"""质量: how good the suggestions were, every number a link to its matters; see `page.quality_page`."""

from agent.workbench.quality.page import quality_page as quality_page

__all__ = ["quality_page"]
