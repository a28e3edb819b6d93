"""What tests of a page's HTML share: hostile words, and a parser that sees every tag."""

from __future__ import annotations

from html.parser import HTMLParser

from agent.schema import Suggestion
from tests.suggestions import suggestion

_VOID = frozenset({"input", "br", "img"})
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "quotes": "他说'不管'，又说\"等着\"",
    "close": "</p></section><h1>假的",
    "entity": "&lt;b&gt; &amp;",
    "markdown": "# 标题 **粗体** [链接](http://x.example) ![](http://x.example/i.png)",
    "template": "${alert(1)} {{value}} {{{x}}} @children `${1}`",
    "formula": "=HYPERLINK(1) +1 -1 @SUM(1)",
    "bidi": "路灯\u202e亮不\x00\x1b[31m",
    "long-word": "a" * 5000,
    "surrogate": "坏\udc80字",
}


class Parsed(HTMLParser):
    """Tags that were opened, attributes' names, the text with attribute values, and whether every tag was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.stack: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opened tag."""
        self.tags.append(tag)
        if tag not in _VOID:
            self.stack.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.text += " ".join(value or "" for _, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        """Fail when it is not the last one opened."""
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def everywhere(text: str) -> Suggestion:
    """A suggestion that repeats the complaint's words wherever an agent could."""
    made = suggestion(text, text)
    assert made.complaint is not None
    assert made.dispatch is not None
    assert made.draft is not None
    address = made.complaint.address.model_copy(update={"place": text})
    issues = tuple(issue.model_copy(update={"text": text}) for issue in made.complaint.issues)
    reading = made.complaint.model_copy(update={"title": text, "occurred": text, "address": address, "issues": issues})
    dispatch = made.dispatch.model_copy(update={"reason": text})
    cases = tuple(case.model_copy(update={"title": text, "reply": text}) for case in made.similar_cases)
    checks = tuple(check.model_copy(update={"detail": text}) for check in made.draft.checks)
    return made.model_copy(
        update={
            "complaint": reading,
            "dispatch": dispatch,
            "similar_cases": cases,
            "questions": (text,),
            "draft": made.draft.model_copy(update={"checks": checks}),
        }
    )
