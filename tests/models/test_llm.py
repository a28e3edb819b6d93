"""Language models without a model: requests, limits, reading JSON, and the loop around any backend."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from models.errors import ModelError, SettingsError
from models.llm import LanguageModel, LanguageModelError, Limits, Request, T, open_local, open_server
from models.llm_calls import Generated, JsonModel, TransientError, Turn, Watch, estimate_tokens
from models.llm_json import LONGEST, UnfitError, extract_object, read_object

ROOT = Path(__file__).parents[2]
GOOD = '{"street": "嵩山路", "dark": 3}'


class Lamps(BaseModel):
    """What the tests ask for."""

    model_config = ConfigDict(extra="forbid")
    street: str = Field(description="官方路名")
    dark: int = Field(ge=0)


class Scripted:
    """A backend that gives prepared texts and faults, and notes what it was asked."""

    name = "scripted"

    def __init__(self, *script: str | Exception, cut: bool = False) -> None:
        self._script = list(script)
        self._cut = cut
        self.asked: list[list[Turn]] = []

    def count(self, turns: Sequence[Turn], watch: Watch) -> int:
        """One rule for all backends: the cautious one."""
        return sum(estimate_tokens(turn.text) for turn in turns)

    def generate(self, turns: Sequence[Turn], request: Request[T], watch: Watch) -> Generated:
        """The next of the script."""
        self.asked.append(list(turns))
        said = self._script.pop(0)
        if isinstance(said, Exception):
            raise said
        return Generated(said, prompt_tokens=100, answer_tokens=10, cut=self._cut)


class CalledOff:
    """Is set from its n-th look on."""

    def __init__(self, looks: int) -> None:
        self._looks = looks

    def is_set(self) -> bool:
        """Counts the looks."""
        self._looks -= 1
        return self._looks < 0


def passing(after: float = 0) -> TransientError:
    return TransientError(LanguageModelError("the server sleeps; wake it", code="unreachable"), after)


def asked(**changes: object) -> Request[Lamps]:
    whole = {"system": "你是热线坐席。", "user": "嵩山路三盏路灯不亮。", "output": Lamps, "max_tokens": 50, **changes}
    return Request[Lamps].model_validate(whole)


def quick(**changes: object) -> Limits:
    return Limits.model_validate({"seconds": 20, "backoff": 0.001, **changes})


EXTRACTED = {
    "bare": ('{"a": 1}', '{"a": 1}'),
    "fenced": ('```json\n{"a": 1}\n```', '{"a": 1}'),
    "prose": ('好的，结果是 {"a": 1}，请查收。', '{"a": 1}'),
    "first": ('{"a": 1} {"a": 2}', '{"a": 1}'),
    "nested": ('x {"a": {"b": [{}, {"c": "}"}]}} y', '{"a": {"b": [{}, {"c": "}"}]}}'),
    "escaped-quote": (r'{"a": "说\"}\"了"}', '{"a": "\\u8bf4\\"}\\"\\u4e86"}'),
    "template-braces": ('在{区名}填写：{"a": 1}', '{"a": 1}'),
    "broken-then-good": ('{"a": 1,} 更正：{"a": 2}', '{"a": 2}'),
    "spaced-opening": ('{\n  "a": 1}', '{"a": 1}'),
    "line-break-in-string": ('{"a": "一\n二"}', '{"a": "\\u4e00\\n\\u4e8c"}'),
    "thoughts": ('<think>{"a": 0}？</think>{"a": 1}', '{"a": 1}'),
    "thoughts-opened-by-template": ('也许 {"a": 0}</think>\n{"a": 1}', '{"a": 1}'),
}

UNFIT = {
    "empty": ("", "no JSON object"),
    "prose": ("抱歉，我不能回答。", "no JSON object"),
    "array": ("[1, 2]", "no JSON object"),
    "cut-off": ('{"a": {"b": 1}', "not closed"),
    "cut-off-in-string": ('{"a": "没有说完', "not closed"),
    "cut-off-after-backslash": ('{"a": "\\', "not closed"),
    "trailing-comma": ('{"a": 1,}', "not JSON"),
    "single-quotes": ("{\"a\": 'b'}", "not JSON"),
    "nan": ('{"a": NaN}', "NaN is not allowed"),
    "too-large-a-number": ('{"a": 1e999}', "not JSON"),
    "code": ('{"a": __import__("os")}', "not JSON"),
    "too-deep": ('{"a": ' * 20_000 + "1" + "}" * 20_000, "not JSON"),
    "deep-array": ('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", "not JSON"),
    "too-long": ('{"a": 1}' + " " * LONGEST, "longer than"),
    "unfinished-thoughts": ('<think>{"a": 0} 或者', "thoughts"),
}


@pytest.mark.parametrize(("text", "want"), EXTRACTED.values(), ids=EXTRACTED)
def test_extracts_the_first_object(text: str, want: str) -> None:
    """Fences, prose, thoughts and braces that are no JSON do not hide the object."""
    assert extract_object(text) == want


@pytest.mark.parametrize(("text", "why"), UNFIT.values(), ids=UNFIT)
def test_refuses_what_is_no_object(text: str, why: str) -> None:
    """What is not JSON, not closed or far too large is refused with the reason, and never evaluated."""
    with pytest.raises(UnfitError, match=why):
        extract_object(text)


def test_hostile_text_is_read_in_time() -> None:
    """Repeated openings and quotes cost no more than their length: a quadratic reader would need hours.

    In a process of its own, for a regular expression that runs wild cannot be interrupted from within.
    """
    evil = ('"', '\\"', '{"', "{ ", '{"a":', '{}"', '{"a":1,}')
    code = f"""
from models.llm_json import LONGEST, UnfitError, extract_object
for evil in {evil!r}:
    try:
        extract_object(('{{"' + evil * LONGEST)[:LONGEST])
    except UnfitError:
        print("unfit")
"""
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert found.stdout.split() == ["unfit"] * len(evil)


def test_the_object_must_fit() -> None:
    """Validation names field and fault, but never repeats the model's words."""
    assert read_object(f"答：{GOOD}", Lamps) == Lamps(street="嵩山路", dark=3)
    with pytest.raises(UnfitError, match=r"dark: .*greater than or equal to 0; owner: Extra inputs") as caught:
        read_object('{"street": "嵩山路", "dark": -7, "owner": "张三"}', Lamps)
    assert "张三" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_request_becomes_two_turns() -> None:
    """The model gets the system prompt with the schema, descriptions included, then the user's words."""
    backend = Scripted(GOOD)
    answer = JsonModel(backend, quick()).complete(asked())
    [[system, user]] = backend.asked
    assert (system.role, user.role, user.text) == ("system", "user", "嵩山路三盏路灯不亮。")
    assert system.text.startswith("你是热线坐席。")
    assert '"官方路名"' in system.text
    assert answer.parsed == Lamps(street="嵩山路", dark=3)
    assert (answer.raw, answer.prompt_tokens, answer.answer_tokens, answer.generations) == (GOOD, 100, 10, 1)
    assert 0 <= answer.seconds < 20


def test_an_unusable_answer_is_repaired_once() -> None:
    """The model sees its own answer and the reason; the tokens of both generations are counted."""
    backend = Scripted('{"street": "嵩山路"}', f"```json\n{GOOD}\n```")
    answer = JsonModel(backend, quick()).complete(asked())
    assert [turn.role for turn in backend.asked[1]] == ["system", "user", "assistant", "user"]
    assert backend.asked[1][2].text == '{"street": "嵩山路"}'
    assert "dark: Field required" in backend.asked[1][3].text
    assert (answer.parsed.dark, answer.prompt_tokens, answer.answer_tokens, answer.generations) == (3, 200, 20, 2)


def test_a_second_unusable_answer_is_an_error() -> None:
    """After the repair the error keeps the last text for the log, outside of its message."""
    with pytest.raises(LanguageModelError, match=r"no usable Lamps \(there is no JSON") as caught:
        JsonModel(Scripted("不知道", "还是不知道"), quick()).complete(asked())
    assert (caught.value.code, caught.value.raw) == ("invalid", "还是不知道")
    assert "不知道" not in str(caught.value)


@pytest.mark.parametrize(
    "limits",
    [quick(repair=False), quick(tokens=300)],
    ids=["off", "no-room"],
)
def test_no_repair_when_it_may_not_be(limits: Limits) -> None:
    """Switched off, or without room for the longer prompt, the first unusable answer is the last."""
    backend = Scripted("不知道" * 50, GOOD)
    with pytest.raises(LanguageModelError) as caught:
        JsonModel(backend, limits).complete(asked())
    assert (caught.value.code, len(backend.asked)) == ("invalid", 1)


def test_an_answer_cut_off_says_so() -> None:
    """Running into max_tokens is named, for the remedy is another one."""
    with pytest.raises(LanguageModelError, match="cut off after 50 tokens"):
        JsonModel(Scripted('{"street": "嵩', '{"street": "嵩', cut=True), quick()).complete(asked())


def test_faults_that_pass_are_tried_again() -> None:
    """Two faults, then an answer: the caller sees the answer."""
    backend = Scripted(passing(), passing(), GOOD)
    assert JsonModel(backend, quick(retries=2)).complete(asked()).parsed.dark == 3
    assert len(backend.asked) == 3


@pytest.mark.parametrize(
    ("limits", "faults"),
    [(quick(retries=1), [passing(), passing()]), (quick(retries=0), [passing()]), (quick(), [passing(after=60)])],
    ids=["used-up", "none-allowed", "asked-to-wait-too-long"],
)
def test_faults_end(limits: Limits, faults: Iterable[TransientError]) -> None:
    """When retries are used up, or the next would come after the deadline, the fault itself is raised, at once."""
    faults = list(faults)
    backend = Scripted(*faults, GOOD)
    with pytest.raises(LanguageModelError, match="wake it") as caught:
        JsonModel(backend, limits).complete(asked())
    assert (caught.value.code, len(backend.asked)) == ("unreachable", len(faults))


def test_waits_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wait doubles, give or take the jitter, and is never shorter than the server asks."""
    waits: list[float] = []
    monkeypatch.setattr(Watch, "pause", lambda _, seconds: waits.append(seconds))
    backend = Scripted(passing(), passing(), passing(), passing(after=15), GOOD)
    JsonModel(backend, quick(retries=4, backoff=1, seconds=1000)).complete(asked())
    assert [low <= wait <= 2 * low for wait, low in zip(waits, (0.5, 1, 2, 15), strict=True)] == [True] * 4


@pytest.mark.parametrize(("words", "max_tokens"), [(600, 50), (1, 1480)], ids=["long-prompt", "long-answer"])
def test_over_budget_is_not_sent(words: int, max_tokens: int) -> None:
    """A prompt that leaves no room for the answer is refused before anything is sent."""
    backend = Scripted(GOOD)
    with pytest.raises(LanguageModelError, match=r"up to 1[569]\d\d tokens where 1500 are allowed; shorten") as caught:
        JsonModel(backend, quick(tokens=1500)).complete(asked(user="灯不亮" * words, max_tokens=max_tokens))
    assert (caught.value.code, backend.asked) == ("budget", [])


@pytest.mark.parametrize(("looks", "generations"), [(0, 0), (1, 0), (2, 1)], ids=["before", "first", "during-retry"])
def test_cancelled_between_attempts(looks: int, generations: int) -> None:
    """A caller who no longer wants the answer is heard before each attempt and while waiting for it."""
    backend = Scripted(passing(), GOOD)
    with pytest.raises(LanguageModelError) as caught:
        JsonModel(backend, quick()).complete(asked(), cancel=CalledOff(looks))
    assert (caught.value.code, len(backend.asked)) == ("cancelled", generations)


def test_the_deadline_covers_all_attempts() -> None:
    """Retries do not start the clock anew."""
    backend = Scripted(*[passing() for _ in range(20)])
    with pytest.raises(LanguageModelError) as caught:
        JsonModel(backend, Limits(seconds=0.3, retries=10, backoff=0.05)).complete(asked())
    assert caught.value.code in ("unreachable", "timeout")
    assert 1 < len(backend.asked) < 11


def test_a_backends_own_errors_pass() -> None:
    """What no attempt can change is raised at once, unchanged."""
    refused = LanguageModelError("no such model; choose another", code="refused")
    with pytest.raises(LanguageModelError) as caught:
        JsonModel(Scripted(refused, GOOD), quick()).complete(asked())
    assert caught.value is refused


def test_estimate_is_cautious() -> None:
    """A Chinese character counts one, three letters one, and nothing counts nothing."""
    assert [estimate_tokens(text) for text in ("", "路灯", "lamp", "路灯 lamp")] == [0, 2, 2, 4]


def test_an_error_crosses_processes() -> None:
    """Batch workers send errors home: code and text survive."""
    error = LanguageModelError("too slow; wait", code="timeout", raw="半句")
    back = copy.copy(error)  # by the same protocol as pickle
    assert (str(back), back.code, back.raw) == ("too slow; wait", "timeout", "半句")


@pytest.mark.parametrize("wrong", [{"temperature": 3}, {"max_tokens": 0}, {"output": dict}, {"model": "x"}], ids=str)
def test_requests_are_checked(wrong: dict[str, object]) -> None:
    """A value out of range or a misspelt name is an error where it is written."""
    with pytest.raises(ValidationError):
        asked(**wrong)


@pytest.mark.parametrize(
    "url", ["", "10.0.0.8:8000/v1", "ftp://10.0.0.8/v1", "http:///v1", "http://u:geheim@10.0.0.8/v1"], ids=range(5)
)
def test_server_addresses_are_checked(url: str) -> None:
    """An address that cannot work is refused before the first complaint, and its password is not repeated."""
    with pytest.raises(SettingsError, match="address") as caught:
        open_server(url, "qwen3")
    assert "geheim" not in str(caught.value)


def test_a_model_names_itself() -> None:
    """Name and repr say model and place, and nothing secret."""
    model: LanguageModel = open_server("http://10.0.0.8:8000/v1", "qwen3-8b", SecretStr("sk-geheim"))
    assert model.name == "qwen3-8b@10.0.0.8:8000"
    assert repr(model) == "JsonModel('qwen3-8b@10.0.0.8:8000')"


FOLDERS = {
    "nothing": ((), "no language model at"),
    "empty": (("config.json",), r"no \*\.safetensors"),
    "pickle": (("config.json", "pytorch_model.bin"), "pickles, which can run code"),
    "old-checkpoint": (("model.pt",), "pickles"),
    "weights-alone": (("model.safetensors",), r"no config\.json"),
}


@pytest.mark.parametrize(("names", "why"), FOLDERS.values(), ids=FOLDERS)
def test_folders_are_checked(names: tuple[str, ...], why: str, tmp_path: Path) -> None:
    """A folder that cannot work is refused at once, with what to do; pickles always."""
    folder = tmp_path / "model"
    for name in names:
        folder.mkdir(exist_ok=True)
        (folder / name).touch()
    with pytest.raises(ModelError, match=why):
        open_local(folder)


def test_importing_and_opening_load_nothing(tmp_path: Path) -> None:
    """Neither the door nor an opened model imports openai, torch or transformers before the first request."""
    (tmp_path / "m.gguf").touch()
    code = (
        "import sys; from pathlib import Path; from models.llm import open_local, open_server;"
        f"open_local(Path({str(tmp_path / 'm.gguf')!r})); open_server('http://127.0.0.1:9/v1', 'm');"
        "print(','.join(m for m in ('openai', 'torch', 'transformers', 'httpx') if m in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
