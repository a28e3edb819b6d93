"""Settings: read from the given environment only, misspelt names and bad values refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.settings import Settings
from models.errors import SettingsError


def test_values_come_from_the_environment_given() -> None:
    """Each variable sets its field; others keep their defaults."""
    settings = Settings.load({"XIAOZHENG_DATA_DIR": "/srv/x", "XIAOZHENG_TARGET_PRECISION": "0.9", "HOME": "/root"})
    assert settings.data_dir == Path("/srv/x")
    assert settings.target_precision == 0.9
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"XIAOZHENG_HUMANBELOW": "1"}, "XIAOZHENG_HUMANBELOW is no setting"),
        ({"XIAOZHENG_TARGET_PRECISION": "1.5"}, "XIAOZHENG_TARGET_PRECISION"),
        ({"XIAOZHENG_PORT": "web"}, "XIAOZHENG_PORT"),
        ({"XIAOZHENG_MAX_CHARS": "1"}, "XIAOZHENG_MAX_CHARS"),
    ],
    ids=["misspelt", "out-of-range", "not-a-number", "too-small"],
)
def test_wrong_settings_stop_the_start(variables: dict[str, str], says: str) -> None:
    """The message names the variable."""
    with pytest.raises(SettingsError, match=says):
        Settings.load(variables)


def test_the_database_password_is_never_printed() -> None:
    """A password does not show in a representation of the settings."""
    settings = Settings.load({"XIAOZHENG_DATABASE_URL": "postgresql+psycopg://desk:s3cret@db/xiaozheng"})
    assert "s3cret" not in repr(settings)
    assert "s3cret" in settings.ledger_url


def test_the_ledger_lies_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    """Without a database the ledger is one file that a backup of the data folder takes along."""
    assert Settings.load({"XIAOZHENG_DATA_DIR": str(tmp_path)}).ledger_url == f"sqlite:///{tmp_path / 'ledger.db'}"
