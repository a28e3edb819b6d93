"""The wordings of a reply, several for each slot, so that a hundred replies do not read as one form.

Sentences only; `_first` and `_final` decide which slots a reply has. Kept in Python, not in a rule file: the slots in
braces are fields of the code, and the tests try every wording against every check.
A wording must hold for every matter that reaches its slot: it says who acts, by when and what is still to be
filled in, never that something was done.
"""

from __future__ import annotations

Wordings = tuple[str, ...]
