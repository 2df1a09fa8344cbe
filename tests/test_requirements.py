"""What is pinned is what is used, and what is installed is what is pinned."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("restoration", "evaluation", "ui")
OPTIONAL = {"spandrel", "ray", "spaces"}
"""Used where somebody has installed them; every use is guarded."""


def _pins(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text().splitlines()
    return dict(line.split("==") for line in lines if line and line[0] not in "#-")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-test.txt"])
def test_what_is_installed_is_what_is_pinned(file: str) -> None:
    installed = {name: metadata.version(name).split("+")[0] for name in _pins(file)}
    assert installed == _pins(file)


def _imported() -> set[str]:
    names = set()
    files = [ROOT / "app.py", *(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES) - OPTIONAL


def test_everything_imported_is_pinned() -> None:
    providers = metadata.packages_distributions()
    pinned = {_plain(name) for name in _pins("requirements.txt")}
    unpinned = {
        name
        for name in _imported()
        if not {_plain(provider) for provider in providers.get(name, [])} & pinned
    }
    assert unpinned == set()


def test_the_space_gets_the_same_gradio_and_an_app_that_exists() -> None:
    front_matter = (ROOT / "README.md").read_text().split("---\n")[1]
    entries = dict(line.split(": ", 1) for line in front_matter.splitlines())
    assert entries["sdk"] == "gradio"
    assert entries["sdk_version"] == _pins("requirements.txt")["gradio"]
    assert (ROOT / entries["app_file"]).is_file()
    assert entries["license"] == "apache-2.0"
