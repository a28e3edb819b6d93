"""The local backend with a real, tiny transformer whose weights make it say what a test needs.

Attention and feed-forward are zero and every token's embedding is its own axis, so that the next token depends
on the last one alone: `CHAIN` is the whole model. Loading, generating and stopping are the real thing.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import BaseModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from models.errors import ModelError
from models.llm import LanguageModel, LanguageModelError, Limits, Request, open_local
from models.llm_calls import Generated, Turn, Watch
from models.llm_torch import Weights

OBJECT = '{"street":', '"航海路",', '"dark":', "4", "}"
WORDS = ("<unk>", "<eos>", "<pad>", *OBJECT, "灯", "骰", "坏")
# What follows a word; any unknown word opens the object, 骰 may be followed by anything.
CHAIN = {"<unk>": OBJECT[0], **dict(itertools.pairwise(OBJECT)), "}": "灯", "灯": "灯", "坏": "<eos>"}
WIDTH = 16
CONTEXT = 60_000
RAISES_ON_SYSTEM = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{{ m.role }} {{ m.content }} {% endfor %}{% if add_generation_prompt %}assistant{% endif %}"
)


class Lamps(BaseModel):
    """What the tests ask for."""

    street: str
    dark: int


def chained() -> LlamaForCausalLM:
    """A one-layer Llama that continues every word as `CHAIN` says."""
    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=WORDS.index("<eos>"),
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if not name.endswith("norm.weight"):
                weight.zero_()
        model.model.embed_tokens.weight.copy_(torch.eye(len(WORDS), WIDTH))
        for word, following in CHAIN.items():
            model.lm_head.weight[WORDS.index(following), WORDS.index(word)] = 10
    return model


def saved(folder: Path, template: str | None = None) -> Path:
    """The model's folder, as `save_pretrained` leaves it."""
    words = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=words, unk_token="<unk>", eos_token="<eos>", pad_token="<pad>", model_max_length=CONTEXT
    )
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    chained().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("lamps-3k"))


@pytest.fixture(scope="module")
def model(folder: Path) -> LanguageModel:
    return open_local(folder, Limits(seconds=60, tokens=CONTEXT))


def asked(last: str = "几盏", **changes: Any) -> Request[Lamps]:
    whole = {"system": "你是热线坐席。", "user": f"航海路路灯不亮 {last}", "output": Lamps, "max_tokens": 40, **changes}
    return Request[Lamps].model_validate(whole)


def said(model: LanguageModel, request: Request[Lamps]) -> str:
    """The raw text, whether it fits or not."""
    with pytest.raises(LanguageModelError) as caught:
        model.complete(request)
    assert caught.value.code == "invalid"
    return caught.value.raw


def test_answers_and_stops_behind_the_object(model: LanguageModel) -> None:
    """Generation ends with the closing brace, though the model would chatter on; tokens are counted exactly."""
    answer = model.complete(asked())
    assert answer.parsed == Lamps(street="航海路", dark=4)
    assert (answer.answer_tokens, answer.generations) == (len(OBJECT), 1)
    assert 5 < answer.prompt_tokens < 40
    assert model.name.startswith("local/lamps-3k")


def test_silence_is_repaired(model: LanguageModel) -> None:
    """A model that says nothing gets its second chance in the same conversation."""
    answer = model.complete(asked("坏"))
    assert (answer.parsed.dark, answer.generations) == (4, 2)


def test_max_tokens_ends_the_chatter(folder: Path) -> None:
    """An endless answer has exactly max_tokens tokens, and the error says that it was cut."""
    model = open_local(folder, Limits(seconds=60, repair=False))
    with pytest.raises(LanguageModelError, match="cut off after 7 tokens") as caught:
        model.complete(asked("灯", max_tokens=7))
    assert caught.value.raw.split() == ["灯"] * 7


def test_dice_fall_by_the_seed(folder: Path) -> None:
    """With a temperature the same seed gives the same text, another one another, and nobody else's dice move."""
    model = open_local(folder, Limits(seconds=60, repair=False, tokens=CONTEXT))
    before = torch.random.get_rng_state()
    texts = [said(model, asked("骰", temperature=2, max_tokens=4, seed=seed)) for seed in (1, 1, *range(2, 8))]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1
    assert torch.equal(torch.random.get_rng_state(), before)
    assert len({said(model, asked("骰 灯", max_tokens=4, seed=seed)) for seed in (1, 2)}) == 1


def test_the_time_limit_stops_generation(folder: Path) -> None:
    """An endless answer is stopped by the clock, after the weights were loaded by an earlier call."""
    model = open_local(folder, Limits(seconds=60, tokens=CONTEXT))
    model.complete(asked())
    model._limits = Limits(seconds=0.4, repair=False, tokens=CONTEXT)  # type: ignore[attr-defined]
    with pytest.raises(LanguageModelError, match=r"within 0\.4 s") as caught:
        model.complete(asked("灯", max_tokens=5_000))
    assert caught.value.code == "timeout"


def test_one_at_a_time_and_cancelled(model: LanguageModel) -> None:
    """Who waits for a long generation can leave the queue; the generation itself can be cancelled, too."""
    model.complete(asked())
    running, waiting = threading.Event(), threading.Event()
    codes: dict[str, str] = {}

    def run(name: str, cancel: threading.Event) -> None:
        with pytest.raises(LanguageModelError) as caught:
            model.complete(asked("灯", max_tokens=5_000), cancel=cancel)
        codes[name] = caught.value.code

    first = threading.Thread(target=run, args=("running", running))
    first.start()
    second = threading.Thread(target=run, args=("waiting", waiting))
    second.start()
    waiting.set()
    second.join(20)
    assert codes == {"waiting": "cancelled"}
    running.set()
    first.join(20)
    assert codes == {"waiting": "cancelled", "running": "cancelled"}
    assert model.complete(asked()).parsed.dark == 4


def test_generations_never_overlap(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads take turns: while one generates, no other does."""
    inside, most = 0, 0
    generate = Weights.generate

    def watched(weights: Weights, turns: Sequence[Turn], request: Request[Lamps], watch: Watch) -> Generated:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threading.Event().wait(0.02)  # time enough for another to come in
        made = generate(weights, turns, request, watch)
        inside -= 1
        return made

    monkeypatch.setattr(Weights, "generate", watched)
    threads = [threading.Thread(target=model.complete, args=(asked(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 1


@pytest.mark.parametrize(("tokens", "allowed"), [(300, 300), (CONTEXT * 2, CONTEXT)], ids=["limits", "context"])
def test_budget(folder: Path, tokens: int, allowed: int) -> None:
    """What fits neither the limits nor the model's own context is refused, counted by its own tokenizer."""
    model = open_local(folder, Limits(seconds=60, tokens=tokens))
    with pytest.raises(LanguageModelError, match=f"where {allowed} are allowed") as caught:
        model.complete(asked(max_tokens=allowed))
    assert caught.value.code == "budget"


def test_templates_without_a_system_role(tmp_path: Path) -> None:
    """The system prompt moves into the user's turn; nothing of it is lost."""
    model = open_local(saved(tmp_path / "m", RAISES_ON_SYSTEM), Limits(seconds=60))
    short, long = model.complete(asked(system="一")), model.complete(asked(system="一 二 三 四"))
    assert short.parsed.dark == 4
    assert long.prompt_tokens - short.prompt_tokens == 3


def test_pickles_are_not_read(folder: Path, tmp_path: Path) -> None:
    """Weights saved as a pickle are refused before anything is loaded."""
    for file in folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save(chained().state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelError, match="convert them to safetensors"):
        open_local(tmp_path)


DAMAGE = {
    "config": ("config.json", b"{}"),
    "own-code": ("config.json", b'{"model_type": "own", "auto_map": {"AutoConfig": "evil.C"}}'),
    "weights": ("model.safetensors", b"version https://git-lfs.github.com/spec/v1"),
    "layers-missing": (
        "config.json",
        b'{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 16, "intermediate_size": 16,'
        b' "num_attention_heads": 2, "num_hidden_layers": 3, "vocab_size": 11}',
    ),
}


@pytest.mark.parametrize(("name", "content"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_folders_are_named(name: str, content: bytes, folder: Path, tmp_path: Path) -> None:
    """What does not load, or would load with random weights, is a clear error; code of the folder is never run."""
    (tmp_path / "evil.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(content if file.name == name else file.read_bytes())
    with pytest.raises(ModelError, match=r"does not load|lacks weights"):
        open_local(tmp_path, Limits(seconds=60)).complete(asked())


def test_gguf(tmp_path: Path) -> None:
    """One GGUF file is a whole model: tokenizer, weights and end-of-text come out of it."""
    gguf = pytest.importorskip("gguf")
    pytest.importorskip("accelerate")
    path = tmp_path / "lamps.gguf"
    _write_gguf(gguf, path)
    answer = open_local(path, Limits(seconds=60)).complete(asked())
    assert answer.parsed == Lamps(street="Hanghai", dark=4)
    assert answer.answer_tokens == 1


def _write_gguf(gguf: Any, path: Path) -> None:
    """The same kind of model, over bytes: every byte is followed by the object, the object by the end."""
    letters = [chr(code) for code in [*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324)]]
    tokens = [*letters, "!!", '{"street":"Hanghai","dark":4}', "<eos>"]
    size, width = len(tokens), 288
    head = np.zeros((size, width), np.float32)
    head[size - 2, : size - 2] = 10
    head[size - 1, size - 2] = 10
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(4096)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(4)
    writer.add_head_count_kv(4)
    writer.add_rope_dimension_count(width // 4)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_merges(["! !"])  # a file without merges is read in another way
    writer.add_eos_token_id(size - 1)
    writer.add_bos_token_id(size - 1)
    writer.add_tensor("token_embd.weight", np.eye(size, width, dtype=np.float32))
    writer.add_tensor("output.weight", head)
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", np.ones(width, np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((width, width), np.float32))
    for name, shape in {"ffn_gate": (32, width), "ffn_up": (32, width), "ffn_down": (width, 32)}.items():
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros(shape, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
