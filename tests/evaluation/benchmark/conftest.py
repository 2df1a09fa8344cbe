"""Small photographs, made here, and a way to run the command as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]


def save_picture(path: Path, number: int, side: int = 40) -> None:
    """A ramp with an edge and a texture, each number another."""
    y, x = np.mgrid[:side, :side] / side
    gray = 0.2 + 0.4 * x + 0.2 * (y > 0.3 + 0.05 * number) + 0.05 * np.sin(9 * (number + 1) * x * y)
    Image.fromarray((gray * 255).round().astype(np.uint8)).save(path)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """A folder of three gray pictures of 40 x 40."""
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(3):
        save_picture(folder / f"picture{number}.png", number)
    return folder


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., list[str]]:
    """The arguments of `python -m evaluation benchmark` with a data folder of its own."""

    def arguments(*options: object) -> list[str]:
        return [sys.executable, "-m", "evaluation", "benchmark", *map(str, options)]

    return arguments


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "RR_DATA_DIR": str(tmp_path / "data"), "RR_OFFLINE": "true"}


@pytest.fixture
def benchmark(
    command: Callable[..., list[str]], environment: dict[str, str]
) -> Callable[..., Ended]:
    """Run the command to its end."""

    def run(*options: object) -> Ended:
        done = subprocess.run(
            command(*options), cwd=ROOT, env=environment, capture_output=True, text=True
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
