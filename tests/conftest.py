import os

for _name, _value in {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False"}.items():
    os.environ[_name] = _value  # before any import: the libraries read them when they are imported

from pathlib import Path  # noqa: E402  the variables above come first

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from agent import Settings, TriageAgent  # noqa: E402

# A shared machine stalls for seconds: time limits an example would fail on it, not the code. In CI every run
# tries the same examples, so that a landing does not hang on luck; at the desk they stay random.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh data folder, as on a machine where the project was just installed."""
    return tmp_path_factory.mktemp("xiaozheng")


@pytest.fixture(scope="session")
def real_agent(data_dir: Path) -> TriageAgent:
    """The agent that a user gets: shipped knowledge, vectors and classifier, opened once for the whole run."""
    return TriageAgent.from_settings(Settings.load({"XIAOZHENG_DATA_DIR": str(data_dir)}))
