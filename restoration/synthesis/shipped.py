"""The generator that ships, and the label maps it can be tried on."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "synthesis"
SHIPPED = FOLDER / "generator.json"
