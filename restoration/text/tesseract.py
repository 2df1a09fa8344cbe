"""Tesseract, the text recogniser of the machine: is it there and suitable, and run it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum

from restoration.errors import UnsupportedFile, UsageError, WorkerLost

OLDEST = 4
"""The first major version that recognises with a neural network."""
SECONDS = 120.0
"""An A4 page of 300 dpi takes a few seconds on one core."""


class Layout(Enum):
    """What the picture shows; the value is Tesseract's page segmentation mode."""

    PAGE = 3
    """Anything: Tesseract finds columns, blocks and lines by itself."""
    LINE = 7
    """A single line of text."""


@dataclass(frozen=True)
class Probe:
    """What was found of Tesseract."""

    executable: str | None
    version: str | None
    languages: tuple[str, ...]
    problem: str | None
    """Why it cannot be used, for a person; None where it can."""


def probe(language: str = "eng") -> Probe:
    """Look for Tesseract 4 or newer that knows `language`; several are joined as `deu+eng`."""
    executable = shutil.which("tesseract")
    if executable is None:
        return Probe(None, None, (), "Tesseract is not installed")
    version = re.search(r"tesseract v?(\d+)(\.[\w.-]+)?", _output(executable, "--version"))
    if version is None:
        return Probe(executable, None, (), f"{executable} does not answer as Tesseract does")
    lines = _output(executable, "--list-langs").splitlines()
    languages = tuple(line.strip() for line in lines[1:] if line.strip())
    unknown = [each for each in language.split("+") if each not in languages]
    problem = None
    if int(version.group(1)) < OLDEST:
        problem = f"Tesseract {version.group(1)} is too old"
    elif unknown:
        problem = f"Tesseract does not know the language {', '.join(unknown)}"
    return Probe(executable, version.group(0).split()[-1], languages, problem)


def recognise(
    image: bytes, language: str, dpi: float | None, seconds: float, layout: Layout = Layout.PAGE
) -> str:
    """Tesseract's table (TSV) of the words in a PNG file, on one thread.

    Raises UsageError where Tesseract is missing or unsuitable, UnsupportedFile where it refuses
    the image, WorkerLost where it takes longer than `seconds`.
    """
    found = probe(language)
    if found.problem is not None or found.executable is None:
        raise UsageError(
            found.problem or "Tesseract is not installed",
            expected=f"Tesseract {OLDEST} or newer with the language {language}",
            remedy="On Debian: apt-get install " + _packages(language),
        )
    options = ["--psm", str(layout.value)]
    if dpi is not None:
        options += ["--dpi", str(round(dpi))]
    try:
        done = subprocess.run(
            [found.executable, "stdin", "stdout", "-l", language, *options, "tsv"],
            input=image,
            capture_output=True,
            timeout=seconds,
            # Its own threads gain little on a page, and the cores belong to whole pages.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as late:
        raise WorkerLost(
            "Text recognition took too long", expected=f"at most {seconds:g} seconds"
        ) from late
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise UnsupportedFile(
            "Tesseract could not read the page",
            actual=lines[-1] if lines else f"exit status {done.returncode}",
        )
    return done.stdout.decode()


def _packages(language: str) -> str:
    data = [f"tesseract-ocr-{each.replace('_', '-')}" for each in language.split("+")]
    return " ".join(["tesseract-ocr", *data])


def _output(executable: str, option: str) -> str:
    try:
        done = subprocess.run(
            [executable, option], capture_output=True, timeout=10, text=True, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout or done.stderr
