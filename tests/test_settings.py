"""Every setting is in the table of docs/settings.md, with its default and meaning."""

from __future__ import annotations

import re
from pathlib import Path

from restoration.settings import Settings

TABLE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_the_documented_settings_are_the_settings() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| (.+) \|$", TABLE.read_text(), re.MULTILINE)
    documented = {name: (default, meaning) for name, default, meaning in rows}
    assert documented == {
        f"RR_{name.upper()}": (str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }
