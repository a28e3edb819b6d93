"""The bundled encoder behind the sentence-transformers interface: the very same vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from models.embedder import BundledEmbedder, SentenceTransformerEmbedder, load_embedder
from models.errors import ModelError
from models.sentence_module import bundled_sentence_transformer

TEXTS = ["经三路路灯不亮", "小区楼下烧烤油烟大"]


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    return bundled_sentence_transformer()


@pytest.fixture(scope="module")
def bundled() -> BundledEmbedder:
    return BundledEmbedder()


def test_queries_bit_equal(model: SentenceTransformer, bundled: BundledEmbedder) -> None:
    """`encode_query` gives the product's query vectors to the bit."""
    np.testing.assert_array_equal(model.encode_query(TEXTS), bundled.queries(TEXTS))


def test_passages_bit_equal(model: SentenceTransformer, bundled: BundledEmbedder) -> None:
    """`encode_document`, and `encode` without a prompt, give the product's passage vectors to the bit."""
    want = bundled.passages(TEXTS)
    np.testing.assert_array_equal(model.encode_document(TEXTS), want)
    np.testing.assert_array_equal(model.encode(TEXTS), want)


def test_prompt_may_be_spelt_out(model: SentenceTransformer, bundled: BundledEmbedder) -> None:
    """The prompt's text works like its name; the engine does not get it twice."""
    np.testing.assert_array_equal(model.encode(TEXTS[:1], prompt="query: "), bundled.queries(TEXTS[:1]))


def test_unknown_prompt_refused(model: SentenceTransformer) -> None:
    """A prompt that the engine does not have is an error, not silently a passage."""
    with pytest.raises(ModelError, match="no prompt 'Instruct: '"):
        model.encode(TEXTS[:1], prompt="Instruct: ")


def test_dimension(model: SentenceTransformer, bundled: BundledEmbedder) -> None:
    """The model tells its vector length."""
    assert model.get_embedding_dimension() == bundled.dim


def test_wrapped_as_embedder(model: SentenceTransformer, bundled: BundledEmbedder) -> None:
    """Any `SentenceTransformer` serves as an Embedder: right prompts, unit rows, strange and no texts included."""
    wrapped = SentenceTransformerEmbedder(model, "wrapped")
    texts = [*TEXTS[:1], "路\ud83d灯\0"]
    np.testing.assert_allclose(wrapped.queries(texts), bundled.queries(texts), atol=1e-6)
    np.testing.assert_allclose(wrapped.passages(texts), bundled.passages(texts), atol=1e-6)
    assert wrapped.queries([]).shape == (0, bundled.dim)


def test_save_and_load(model: SentenceTransformer, bundled: BundledEmbedder, tmp_path: Path) -> None:
    """A saved folder holds no weights and loads again, for those who trust its code, with the same vectors."""
    model.save(str(tmp_path))
    assert max(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 100_000
    again = SentenceTransformer(str(tmp_path), trust_remote_code=True, local_files_only=True, device="cpu")
    np.testing.assert_array_equal(again.encode_query(TEXTS[:1]), bundled.queries(TEXTS[:1]))


def test_foreign_code_is_not_run(model: SentenceTransformer, tmp_path: Path) -> None:
    """A folder whose modules are not sentence-transformers' own is refused by the product."""
    model.save(str(tmp_path))
    with pytest.raises(ModelError, match="no sentence-transformers model"):
        load_embedder(str(tmp_path))


@pytest.mark.parametrize("case", ["empty-folder", "no-folder", "broken-folder"])
def test_no_model_there(case: str, tmp_path: Path) -> None:
    """A folder without a model is one clear error, and nothing is downloaded."""
    folder = tmp_path / case
    if case != "no-folder":
        folder.mkdir()
    if case == "broken-folder":
        (folder / "modules.json").write_text("{")
    with pytest.raises(ModelError, match="nothing is downloaded"):
        load_embedder(str(folder))
