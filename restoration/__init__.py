"""Restore noisy scans, and say what was done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from restoration.api import Model, Restoration, load_model

__all__ = ["Model", "Restoration", "load_model"]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Load the interface when it is first used: commands that need less start sooner."""
    if name in __all__:
        from restoration import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
