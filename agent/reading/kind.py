"""Cues for the kind of a message: 投诉 咨询 求助 建议 举报 表扬.

Every cue is a named pattern in `agent/rules/kind.toml`, so that a reviewer can read why. What a cue weighs for
each kind is learned from labelled messages and lies in the classifier's artifact (`agent.classify.model`).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from models.errors import KnowledgeError
from models.record import Record

Zone = Literal["title", "body", "opening", "ending", "all"]

_MAX_CHARS = 4000
_EDGE = 60  # characters that count as opening or ending; asks stand last, self-introductions first
_HEADLINE = 40  # without a title the first clause plays its part
_RITUAL_TAIL = re.compile(
    r"[，。！!,；;～~\s]+(?:非常|万分|十分|衷心|深表|深切|先|再次|特此|在此)?"
    r"(?:谢谢|感谢|多谢|谢|不胜感激|感激)(?:不尽|之至|了|您|你|们|各位|领导|书记|市长|大家|关注|支持|理解|的)*"
    r"[。！!～~.…\s]*$"
)
_GREETING_HEAD = re.compile(r"^[^，。！？,!?：:]{0,16}(?:你们?好|您们?好|领导|书记|市长|局长)[，。！!：:,\s]*")


class Cue(Record):
    """One pattern and where it is looked for."""

    name: str = Field(pattern=r"^[a-z_]+$")
    zone: Zone
    pattern: str = Field(min_length=1)
    absent: bool = Field(default=False, description="the cue fires when the pattern is NOT found")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            message = f"pattern {value!r} is no regular expression: {error}"
            raise ValueError(message) from error
        return value

    def fires(self, zone: str) -> bool:
        """Whether the cue holds in the text of its zone."""
        return (_compiled(self.pattern).search(zone) is not None) != self.absent


class KindRules(Record):
    """The whole of `kind.toml`."""

    cue: tuple[Cue, ...] = Field(min_length=1)


def fired_cues(title: str, text: str) -> tuple[str, ...]:
    """Names of the cues that hold for one message, in file order.

    Args:
        title: The channel's title; '' when there is none, then the first clause stands in.
        text: Cleaned, masked text. Only its first 4,000 characters are read.

    Raises:
        KnowledgeError: `agent/rules/kind.toml` is broken.
    """
    zones = _zones(title.strip(), text[:_MAX_CHARS].strip())
    return tuple(cue.name for cue in load_kind_rules().cue if cue.fires(zones[cue.zone]))


@lru_cache(maxsize=1)
def load_kind_rules() -> KindRules:
    """Read and check `agent/rules/kind.toml` once.

    Raises:
        KnowledgeError: The file does not fit the schema.
    """
    raw = resources.files("agent").joinpath("rules", "kind.toml").read_text(encoding="utf-8")
    return parse_kind_rules(raw)


def parse_kind_rules(raw: str) -> KindRules:
    """Check the text of a rule file.

    Raises:
        KnowledgeError: It is no TOML or does not fit the schema.
    """
    try:
        return KindRules.model_validate(tomllib.loads(raw))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        message = f"agent/rules/kind.toml is unusable, correct it or reinstall: {error}"
        raise KnowledgeError(message) from error


def _zones(title: str, text: str) -> dict[Zone, str]:
    """Cut the message into the stretches that cues look at; ritual thanks at the end count nowhere."""
    body = _RITUAL_TAIL.sub("", text[-_EDGE * 2 :])
    body = text[: -_EDGE * 2] + body if len(text) > _EDGE * 2 else body
    headline = title or _first_clause(body)
    return {
        "title": headline,
        "body": body,
        "opening": body[:_EDGE],
        "ending": body[-_EDGE:],
        "all": f"{title}。{body}",
    }


def _first_clause(body: str) -> str:
    head = _GREETING_HEAD.sub("", body[: _HEADLINE * 2])
    return re.split(r"(?<=[。！？!?；;])", head, maxsplit=1)[0][:_HEADLINE]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
