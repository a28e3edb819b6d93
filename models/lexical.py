"""Words and BM25: the cheap half of search, and the better half for past cases.

`tokens` cuts Chinese into words, search style (long words and their parts); `Bm25` scores a corpus that
grows and shrinks. It knows positions only; ids and texts belong to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# One such character makes a word: 3.5 and a3-502 are words, “·” is none.
_WORD = re.compile(r"[0-9a-z〇㐀-䶿一-鿿𠀀-𳎯]")
# Words of every complaint: they say nothing about its matter.
_STOP = frozenset(
    """
    的 了 是 在 我 我们 你 你们 他 他们 和 与 及 或 就 都 也 还 又 很 这 那 这个 那个 有 没有 不 被 把 给 让 对 为
    从 到 吗 呢 吧 啊 着 过 地 得 等 请 请问 请求 希望 谢谢 您好 你好 尊敬 领导 反映 问题 情况 进行 可以 能够 相关
    有关 部门 一个 什么 怎么 如何 为什么 是否 现在 已经 因为 所以 但是 而且 以及 并且 如果 由于 一直 自己 大家
    """.split()  # noqa: SIM905  a word list reads better as text
)


def tokens(text: str) -> list[str]:
    """Search words of a text: jieba's cut plus two- and three-character parts of longer words.

    Returns:
        Lower-case words in reading order, repeats kept; none is empty or holds white space.
    """
    import rjieba

    # The cutter is written in Rust and refuses what UTF-8 cannot hold: lone surrogates of broken exports.
    words = rjieba.cut_for_search(text.lower().encode("utf-8", "ignore").decode())
    return [word for word in words if _WORD.search(word) and word not in _STOP]


class Bm25:
    """BM25 over a corpus of token lists; every change counts the whole corpus anew.

    Source: Robertson & Zaragoza 2009; scoring by `bm25s` (Lù 2024), variant “lucene”.
    """

    def __init__(self, corpus: Iterable[Sequence[str]] = ()) -> None:
        # Rows as joined words: a saved corpus is split again only when it changes, which most runs never do.
        self._corpus = [" ".join(words) for words in corpus]
        self._build()

    def __len__(self) -> int:
        return len(self._corpus)

    def add(self, corpus: Iterable[Sequence[str]]) -> None:
        """Append rows; document frequencies are counted anew."""
        self._corpus.extend(" ".join(words) for words in corpus)
        self._build()

    def remove(self, rows: Iterable[int]) -> None:
        """Drop rows; those behind them move up."""
        gone = set(rows)
        self._corpus = [row for at, row in enumerate(self._corpus) if at not in gone]
        self._build()

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """One score a row, shape `(len(self),)`, 0 where no word is shared; a repeated word counts again."""
        known = [] if self._scorer is None else [w for w in words if w in self._scorer.vocab_dict]
        if self._scorer is None or not known:
            return np.zeros(len(self._corpus), dtype=np.float32)
        return np.asarray(self._scorer.get_scores(known), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write scorer and words into an existing, empty folder; no word may hold white space."""
        if self._scorer is not None:
            self._scorer.save(str(folder / "bm25"), show_progress=False)
        lines = "".join(f"{row}\n" for row in self._corpus)
        (folder / "words.txt").write_text(lines, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Bm25:
        """Read what `save` wrote.

        Raises:
            OSError: a file is missing or damaged.
        """
        import bm25s

        loaded = cls()
        loaded._corpus = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
        if not any(loaded._corpus):
            return loaded
        try:
            loaded._scorer = bm25s.BM25.load(str(folder / "bm25"), show_progress=False)
            rows = loaded._scorer.scores["num_docs"]
        except (EOFError, KeyError, TypeError, ValueError) as error:
            raise OSError(f"{folder} holds a damaged word index ({error}); build it anew") from error
        if rows != len(loaded):
            raise OSError(f"{folder} scores {rows} rows but lists {len(loaded)}; build it anew")
        return loaded

    def _build(self) -> None:
        import bm25s

        self._scorer = None
        if any(self._corpus):
            self._scorer = bm25s.BM25(method="lucene")
            self._scorer.index([row.split() for row in self._corpus], show_progress=False)
