"""A language model beside the template: its words count only when the guard finds nothing in them."""

from __future__ import annotations

import copy
from typing import TypeVar

import pytest
from pydantic import BaseModel, SecretStr

from agent import Settings, TriageAgent
from agent.language import LanguageHelp
from agent.schema import CategoryChoice, CategoryGuess
from agent.wording_model import Prompts
from models.errors import SettingsError
from models.llm import Answer, Cancel, LanguageModelError, Request

T = TypeVar("T", bound=BaseModel)
LAMP = "金水区文化路与农业路交叉口往北两百米，路灯已经坏了半个月，晚上漆黑一片，请尽快维修。我电话13812345678。"


class Scripted:
    """Answers every request with one text, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.asked: list[str] = []

    def complete(self, request: Request[T], *, cancel: Cancel | None = None) -> Answer[T]:
        """The scripted reply; an empty one stands for a server that cannot be reached."""
        self.asked.append(request.user)
        if not self.reply:
            raise LanguageModelError("the server cannot be reached; start it", code="unreachable")
        parsed = request.output.model_validate({"reply": self.reply})
        return Answer(parsed=parsed, raw=self.reply, prompt_tokens=1, answer_tokens=1, seconds=0.1, generations=1)


def with_model(agent: TriageAgent, model: Scripted) -> TriageAgent:
    """The agent with a model that words its drafts."""
    other = copy.copy(agent)
    other._language = LanguageHelp(model, Prompts.load())
    return other


def test_good_words_are_used(real_agent: TriageAgent) -> None:
    """Words that pass every check are the draft, and say who found them; the number of the caller was never sent."""
    template = real_agent.triage(LAMP).draft
    assert template is not None
    model = Scripted(template.text)
    draft = with_model(real_agent, model).triage(LAMP).draft
    assert draft is not None
    assert draft.generator.startswith("scripted")
    assert all(check.ok for check in draft.checks)
    assert "13812345678" not in model.asked[0]


def test_nobody_waits_for_a_model_unless_asked_to(real_agent: TriageAgent) -> None:
    """`language=False` asks no model, words by template and says so in the provenance."""
    model = Scripted("您好。")
    made = with_model(real_agent, model).triage(LAMP, language=False)
    assert model.asked == []
    assert made.draft is not None
    assert made.draft.generator == "template"
    assert made.provenance is not None
    assert made.provenance.llm == ""


@pytest.mark.parametrize("reply", ["经现场核查，路灯已经修复，感谢您的监督。", ""], ids=["invented", "unreachable"])
def test_template_serves_when_the_model_does_not(real_agent: TriageAgent, reply: str) -> None:
    """An invented act, or no answer at all, costs nothing: the template's draft stands, and the reason is told."""
    draft = with_model(real_agent, Scripted(reply)).triage(LAMP).draft
    assert draft is not None
    assert draft.generator == "template"
    assert "已经修复" not in draft.text
    assert draft.checks[-1].name == "model"
    assert "未用模型措辞" in draft.checks[-1].detail


def test_settings_open_a_server_and_keep_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Address and model come from the environment; the key is in no representation; both kinds at once are refused."""
    environ = {
        "XIAOZHENG_LLM__BASE_URL": "http://127.0.0.1:9/v1",
        "XIAOZHENG_LLM__MODEL": "small",
        "XIAOZHENG_LLM__API_KEY": "sk-secret",
    }
    settings = Settings.load(environ)
    model = LanguageHelp.from_settings(settings)
    assert model is not None
    assert "small" in model.name
    assert isinstance(settings.llm__api_key, SecretStr)
    assert "sk-secret" not in f"{settings!r}{model!r}{model.name}"
    assert LanguageHelp.from_settings(Settings.load({})) is None
    with pytest.raises(SettingsError, match="keep one"):
        Settings.load({**environ, "XIAOZHENG_LLM__PATH": "/tmp/x.gguf"})
    with pytest.raises(SettingsError, match="XIAOZHENG_LLM__MODEL is missing"):
        Settings.load({"XIAOZHENG_LLM__BASE_URL": "http://127.0.0.1:9/v1"})


class Picks:
    """Chooses one id whatever it is asked."""

    name = "picks"

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    def complete(self, request: Request[T], *, cancel: Cancel | None = None) -> Answer[T]:
        """The id, if the request's closed list has it."""
        try:
            parsed = request.output.model_validate({"id": self.wanted})
        except ValueError as error:
            raise LanguageModelError("not one of the ids", code="invalid") from error
        return Answer(parsed=parsed, raw="", prompt_tokens=1, answer_tokens=1, seconds=0.1, generations=1)


@pytest.mark.parametrize(
    ("confidence", "wanted", "first"),
    [(0.3, "010203", "010203"), (0.3, "999999", "010101"), (0.9, "010203", "010101")],
    ids=["doubtful", "invented-id", "sure"],
)
def test_second_opinion_chooses_among_the_given(confidence: float, wanted: str, first: str) -> None:
    """A doubtful category may give way to a runner-up, with that one's own confidence, and to nothing else."""
    other = CategoryChoice(code="010203", level1="a", level2="b", level3="d", confidence=0.2)
    guess = CategoryGuess(
        code="010101", level1="a", level2="b", level3="c", confidence=confidence, alternatives=(other,)
    )
    helped = LanguageHelp(Picks(wanted), Prompts.load(), arbitrates=True).category(guess, "路灯坏了半个月")
    assert helped.code == first
    assert {helped.code, *(a.code for a in helped.alternatives)} == {"010101", "010203"}
    assert helped.confidence == (0.2 if first == "010203" else confidence)
