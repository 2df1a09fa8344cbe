"""The settings of the environment, or a sentence that names the variable that is wrong."""

from __future__ import annotations

from pydantic import SecretStr, ValidationError

from restoration.errors import UsageError
from restoration.settings import Settings, settings

PREFIX = str(Settings.model_config.get("env_prefix", ""))


def checked_settings() -> Settings:
    """The settings of this process; raises UsageError for a value that cannot be used."""
    try:
        return settings()
    except ValidationError as invalid:
        first = invalid.errors()[0]
        name = str(first["loc"][0])
        variable = PREFIX + name.upper()
        found = str(first["input"])
        if Settings.model_fields[name].annotation is SecretStr:
            found = f"{len(found)} characters"  # a secret does not go to a terminal or a log
        raise UsageError(
            f"{variable} is set to a value that cannot be used",
            actual=found,
            expected=first["msg"].removeprefix("Value error, "),
            remedy=f"Set {variable} to another value, or not at all",
        ) from None
