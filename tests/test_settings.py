"""Every setting is in the table of docs/settings.md, with its default and meaning."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from restoration.commands.environment import checked_settings
from restoration.errors import UsageError
from restoration.settings import Settings, settings

TABLE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_the_documented_settings_are_the_settings() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| (.+) \|$", TABLE.read_text(), re.MULTILINE)
    documented = {name: (default, meaning) for name, default, meaning in rows}
    assert documented == {
        f"RR_{name.upper()}": (str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }


def test_a_short_password_of_the_owner_is_refused_at_the_start_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.cache_clear()
    monkeypatch.setenv("RR_OWNER_PASSWORD", "secret-11ch")
    with pytest.raises(UsageError, match=r"RR_OWNER_PASSWORD .* 12 characters or more") as refused:
        checked_settings()
    assert "Found: 11 characters" in str(refused.value)
    assert "secret-11ch" not in str(refused.value)
    for fine in ("", "a long enough password"):
        monkeypatch.setenv("RR_OWNER_PASSWORD", fine)
        settings.cache_clear()
        assert checked_settings().owner_password.get_secret_value() == fine
    settings.cache_clear()
