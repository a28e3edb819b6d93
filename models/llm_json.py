"""Asks for JSON in a prompt and reads one object out of what a model wrote.

Models wrap their answer in fences, prose or thoughts, so the first balanced object is taken, wherever it
stands; nothing is evaluated, completed or guessed. Reading is linear in the length of the text.
"""

from __future__ import annotations

import json
import re

from pydantic import ValidationError

from models.llm import T

LONGEST = 200_000  # characters; far above any `max_tokens` in use, far below what would hurt

# An object opens with a key or is empty: the braces of prose ({区名}) and of code do not.
_OPENS = re.compile(r'\{\s*["}]')
# Strings, closed or not, and braces. Possessive, and a match at every quote: no backtracking over long strings.
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[{}]', re.DOTALL)
_SHOWN_PROBLEMS = 3
_LONGEST_PROBLEM = 200  # characters; a closed list of hundreds of names stands in the schema already


class UnfitError(ValueError):
    """A text holds no object that fits; the message says why, in words that the model can act on."""


def schema_text(output: type[T]) -> str:
    """The JSON schema of a class, compact."""
    return json.dumps(output.model_json_schema(), ensure_ascii=False, separators=(",", ":"))


def read_object(text: str, output: type[T]) -> T:
    """The first JSON object of a text, validated.

    Raises:
        UnfitError: there is none, or it does not fit the class.
    """
    found = extract_object(text)
    try:
        return output.model_validate_json(found)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        listed = [
            f"{'.'.join(map(str, p['loc'])) or 'object'}: {p['msg'][:_LONGEST_PROBLEM]}"
            for p in problems[:_SHOWN_PROBLEMS]
        ]
        raise UnfitError("; ".join(listed)) from None  # the chained error would print the model's words


def extract_object(text: str) -> str:
    """The first balanced JSON object outside of thoughts, as plain ASCII JSON.

    Raises:
        UnfitError: there is none, it is not closed, or the text is longer than `LONGEST` characters.
    """
    if len(text) > LONGEST:
        raise UnfitError(f"the answer is longer than {LONGEST} characters")
    said = text.rpartition("</think>")[2]
    if said.lstrip().startswith("<think>"):
        raise UnfitError("the thoughts are not finished")
    at, problem = 0, "there is no JSON object"
    while (opening := _OPENS.search(said, at)) is not None:
        at = _end(said, opening.start())
        try:
            # Raw line breaks inside strings are common and harmless; NaN and infinity are no JSON.
            value = json.loads(said[opening.start() : at], strict=False, parse_constant=_no_number)
            return json.dumps(value, allow_nan=False)
        except (ValueError, RecursionError) as error:
            problem = f"not JSON: {error}"
    raise UnfitError(problem)


def _end(text: str, start: int) -> int:
    """Where the object that opens at `start` is closed; one past its brace."""
    depth = 0
    for mark in _MARKS.finditer(text, start):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if not depth:
                return mark.end()
    raise UnfitError("the JSON object is not closed")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not allowed")
