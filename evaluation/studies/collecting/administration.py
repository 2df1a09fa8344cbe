"""What owners do: log in, open, pause and close studies."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from evaluation.studies.collecting.records import State, now
from evaluation.studies.collecting.schema import accounts, failed_logins, sessions, studies
from evaluation.studies.collecting.store import StudyStore, study_by_id
from restoration.errors import UsageError
from restoration.settings import SHORTEST_PASSWORD

OWNER = "owner"
"""The account whose password is the setting RR_OWNER_PASSWORD."""
SESSION_HOURS = 12
MOST_FAILURES = 5
FAILURE_MINUTES = 5
"""So many wrong passwords for a name within so many minutes, and it is not tried any more."""

_hasher = PasswordHasher()
_one_at_a_time = threading.Lock()
"""A guess costs 64 MB and a tenth of a second; many at once would cost the machine."""


class LoginRefused(UsageError):
    """The name or the password is wrong, or was wrong too often."""


class NotLoggedIn(UsageError):
    """The session has ended or never was."""


def set_password(store: StudyStore, name: str, password: str) -> None:
    """Make an account, or give it another password; sessions of the old one end."""
    if not 1 <= len(name) <= 60 or len(password) < SHORTEST_PASSWORD:
        raise UsageError(
            "This account cannot be made",
            actual=f"a name of {len(name)} and a password of {len(password)} characters",
            expected=f"a name and a password of {SHORTEST_PASSWORD} characters or more",
        )
    hashed = _hasher.hash(password)

    def work(c: Connection) -> None:
        c.execute(delete(sessions).where(sessions.c.account == name))
        changed = c.execute(update(accounts).where(accounts.c.name == name).values(password=hashed))
        if not changed.rowcount:
            c.execute(insert(accounts), {"name": name, "password": hashed, "created_at": now()})

    store.database.write(work)


def has_accounts(store: StudyStore) -> bool:
    """Whether anybody can log in."""
    return store.database.read(lambda c: c.scalar(select(func.count()).select_from(accounts))) != 0


def take_owner_password(store: StudyStore, password: str) -> None:
    """Give the account `owner` the password of the settings, if it has another one."""
    if not password:
        return
    stored = store.database.read(
        lambda c: c.scalar(select(accounts.c.password).where(accounts.c.name == OWNER))
    )
    if stored is None or not _is_right(stored, password):
        set_password(store, OWNER, password)


def log_in(store: StudyStore, name: str, password: str) -> str:
    """The token of a new session; raises LoginRefused.

    A name that does not exist takes as long as a wrong password.
    """
    since = _minutes_ago(FAILURE_MINUTES)

    def state(c: Connection) -> tuple[str | None, int]:
        recent = (failed_logins.c.account == name) & (failed_logins.c.at > since)
        failures = c.scalar(select(func.count()).select_from(failed_logins).where(recent))
        stored = c.scalar(select(accounts.c.password).where(accounts.c.name == name))
        return stored, failures or 0

    with _one_at_a_time:
        stored, failures = store.database.read(state)
        if failures >= MOST_FAILURES:
            raise LoginRefused(
                "There were too many wrong passwords for this name",
                actual=f"{failures} in {FAILURE_MINUTES} minutes",
                remedy="Wait five minutes, then try again",
            )
        # Asked for in any case: the first login makes it, and its time must not tell a name.
        of_nobody = _hash_of_nobody()
        is_right = _is_right(stored or of_nobody, password)
        if stored is None or not is_right:
            store.database.write(lambda c: _failed(c, name))
            raise LoginRefused("The name or the password is wrong")
    token = secrets.token_urlsafe(32)
    store.database.write(lambda c: _begin_session(c, name, token))
    return token


def account_of(store: StudyStore, token: str) -> str:
    """Who is logged in by this token; raises NotLoggedIn."""
    query = select(sessions.c.account).where(
        sessions.c.token == _hash(token), sessions.c.ends_at > now()
    )
    account = store.database.read(lambda c: c.scalar(query))
    if account is None:
        raise NotLoggedIn("You are not logged in", remedy="Log in and try again")
    return str(account)


def log_out(store: StudyStore, token: str) -> None:
    """End a session."""
    store.database.write(
        lambda c: c.execute(delete(sessions).where(sessions.c.token == _hash(token)))
    )


def set_state(store: StudyStore, study_id: str, state: State) -> None:
    """Open, pause or close a study. Closing is for good: raises UsageError afterwards."""

    def work(c: Connection) -> None:
        study = study_by_id(c, study_id, for_change=True)
        if study.state is State.CLOSED and state is not State.CLOSED:
            raise UsageError(
                "A closed study stays closed, so that its archive stays true",
                remedy="Make a new study from the same file",
            )
        if study.builtin and state is State.CLOSED:
            raise UsageError("The built-in study stays", remedy="Pause it instead")
        closed_at = study.closed_at or (now() if state is State.CLOSED else None)
        chosen = studies.c.id == study_id
        c.execute(update(studies).where(chosen).values(state=state.value, closed_at=closed_at))

    store.database.write(work)


def _begin_session(c: Connection, name: str, token: str) -> None:
    c.execute(delete(sessions).where(sessions.c.ends_at < now()))
    c.execute(delete(failed_logins).where(failed_logins.c.account == name))
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=SESSION_HOURS)
    row = {
        "token": _hash(token),
        "account": name,
        "ends_at": ends.isoformat(timespec="microseconds"),
    }
    c.execute(insert(sessions), row)


def _failed(c: Connection, name: str) -> None:
    c.execute(delete(failed_logins).where(failed_logins.c.at < _minutes_ago(FAILURE_MINUTES)))
    row = {"id": secrets.token_hex(12), "account": name[:60], "at": now()}
    c.execute(insert(failed_logins), row)


@cache
def _hash_of_nobody() -> str:
    """What the password of a name that does not exist is compared with."""
    return _hasher.hash(secrets.token_hex(8))


def _is_right(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except VerificationError:
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _minutes_ago(minutes: float) -> str:
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)
    return then.isoformat(timespec="microseconds")
