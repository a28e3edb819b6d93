"""How the workbench looks: style sheets and scripts of the package, and Gradio's theme made to follow them.

Every colour is a variable of `assets/shell.css`, light and dark; no font and no image is fetched.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

_SHEETS = ("shell.css", "operator.css", "review.css", "quality.css", "batch.css", "knowledge.css")
_FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")
# Theme values that follow the page's colours, in light and dark alike.
_THEME = {
    "body_background_fill": "var(--xz-back)",
    "body_text_color": "var(--xz-ink)",
    "body_text_color_subdued": "var(--xz-dim)",
    "background_fill_primary": "var(--xz-paper)",
    "background_fill_secondary": "var(--xz-back)",
    "border_color_primary": "var(--xz-line)",
    "block_background_fill": "var(--xz-paper)",
    "block_border_color": "var(--xz-line)",
    "block_title_text_color": "var(--xz-dim)",
    "block_label_text_color": "var(--xz-dim)",
    "input_background_fill": "var(--xz-paper)",
    "input_border_color": "var(--xz-line)",
    "input_border_color_focus": "var(--xz-accent)",
    "input_border_width": "1px",
    "button_primary_background_fill": "var(--xz-accent)",
    "button_primary_background_fill_hover": "var(--xz-accent)",
    "button_primary_border_color": "var(--xz-accent)",
    "button_primary_border_color_hover": "var(--xz-accent)",
    "button_primary_text_color": "var(--xz-paper)",
    "button_secondary_background_fill": "var(--xz-paper)",
    "button_secondary_background_fill_hover": "var(--xz-back)",
    "button_secondary_border_color": "var(--xz-line)",
    "button_secondary_text_color": "var(--xz-ink)",
}


def asset(name: str) -> str:
    """Text of one file of `assets`."""
    return files("agent.workbench").joinpath("assets", name).read_text(encoding="utf-8")


def page_css() -> str:
    """Every style sheet of the workbench, the shell's first."""
    return "\n".join(asset(name) for name in _SHEETS)


def page_theme() -> gr.themes.Base:
    """Gradio's own widgets in the colours of the page."""
    import gradio as gr

    theme = gr.themes.Base(neutral_hue="gray", radius_size="sm", spacing_size="sm", font=_FONTS, font_mono=_FONTS)
    return theme.set(**_THEME, **{f"{name}_dark": value for name, value in _THEME.items()})
