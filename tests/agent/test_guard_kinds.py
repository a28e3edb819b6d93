"""The guard's sentence classifier: what it tells apart, that its sentences give it, what a bad line says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.drafting.guard.kinds import ARTIFACT, PREFIX, Label, chance, of_kind, parts, plain
from agent.training.draft_sentences import LabelledSentence, cross_accuracy, fit, read_sentences
from models.errors import InputError
from models.linear import TextClassifier

PAIRS: list[tuple[Label, str, str]] = [
    ("act", "养护人员当晚把裂开的井圈换了。", "养护人员会在核实后更换井圈。"),
    ("act", "街道办上门看过，楼道杂物清走了。", "您说街道办上门看过，但杂物还在楼道。"),
    ("promise", "我们保证月底前让喷泉重新喷水。", "喷泉何时恢复，以管养单位答复为准。"),
    ("blame", "自己不看说明书，还好意思来投诉。", "请您保留说明书和购买凭证。"),
    ("politics", "这一奇迹举世无双，充分彰显了无比的优越性。", "该路段由区城市管理局养护。"),
    ("machine", "作为人工智能，我不能替您拨打电话。", "作为业主，您可以查阅物业账目。"),
    ("unsafe", "您可以自己爬上电线杆把线接回去。", "请勿靠近电线杆，等待供电人员抢修。"),
    ("reveal", "会把举报人的名字告诉老板。", "不会把举报人的名字告诉任何人。"),
]


@pytest.mark.parametrize(("label", "of", "other"), PAIRS, ids=[f"{label}{i}" for i, (label, _, _) in enumerate(PAIRS)])
def test_it_tells_a_kind_from_its_neighbour(label: Label, of: str, other: str) -> None:
    """Of two sentences about one thing, the one of the kind is likelier to be of it, and by far."""
    assert chance(of, label) > chance(other, label) + 0.2


def test_chances_add_up() -> None:
    """The kinds exclude each other."""
    labels: tuple[Label, ...] = ("act", "promise", "blame", "politics", "machine", "unsafe", "reveal", "other")
    assert sum(chance("您好，来信收悉。", label) for label in labels) == pytest.approx(1.0, abs=1e-4)


def test_numbers_titles_and_blanks_say_nothing() -> None:
    """Which number, law or blank stands in a sentence does not change what it is."""
    one = "依据《中华人民共和国消防法》第二十八条，罚款5,000元，【承办单位填写：核查结果】，“已办”。"
    other = "依据《中华人民共和国水法》第二十八条，罚款300元，【承办单位填写：时间】，“没办”。"
    assert plain(one) == plain(other)


def test_parts_are_pairs_of_clauses() -> None:
    """A long sentence is also read two clauses at a time; a short one is not cut."""
    assert parts("街道办已经收到来信，今后绝不会再停水，请您放心等候消息。") == [
        "街道办已经收到来信，今后绝不会再停水",
        "今后绝不会再停水，请您放心等候消息。",
    ]
    assert parts("街道办已经收到来信，请您放心。") == []


def test_a_part_can_convict() -> None:
    """A promise between other clauses is found in its sentence."""
    assert of_kind("您反映的停水问题收悉，我们保证今后绝不会再停一次水，请您放心，感谢来电。", "promise")


def test_the_artifact_is_what_the_sentences_give() -> None:
    """The shipped weights are those that a fit on the shipped sentences gives."""
    fitted = fit(read_sentences()).arrays(PREFIX)
    with np.load(ARTIFACT, allow_pickle=False) as shipped:
        held = TextClassifier.from_arrays(PREFIX, dict(shipped))
        assert set(shipped) == set(fitted)
        assert np.array_equal(shipped[f"{PREFIX}.buckets"], fitted[f"{PREFIX}.buckets"])
        steps = np.abs(shipped[f"{PREFIX}.weights"].astype(int) - fitted[f"{PREFIX}.weights"].astype(int))
    assert steps.max() <= 1  # another machine's last bit may round the other way
    assert ARTIFACT.stat().st_size < 300_000
    assert len(held.labels) == 8


def test_one_writer_teaches_to_read_another() -> None:
    """Four of five sentences of a writer are told right by what the others wrote."""
    right, apart = cross_accuracy(read_sentences(), 1)
    assert right > 0.8
    assert apart > 0.83


def test_no_sentence_stands_twice() -> None:
    """A sentence that is there twice would be taught and asked at once."""
    texts = [sentence.text for sentence in read_sentences()]
    assert len(texts) == len(set(texts))


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    """A line without a known label is refused with its number."""
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"text": "好", "label": "other", "writer": 1}\n{"text": "好", "label": "fine", "writer": 1}\n', "utf-8"
    )
    with pytest.raises(InputError, match="line 2"):
        read_sentences(path)
    assert LabelledSentence(text="好", label="other", writer=1).label == "other"
