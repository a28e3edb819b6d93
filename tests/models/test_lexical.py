"""Words and BM25: against plain Python, and unchanged by the way a corpus came about."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.lexical import Bm25, tokens

CORPUS = [tokens(text) for text in ("陇海路路灯不亮", "路灯坏了,路灯杆也歪了", "夜市油烟扰民", "夜间施工噪声", "")]
WORDS = st.sampled_from(["路灯", "噪声", "油烟", "积水", "3号线", "𠮷"])
ROWS = st.lists(st.lists(WORDS, max_size=6), max_size=6)


def oracle(corpus: Sequence[Sequence[str]], query: Sequence[str], k1: float = 1.5, b: float = 0.75) -> list[float]:
    """BM25 as Lucene writes it, in plain Python: Kamphuis et al. 2020, table 1 (Lucene, accurate lengths)."""
    mean = sum(map(len, corpus)) / max(len(corpus), 1)
    scores = []
    for row in corpus:
        total = 0.0
        for word in query:
            tf, df = row.count(word), sum(word in other for other in corpus)
            if tf:
                idf = math.log(1 + (len(corpus) - df + 0.5) / (df + 0.5))
                total += idf * tf / (tf + k1 * (1 - b + b * len(row) / mean))
        scores.append(total)
    return scores


def same(one: Bm25, other: Bm25) -> None:
    """Both answer alike, word by word."""
    assert len(one) == len(other)
    for word in ("路灯", "噪声", "油烟", "积水", "3号线", "𠮷", "夜间", "没有的词"):
        np.testing.assert_array_equal(one.scores([word]), other.scores([word]))


@pytest.mark.parametrize(
    ("text", "want"),
    [
        pytest.param("夜间施工噪声", ["夜间", "施工", "噪声"], id="plain"),
        pytest.param("郑州市公交车", ["郑州", "州市", "郑州市", "公交", "公交车"], id="long-words-and-parts"),
        pytest.param("请问你们的热线", ["热线"], id="words-of-every-complaint-left-out"),
        pytest.param("K12路、豫A·12345", ["k12", "路", "豫", "a", "12345"], id="letters-lower-numbers-kept"),
        pytest.param("水费涨了15%,每吨3.5元", ["水费", "涨", "15%", "每吨", "3.5", "元"], id="percent-and-decimal"),
        pytest.param("A3-502室", ["a3", "a3-502", "室"], id="house-number"),
        pytest.param("㙟村", ["㙟", "村"], id="rare-character"),
        pytest.param("停\ud83d电", ["停电"], id="lone-surrogate"),
        pytest.param("停电\0噪声", ["停电", "噪声"], id="nul"),
        pytest.param(" ,。!·—\n", [], id="marks-only"),
        pytest.param("", [], id="empty"),
    ],
)
def test_tokens(text: str, want: list[str]) -> None:
    """A text is cut into the words people search by."""
    assert tokens(text) == want


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_tokens_hold_no_space(text: str) -> None:
    """No text breaks the cutter, and no word is empty or holds white space: a saved index relies on it."""
    assert all(word and word.split() == [word] for word in tokens(text))


@given(corpus=ROWS, query=st.lists(WORDS, max_size=4))
@settings(max_examples=60, deadline=None)
def test_scores_equal_the_oracle(corpus: list[list[str]], query: list[str]) -> None:
    """Scores are Lucene's BM25, a repeated query word counting again and a foreign word not at all."""
    np.testing.assert_allclose(Bm25(corpus).scores([*query, "没有"]), oracle(corpus, query), rtol=1e-4, atol=1e-6)


def test_best_row_first() -> None:
    """The row that says the word more often in fewer words wins; rows without it score exactly 0."""
    scores = Bm25(CORPUS).scores(tokens("路灯"))
    assert int(scores.argmax()) == 1
    assert scores[2:].tolist() == [0, 0, 0]


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]], ids=["no-rows", "one-empty-row", "empty-rows"])
def test_nothing_to_find(corpus: list[list[str]]) -> None:
    """A corpus without words scores 0 for every row, and one that grows from it answers."""
    index = Bm25(corpus)
    assert index.scores(["路灯"]).tolist() == [0.0] * len(corpus)
    index.add([["路灯"]])
    assert int(index.scores(["路灯"]).argmax()) == len(corpus)


@given(first=ROWS, second=ROWS)
@settings(max_examples=30, deadline=None)
def test_add_equals_building_anew(first: list[list[str]], second: list[list[str]]) -> None:
    """A corpus that grew answers like one built at once."""
    grown = Bm25(first)
    grown.add(second)
    same(grown, Bm25(first + second))


@given(corpus=ROWS, gone=st.sets(st.integers(0, 5)))
@settings(max_examples=30, deadline=None)
def test_remove_equals_building_anew(corpus: list[list[str]], gone: set[int]) -> None:
    """A corpus that shrank answers like one that never had the rows."""
    shrunk = Bm25(corpus)
    shrunk.remove(gone)
    same(shrunk, Bm25([row for i, row in enumerate(corpus) if i not in gone]))


def test_changing_the_callers_rows_changes_nothing() -> None:
    """The index keeps its own copy of the rows it was given."""
    row = ["路灯"]
    index = Bm25([row])
    row.append("噪声")
    index.add([["积水"]])
    same(index, Bm25([["路灯"], ["积水"]]))


@pytest.mark.parametrize(
    "corpus", [CORPUS, [[], ["路灯"], []], [[]], []], ids=["texts", "empty-rows-among", "one-empty-row", "no-rows"]
)
def test_save_and_load(corpus: list[list[str]], tmp_path: Path) -> None:
    """A loaded index answers like the saved one and goes on growing like it; empty rows stay rows."""
    Bm25(corpus).save(tmp_path)
    loaded = Bm25.load(tmp_path)
    same(loaded, Bm25(corpus))
    loaded.add([["积水", "路灯"]])
    same(loaded, Bm25([*corpus, ["积水", "路灯"]]))


@pytest.mark.parametrize("damage", ["no-words", "no-scores", "cut-scores", "cut-vocabulary", "fewer-words"])
def test_damaged_index(damage: str, tmp_path: Path) -> None:
    """A missing or cut-off file is an OSError, never an index that silently finds nothing."""
    Bm25(CORPUS).save(tmp_path)
    scores, vocabulary = tmp_path / "bm25" / "data.csc.index.npy", tmp_path / "bm25" / "vocab.index.json"
    words = tmp_path / "words.txt"
    if damage == "no-words":
        words.unlink()
    elif damage == "no-scores":
        scores.unlink()
    elif damage == "cut-scores":
        scores.write_bytes(b"")
    elif damage == "cut-vocabulary":
        vocabulary.write_text("{")
    else:
        words.write_text("路灯\n", encoding="utf-8")
    with pytest.raises(OSError, match=r"word index|scores 5 rows|No such file"):
        Bm25.load(tmp_path)
