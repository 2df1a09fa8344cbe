"""Owners: the right password, and only so many wrong ones. Visitors: one click, one vote."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher

from evaluation.commands import main
from evaluation.studies.collecting import administration
from evaluation.studies.collecting.administration import (
    MOST_FAILURES,
    LoginRefused,
    NotLoggedIn,
    account_of,
    has_accounts,
    log_in,
    log_out,
    set_password,
    take_owner_password,
)
from evaluation.studies.collecting.open_study import (
    OPEN_STUDY,
    Shown,
    ensure_open_study,
    rate_openly,
)
from evaluation.studies.collecting.records import Kind
from evaluation.studies.collecting.schema import accounts, sessions
from evaluation.studies.collecting.stimuli import encoded
from evaluation.studies.collecting.store import StudyStore
from evaluation.studies.collecting.submission import Submission
from evaluation.studies.collecting.vote_export import votes_of
from restoration.errors import UsageError
from restoration.settings import settings as program_settings
from tests.evaluation.studies.conftest import pictures

PASSWORD = "a long enough password"


def test_a_session_begins_with_the_right_password_and_ends(store: StudyStore) -> None:
    assert not has_accounts(store)
    with pytest.raises(UsageError, match="12 characters"):
        set_password(store, "ann", "short")
    set_password(store, "ann", PASSWORD)
    token = log_in(store, "ann", PASSWORD)
    assert account_of(store, token) == "ann"
    rows = store.database.read(
        lambda c: [*c.execute(accounts.select()), *c.execute(sessions.select())]
    )
    assert PASSWORD not in str(rows)
    assert token not in str(rows)
    log_out(store, token)
    with pytest.raises(NotLoggedIn):
        account_of(store, token)
    other = log_in(store, "ann", PASSWORD)
    take_owner_password(store, PASSWORD)
    set_password(store, "ann", PASSWORD + "2")
    with pytest.raises(NotLoggedIn):
        account_of(store, other)


def test_a_name_is_not_tried_for_ever(store: StudyStore) -> None:
    set_password(store, "ann", PASSWORD)
    for _ in range(MOST_FAILURES):
        with pytest.raises(LoginRefused, match="wrong"):
            log_in(store, "ann", "guess")
    with pytest.raises(LoginRefused, match="too many"):
        log_in(store, "ann", PASSWORD)
    with pytest.raises(LoginRefused, match="name or the password"):
        log_in(store, "nobody", PASSWORD)


def test_a_name_that_does_not_exist_costs_what_a_wrong_password_does(
    store: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(store, "ann", PASSWORD)
    with pytest.raises(LoginRefused):
        log_in(store, "nobody", "guess")
    done: list[str] = []

    class Counting(PasswordHasher):
        def hash(self, *arguments: Any, **options: Any) -> str:
            done.append("hash")
            return super().hash(*arguments, **options)

        def verify(self, *arguments: Any, **options: Any) -> Literal[True]:
            done.append("verify")
            return super().verify(*arguments, **options)

    monkeypatch.setattr(administration, "_hasher", Counting())
    for name in ("ann", "nobody"):
        done.clear()
        with pytest.raises(LoginRefused):
            log_in(store, name, "guess")
        assert done == ["verify"], name


def test_a_visitors_click_is_one_vote_and_the_latest_counts(store: StudyStore) -> None:
    ensure_open_study(store)
    ensure_open_study(store)
    shown = Shown("ab" * 32, "cd" * 8, "swinir", 10, 10, kept=False)

    def click(number: int, visitor: str = "v" * 32, arm: str = "overall", **parts: Any) -> Any:
        vote: dict[str, Any] = {"kind": Kind.VOTE, "answer": {"choice": str(1 + number % 5)}}
        sent = Submission(f"click-number-{number:08}", "", 0, **{**vote, **parts})
        return rate_openly(store, visitor, arm, shown, sent)

    first = click(1)
    assert click(1) == first
    click(2)
    click(3, visitor="w" * 32)
    click(4, arm="fidelity and naturalness", answer={"scores": [60, 40]})
    votes = votes_of(store, OPEN_STUDY)
    overall = votes[votes["arm"] == "overall"]
    assert sorted(overall["score"]) == [3, 4]
    assert set(votes["condition"]) == {"swinir"}
    assert sorted(votes["score"][votes["arm"] != "overall"]) == [40, 60]
    click(5, visitor="w" * 32, kind=Kind.UNDO, answer=None)
    assert list(votes_of(store, OPEN_STUDY)["score"]).count(4) == 0
    for visitor, arm in (("short", "overall"), ("v" * 32, "no such")):
        with pytest.raises(UsageError):
            click(6, visitor, arm)


def test_a_study_runs_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RR_DATA_DIR", str(tmp_path / "data"))
    program_settings.cache_clear()
    lines = ["title: From a file", "arms: [{name: one, protocol: pair, raters: 2}]", "stimuli:"]
    for spec in pictures(1, "ab"):
        (tmp_path / f"{spec.condition}.png").write_bytes(encoded(spec.picture))
        lines.append(f"- {{file: {spec.condition}.png, content: x, condition: {spec.condition}}}")
    file = tmp_path / "study.yaml"
    file.write_text("\n".join(lines))
    assert main(["studies", "create", str(file)]) == 0
    study = capsys.readouterr().out.split()[1].rstrip(".")
    assert main(["studies", "list"]) == 0
    assert "0 of      2" in capsys.readouterr().out
    archive = str(tmp_path / "study.zip")
    assert main(["studies", "freeze", study, "-o", archive]) == 2
    assert "Close the study first" in capsys.readouterr().err
    for command in (
        ["close", study], ["freeze", study, "-o", archive], ["verify", archive],
        ["verify", study], ["export", study, "-o", str(tmp_path / "votes.csv")],
    ):  # fmt: skip
        assert main(["studies", *command]) == 0
    file.write_text("title: x\narms: [{name: one, protocol: pairs}]")
    assert main(["studies", "create", str(file)]) == 2
    assert "no such rating protocol" in capsys.readouterr().err
    program_settings.cache_clear()
