"""Pushing events to a Hugging Face dataset, in segments that never change once they are there.

A Space has no disk that lasts; this is a second place for votes, not the first. Segments hold
whole hours that are over, so that the same segment is the same bytes whenever it is made, and a
push that was cut short is simply repeated.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, Protocol

from evaluation.studies.collecting.exports import events_jsonl
from evaluation.studies.collecting.records import now
from evaluation.studies.collecting.standing import read_contents
from evaluation.studies.collecting.store import StudyStore
from restoration.errors import NotWritten

HOUR = len("2026-01-01T00")
"""Characters of a time down to its hour."""


class Hub(Protocol):
    """The part of `huggingface_hub.HfApi` that is used."""

    def list_repo_files(self, repo_id: str, *, repo_type: str) -> list[str]:
        """Names of the files in a repository."""
        ...

    def upload_file(
        self, *, path_or_fileobj: bytes, path_in_repo: str, repo_id: str, repo_type: str
    ) -> Any:  # noqa: ANN401
        """Add one file in one commit."""
        ...


def push_closed_events(
    store: StudyStore, study_id: str, dataset: str, hub: Hub | None = None
) -> int:
    """Push the hours that are over and not there yet; how many events the dataset then has.

    The token is the one `huggingface_hub` finds (HF_TOKEN). Erased answers are empty in segments
    that are pushed after the erasure; those pushed before stay, as the consent text should say.
    Raises NotWritten where the hub does not take it.
    """
    contents = store.database.read(lambda c: read_contents(c, study_id))
    segments: dict[str, list[bytes]] = defaultdict(list)
    for line in events_jsonl(contents).splitlines(keepends=True):
        hour = json.loads(line)["stored_at"][:HOUR]
        if hour < now()[:HOUR]:
            segments[hour].append(line)
    api = hub or _api()
    try:
        there = set(api.list_repo_files(dataset, repo_type="dataset"))
        for hour, segment in segments.items():
            name = f"studies/{study_id}/{hour}.jsonl"
            if name not in there:
                api.upload_file(
                    path_or_fileobj=b"".join(segment),
                    path_in_repo=name,
                    repo_id=dataset,
                    repo_type="dataset",
                )
    except (OSError, ValueError) as error:
        raise NotWritten(
            f"The dataset {dataset} did not take the events",
            actual=str(error).splitlines()[0][:200],
            remedy="Nothing is lost here; look at the token and the name, then push again",
        ) from error
    return sum(map(len, segments.values()))


def _api() -> Hub:
    from huggingface_hub import HfApi

    return HfApi()
