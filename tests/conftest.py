import os

for _name, _value in {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False"}.items():
    os.environ[_name] = _value  # before any import: the libraries read them when they are imported

from hypothesis import settings  # noqa: E402  the variables above come first

# A shared machine stalls for seconds: time limits an example would fail on it, not the code. In CI every run
# tries the same examples, so that a landing does not hang on luck; at the desk they stay random.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
