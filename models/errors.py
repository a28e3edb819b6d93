"""The one error tree of AI小郑; a leaf is a reaction.

XiaozhengError
├── InputError            the caller's text, file or argument is unusable: exit code 2
│   └── TableError        a row of a table is wrong: names file, line and column
├── SettingsError         an environment variable or setting is wrong
├── KnowledgeError        what the knowledge base holds does not answer (unknown year, unknown id)
│   └── IndexMismatchError   a saved index does not fit model, dimension or content: rebuild it
└── ModelError            a model could not be loaded or gave an unusable answer
"""

from __future__ import annotations

import traceback


class XiaozhengError(Exception):
    """Root of every error raised on purpose.

    `code` is stable and machine-readable (it goes into `Suggestion.error.code`); the message is one
    sentence that says what is wrong and what to do.
    """

    code: str = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class InputError(XiaozhengError):
    """The caller gave something unusable; nothing was done with it."""

    code = "input"


class TableError(InputError):
    """One row of a knowledge table is wrong; the message names file, line and column."""

    code = "table"


class SettingsError(XiaozhengError):
    """A setting is missing, misspelt or out of range."""

    code = "settings"


class KnowledgeError(XiaozhengError):
    """The knowledge base has no answer, and guessing would be worse than none."""

    code = "knowledge"


class IndexMismatchError(KnowledgeError):
    """A saved index was built from other text or with another model; rebuild it."""

    code = "index_mismatch"


class ModelError(XiaozhengError):
    """A model could not be loaded or answered outside its contract."""

    code = "model"


def where_raised(error: BaseException) -> str:
    """File and line that raised an error, for a log that must not have its message: that may quote a complaint."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
