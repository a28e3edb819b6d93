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


def test_login_is_never_printed() -> None:
    """A password does not show in a representation of the settings."""
    assert "s3cret" not in repr(Settings.load({"XIAOZHENG_LOGIN": "night:s3cret"}))
