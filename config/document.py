"""docs/configuration.md, written from the fields of Settings: `python -m config.document`."""

from __future__ import annotations

import sys

from config.settings import NOT_YET, SECRETS, Settings
from config.sources import CONFIG_VARIABLE, PREFIX

_HEAD = f"""# Configuration

Written from `config/settings.py` by `./dev docs`; change it there.

Settings come from one TOML file (`--config FILE`, or the variable `{CONFIG_VARIABLE}`), overridden by environment
variables `{PREFIX}<NAME>`. Secrets can also be read from a file named by `{PREFIX}<NAME>_FILE`. In TOML a list is an
array or one text with commas. A wrong or unknown setting stops the start with its name and the reason.
`smartbcc config show` prints every setting in force and where it comes from, passwords masked.

```toml
# smartbcc.toml
hostname = "bcc.example.com"
smtp_listen = ["0.0.0.0:25", "[::]:25"]
mail_domain = "bcc.example.com"
base_url = "https://bcc.example.com"
```

| setting | default | |
|---|---|---|
"""
_TAIL = """
(s) a secret. (n) known already, without effect so far.
"""


def configuration() -> str:
    """Answer the text of docs/configuration.md."""
    rows = (
        f"| `{name.upper()}`{_marks(name)} | {_default(name)} | {_description(name)} |\n"
        for name in Settings.model_fields
    )
    return _HEAD + "".join(rows) + _TAIL


def _marks(name: str) -> str:
    return " (s)" * (name in SECRETS) + " (n)" * (name in NOT_YET)


def _default(name: str) -> str:
    value = Settings.model_fields[name].default
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    return f"`{text}`" if text else ""


def _description(name: str) -> str:
    return (Settings.model_fields[name].description or "").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(configuration())
