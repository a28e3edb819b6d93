"""Text of others on its way into a prompt: masked, and unable to leave its delimiters.

A delimiter is an ASCII angle bracket, and no data keeps one: not the ASCII bracket, not a look-alike. That also takes
the control tokens of chat formats (`<|im_start|>`, `[INST]`) apart, which a tokenizer would obey.
"""

from __future__ import annotations

import unicodedata

from agent.intake import mask

_OPENING, _CLOSING = "<＜﹤‹〈«⟨⦉❮❰", ">＞﹥›〉»⟩⦊❯❱"
_SIGNS = str.maketrans(
    dict.fromkeys(_OPENING, "〔")
    | dict.fromkeys(_CLOSING, "〕")
    | {"[": "［", "]": "］", "\t": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}
)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # control, format, half, private and unknown characters


def safe(text: str) -> str:
    """The text as data: no personal data that the mask knows, no delimiter, nothing that cannot be seen.

    Hidden characters go before the mask looks, because one inside a number would hide the number.
    """
    return mask(fenced(text)).text


def fenced(text: str) -> str:
    """The same for words of our own tables, whose public names and numbers stay."""
    return seen(text).translate(_SIGNS)


def seen(text: str) -> str:
    """The text without characters that nobody sees; line breaks stay."""
    flat = text.replace("\r\n", "\n")
    return "".join(c for c in flat if c in "\n\r\t\u2028\u2029" or unicodedata.category(c) not in _HIDDEN)


def block(name: str, data: str) -> str:
    """One piece of data between its delimiters; `data` has been through `safe` or `fenced`."""
    return f"<{name}>\n{data}\n</{name}>"
