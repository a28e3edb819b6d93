"""Markup taken out of a raw text: tags, comments, script blocks, entities and Excel's `_xHHHH_`.

Not an HTML parser: it never builds a tree and never loses a citizen's words to a tag that was not
closed. One pass from left to right; what an entity decodes to is not read again, so `&lt;script&gt;`
stays text. Every look-ahead ends at the next `<` or is remembered as hopeless: linear time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.intake._words import words

_SPECIAL = re.compile(r"[<&_]")
_OPENING = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})(?=[\s/>])")
_DELIMITER = re.compile(r"[>\"']")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BARE_ENTITY = re.compile(r"&(?:#\d{2,7}|nbsp|amp|lt|gt|quot)(?![A-Za-z0-9=;])")  # `?a=1&lt=2` is a URL
_EXCEL = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376 part 1, 22.4.2.4 (ST_Xstring)
_DECLARATION = re.compile(r"<(?:![A-Za-z\[]|\?[A-Za-z]|!--)")

_LINE = words(
    """
    address article blockquote br dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre section
    table tr ul
    """
)
_GAP = frozenset(["td", "th", "option"])
_INLINE = words(
    """
    a abbr applet area audio b base big body button canvas center code col colgroup del em embed fieldset
    figure font frame frameset head html i iframe img input ins kbd label legend link main map marquee math
    meta nav noscript object param q s samp select small source span strike strong style script sub sup svg
    tbody template textarea tfoot thead title tt u var video wbr xml
    """
)
_KNOWN = _LINE | _GAP | _INLINE
_CLOSING = {name: re.compile(rf"</{name}[\s/]{{0,9}}>", re.IGNORECASE) for name in ("script", "style")}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of decoded text and the raw range it stands for; `literal`: character by character."""

    text: str
    start: int
    end: int
    literal: bool = False


def decode(raw: str) -> Iterator[Chunk]:
    """Yield the text of `raw` in order, without markup; ranges of what is dropped are simply left out."""
    position = 0
    hopeless: set[str] = set()  # closers that do not occur in the rest: looked for once only
    while special := _SPECIAL.search(raw, position):
        start = special.start()
        if start > position:
            yield Chunk(raw[position:start], position, start, literal=True)
        chunk = _read(raw, start, hopeless)
        yield chunk
        position = chunk.end
    if position < len(raw):
        yield Chunk(raw[position:], position, len(raw), literal=True)


def _read(raw: str, start: int, hopeless: set[str]) -> Chunk:
    chunk: Chunk | None
    if raw[start] == "<":
        chunk = _read_tag(raw, start, hopeless) or _read_declaration(raw, start, hopeless)
    elif raw[start] == "&":
        chunk = _read_entity(raw, start)
    else:
        found = _EXCEL.match(raw, start)
        chunk = Chunk(chr(int(found[1], 16)), start, found.end()) if found else None
    return chunk or Chunk(raw[start], start, start + 1, literal=True)


def _read_entity(raw: str, start: int) -> Chunk | None:
    found = _ENTITY.match(raw, start) or _BARE_ENTITY.match(raw, start)
    if found is None:
        return None
    whole = found[0] if found[0].endswith(";") else found[0] + ";"
    text = html.unescape(whole)
    return None if text == whole else Chunk(text.replace("\ufffd", ""), start, found.end())


def _read_tag(raw: str, start: int, hopeless: set[str]) -> Chunk | None:
    opening = _OPENING.match(raw, start)
    if opening is None:
        return None
    end = _tag_end(raw, opening.end())
    if end is None:
        return None
    name = opening[2].lower()
    if name not in _KNOWN and not ({"-", ":"} & set(name) or "=" in raw[opening.end() : end]):
        return None  # <KTV> in a complaint is emphasis, not markup
    if name in _CLOSING and not opening[1] and name not in hopeless:
        if closing := _CLOSING[name].search(raw, end):
            end = closing.end()
        else:
            hopeless.add(name)
    text = "\n" if name in _LINE else " " if name in _GAP else ""
    return Chunk(text, start, end)


def _tag_end(raw: str, position: int) -> int | None:
    """Position after the `>` that closes a tag, looking no further than the next `<`."""
    limit = raw.find("<", position)
    limit = len(raw) if limit < 0 else limit
    first = raw.find(">", position, limit)
    if first < 0:
        return None
    while found := _DELIMITER.search(raw, position, limit):
        if found[0] == ">":
            return found.end()
        quote = raw.find(found[0], found.end(), limit)
        if quote < 0:
            break  # a quote that never closes: the first > counts
        position = quote + 1
    return first + 1


def _read_declaration(raw: str, start: int, hopeless: set[str]) -> Chunk | None:
    if not _DECLARATION.match(raw, start):
        return None
    closer = "-->" if raw.startswith("<!--", start) else ">"
    if closer in hopeless:
        return None
    end = raw.find(closer, start + 2)
    if end < 0:
        hopeless.add(closer)
        return None
    return Chunk("", start, end + len(closer))
