"""The commands of `python -m restoration.synthesis`, one module each."""

from restoration.synthesis.commands import generate, noise, prepare, train

COMMANDS = (prepare, train, generate, noise)
