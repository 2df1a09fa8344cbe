"""`studies`: create, list, export, close, freeze, verify, import, analyse, plan rating studies.

A study file is YAML: title, arms (each with a protocol), settings, and stimuli, each with a file,
its content and its condition; docs/studies.md has one to copy.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.commands.study_analysis import add_analyse, add_plan
from evaluation.studies.collecting.administration import OWNER, set_password, set_state
from evaluation.studies.collecting.archive import frozen, import_archive, verify_archive
from evaluation.studies.collecting.creation import CreatedStudy, create_study
from evaluation.studies.collecting.design import read_study_file
from evaluation.studies.collecting.exports import ExportFormat, exported
from evaluation.studies.collecting.hub import push_closed_events
from evaluation.studies.collecting.progress import summaries
from evaluation.studies.collecting.records import State
from evaluation.studies.collecting.stimulus_list import stimuli_of
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.verification import verify_study
from restoration.commands.environment import checked_settings
from restoration.commands.output import print_json, print_text
from restoration.errors import NotWritten, UsageError

Declare = Callable[[argparse.ArgumentParser], None]
Run = Callable[[StudyStore, argparse.Namespace], None]


@dataclass(frozen=True)
class Action:
    """One word after `studies`."""

    name: str
    help: str
    declare: Declare
    run: Run


def add_to(commands: Any) -> None:  # noqa: ANN401
    """Declare the command and its actions."""
    parser = commands.add_parser("studies", help="rating studies", description=__doc__)
    choices = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action in ACTIONS:
        own = choices.add_parser(action.name, help=action.help, description=action.help)
        action.declare(own)
        own.set_defaults(run=run, action_run=action.run)
    add_analyse(choices)
    add_plan(choices)


def run(options: argparse.Namespace) -> int:
    """Open the store of the settings and do what was asked."""
    store = StudyStore.open(checked_settings())
    try:
        options.action_run(store, options)
    finally:
        store.close()
    return 0


def _study_and_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="ID")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE")


def _create_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="STUDY.yaml")
    parser.add_argument("--json", action="store_true")


def _create(store: StudyStore, options: argparse.Namespace) -> None:
    design, listed = read_study_file(options.file)
    made = create_study(store, design, stimuli_of(listed, options.file.parent))
    if options.json:
        print_json(asdict(made))
        return
    for line in _links(made):
        print_text(line)


def _links(made: CreatedStudy) -> list[str]:
    lines = [f"Study {made.id}. Links, below the address of the app:"]
    if made.open_link:
        lines.append(f"  open to all: {made.open_link}")
    for arm, links in made.invite_links.items():
        lines += [f"  {arm}: {link}" for link in links]
    return lines


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def _list(store: StudyStore, options: argparse.Namespace) -> None:
    rows = [
        {
            "id": each.study.id,
            "title": each.study.title,
            "state": each.study.state.value,
            "votes": each.done,
            "planned": each.planned,
        }
        for each in summaries(store)
    ]
    if options.json:
        print_json(rows)
        return
    for row in rows:
        print_text(
            f"{row['id']}  {row['state']:7} {row['votes']:6} of {row['planned']:6}  {row['title']}"
        )


def _export_options(parser: argparse.ArgumentParser) -> None:
    _study_and_output(parser)
    parser.add_argument(
        "--format",
        choices=[format.value for format in ExportFormat],
        help="default: by FILE's name",
    )


def _export(store: StudyStore, options: argparse.Namespace) -> None:
    asked = options.format or options.output.suffix.removeprefix(".")
    if asked not in list(ExportFormat):
        raise UsageError(
            "The export has no known format", actual=asked, expected=", ".join(ExportFormat)
        )
    _write(options.output, exported(store, options.study, ExportFormat(asked)))


def _freeze(store: StudyStore, options: argparse.Namespace) -> None:
    _write(options.output, frozen(store, options.study))


def _close_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="ID")


def _close(store: StudyStore, options: argparse.Namespace) -> None:
    set_state(store, options.study, State.CLOSED)
    print_text(f"Study {options.study} is closed.")


def _verify_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="ARCHIVE.zip|ID")
    parser.add_argument("--json", action="store_true")


def _verify(store: StudyStore, options: argparse.Namespace) -> None:
    path = Path(options.what)
    found = asdict(verify_archive(path) if path.is_file() else verify_study(store, options.what))
    if options.json:
        print_json(found)
    else:
        print_text("All as it should be: " + ", ".join(f"{k} {v}" for k, v in found.items()))


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("archive", type=Path, metavar="ARCHIVE.zip")


def _import(store: StudyStore, options: argparse.Namespace) -> None:
    print_text(f"Study {import_archive(store, options.archive)} is here.")


def _account_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default=OWNER)


def _account(store: StudyStore, options: argparse.Namespace) -> None:
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    set_password(store, options.name, password)
    print_text(f"The account {options.name} can log in.")


def _push_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="ID")
    parser.add_argument("--dataset", required=True, metavar="OWNER/NAME")


def _push(store: StudyStore, options: argparse.Namespace) -> None:
    pushed = push_closed_events(store, options.study, options.dataset)
    print_text(f"{pushed} events are in {options.dataset}.")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise NotWritten(f"{path} could not be written", actual=error.strerror) from error
    print_text(f"{len(data)} bytes in {path}")


ACTIONS = (
    Action("create", "make a study from a file and print its links", _create_options, _create),
    Action("list", "every study with its votes", _list_options, _list),
    Action("export", "votes as CSV or Parquet, events as JSON lines", _export_options, _export),
    Action("close", "take no more votes, for good", _close_options, _close),
    Action("freeze", "a closed study as one archive", _study_and_output, _freeze),
    Action("verify", "check an archive, or a study in the store", _verify_options, _verify),
    Action("import", "take an archive in", _import_options, _import),
    Action("push", "add finished events to a Hugging Face dataset", _push_options, _push),
    Action("account", "make an account that runs studies", _account_options, _account),
)
