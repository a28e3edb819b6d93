"""One typed settings object, read once from the environment.

`Settings.load` is called by the entry points (command line, page, `TriageAgent.from_settings`) and nowhere else.
A misspelt `XIAOZHENG_…` name stops the start instead of silently meaning the default.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from models.embedder import BUNDLED
from models.errors import SettingsError
from models.record import Record

PREFIX = "XIAOZHENG_"
# Read elsewhere (tests, benchmarks), not by the product.
_FOREIGN = frozenset({"XIAOZHENG_REQUIRE_BROWSER", "XIAOZHENG_TEST_POSTGRES_URL"})


class Settings(Record):
    """Everything that can be set; each field is the variable `XIAOZHENG_<NAME>`."""

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("xiaozheng", appauthor=False), description="index and added cases"
    )
    knowledge_dir: Path | None = Field(None, description="your own tables; a file here replaces the shipped one")
    rules_dir: Path | None = Field(None, description="your own rule files; a file here replaces the shipped one")
    classifier: Path | None = Field(None, description="artifact of `xiaozheng train`; the shipped one when unset")
    embedder: str = Field(BUNDLED, description="`bundled`, or a folder with a sentence-transformers model")
    mask_doors: bool = Field(False, description="also mask house and flat numbers")
    max_chars: int = Field(20_000, ge=200, le=1_000_000, description="longest complaint taken, in characters")
    target_precision: float = Field(0.95, gt=0, lt=1, description="precision wanted of automatic dispatch")
    host: str = Field("127.0.0.1", description="address the workbench listens on")
    port: int = Field(7860, ge=0, le=65535)
    # Two underscores part the group from the name: XIAOZHENG_LLM__BASE_URL.
    llm__base_url: str = Field(
        "", description="an OpenAI-compatible server that words drafts; unset: the template does"
    )
    llm__model: str = Field("", description="name of the model on that server")
    llm__api_key: SecretStr | None = Field(None, description="its key")
    llm__path: Path | None = Field(None, description="instead: a model folder or GGUF file, run in process")
    llm__timeout: float = Field(30.0, gt=0, le=3600, description="seconds for one draft, retries included")
    llm__word: bool = Field(True, description="let it word drafts; false keeps the template")
    llm__arbitrate: bool = Field(False, description="also let it choose among doubtful categories")
    llm__condense: bool = Field(False, description="also let it shorten long complaints to sentences of their own")
    # `XIAOZHENG_DATABASE_URL`; secret because it may carry a password
    database_url: SecretStr | None = Field(None, description="the ledger; unset: an SQLite file in the data folder")
    rate_per_minute: int = Field(120, ge=1, le=100_000, description="requests that one account may send in a minute")
    upload_mb: int = Field(50, ge=1, le=4096, description="largest file that the page and the API take, in MB")

    @field_validator("data_dir", "knowledge_dir", "rules_dir", "classifier", "llm__path")
    @classmethod
    def _home(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser()

    @field_validator("rules_dir")
    @classmethod
    def _is_folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_dir():
            raise ValueError(f"{path} is not a folder")
        return path

    @model_validator(mode="after")
    def _one_language_model(self) -> Settings:
        if self.llm__base_url and self.llm__path is not None:
            raise ValueError("XIAOZHENG_LLM__BASE_URL and XIAOZHENG_LLM__PATH are both set; keep one")
        if self.llm__base_url and not self.llm__model:
            raise ValueError("XIAOZHENG_LLM__MODEL is missing; name the model on the server")
        return self

    @property
    def ledger_url(self) -> str:
        """Where the ledger lies, as SQLAlchemy writes it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'ledger.db'}"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment.

        Raises:
            SettingsError: a value is out of range, or a name is not known.
        """
        variables = os.environ if environ is None else environ
        known = {PREFIX + name.upper() for name in cls.model_fields} | _FOREIGN
        unknown = sorted(name for name in variables if name.upper().startswith(PREFIX) and name.upper() not in known)
        if unknown:
            raise SettingsError(f"{unknown[0]} is no setting; known are {', '.join(sorted(known - _FOREIGN))}")
        values = {
            name: variables[PREFIX + name.upper()] for name in cls.model_fields if variables.get(PREFIX + name.upper())
        }
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            where = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
            raise SettingsError(f"{where}{first['msg']}") from error
