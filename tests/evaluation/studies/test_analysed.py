"""Defects marked in a study, from the rater's boxes to counts, maps, JSON and a report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.studies.analysed import picture_of, pictures_in_place, table_of
from evaluation.studies.analysing.analysis import analyse
from evaluation.studies.analysing.mark_maps import pictures_shown
from evaluation.studies.analysing.presentation import presented
from evaluation.studies.analysing.report import write_report
from evaluation.studies.collecting.creation import StimulusSpec, create_study
from evaluation.studies.collecting.design import Arm, Design
from evaluation.studies.collecting.items import Role
from evaluation.studies.collecting.joining import consent
from evaluation.studies.collecting.records import Kind
from restoration.errors import OutOfRange, UsageError
from tests.evaluation.studies.conftest import pictures

LOST = {"x": 6.0, "y": 0.0, "w": 6.0, "h": 12.0, "kind": "lost"}
INVENTED = {"x": 20.0, "y": 20.0, "w": 8.0, "h": 8.0, "kind": "invented"}
SAID: tuple[list[dict[str, Any]], ...] = ([LOST, LOST], [LOST, INVENTED], [])
"""What three raters draw into each of two pictures of 24 x 24 pixels."""


def stimuli(contents: int) -> list[StimulusSpec]:
    """Two versions of each content, and `c`, the original that marking is done beside."""
    return [
        replace(each, role=Role.REFERENCE if each.condition == "c" else Role.RATED)
        for each in pictures(contents, "abc")
    ]


@pytest.fixture
def study(store, vote):
    arm = Arm("marks", "marks", raters=len(SAID))
    made = create_study(store, Design("Where?", (arm,)), stimuli(1))
    for link, marks in zip(made.invite_links["marks"], SAID, strict=True):
        rater = store.rater_by_token(link.split("=")[1])
        consent(store, rater, {})
        for _ in range(2):
            vote(rater, {"marks": marks})
    return made.id


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_marks_are_counted_by_rater_and_kind_and_mapped(store, study, tmp_path: Path) -> None:
    analysis = analyse(table_of(store, study))
    assert analysis.refusals == {}
    counts = analysis.tables["marks"]
    assert list(counts["kind"][:3]) == ["any kind", "detail invented", "detail lost"]
    assert counts["raters"].eq(3).all()
    assert list(counts["marked"]) == [2, 1, 2] * 2
    assert list(counts["marks"]) == [4, 1, 3] * 2
    record = json.loads(json.dumps(analysis.record(), allow_nan=False))
    assert record["facts"]["marks"] == 8
    assert record["tables"]["mark_boxes"][0]["right"] == pytest.approx(0.5)

    view = presented(analysis)
    assert "by 2 of 3 raters (detail invented by 1 and detail lost by 2)" in view["answer"][0]
    assert "8 marks" in view["methods"]
    shown = view["marks"]["pictures"]
    assert [each["item"] for each in shown] == pictures_shown(analysis)
    lost = shown[0]["maps"][2]
    assert lost["words"] == "2 of 3 raters marked this, with 3 boxes."
    assert lost["figure"]["layout"]["xaxis"]["range"] == [0, 24]

    pictures_of_it = pictures_in_place(store, study, pictures_shown(analysis))
    write_report(analysis, tmp_path / "report.html", "it", pictures_of_it)
    assert "data:image/png;base64,iVBOR" in (tmp_path / "report.html").read_text()
    assert picture_of(store, study, shown[0]["item"]).startswith(b"\x89PNG")
    with pytest.raises(OutOfRange, match="no such picture"):
        picture_of(store, study, "another")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_rater_left_out_leaves_the_maps_and_nothing_marked_is_said_so(store, study) -> None:
    table = table_of(store, study)
    people = sorted(set(table.marks["rater"]))
    quiet = next(
        each for each in people if (table.marks["kind"][table.marks["rater"] == each] == "").all()
    )
    others = frozenset(people) - {quiet}
    alone = analyse(table, excluded=others)
    assert alone.facts["raters"] == 1
    assert alone.facts["marks"] == 0
    said = presented(alone)
    assert said["answer"] == ["No rater marked a defect in any of 2 pictures."]
    assert said["marks"]["pictures"][0]["maps"][0]["figure"] is None
    assert analyse(table, excluded=frozenset({quiet})).tables["marks"]["raters"].eq(2).all()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_study_without_votes_and_marks_is_refused_as_before(store) -> None:
    made = create_study(store, Design("Empty", (Arm("marks", "marks"),)), stimuli(1))
    with pytest.raises(UsageError, match="no votes"):
        table_of(store, made.id)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_votes_and_marks_of_one_study_stand_side_by_side(store, vote) -> None:
    arms = (Arm("grades", raters=2), Arm("marks", "marks", raters=1))
    made = create_study(store, Design("Both", arms), stimuli(2))
    for name, answers in (("grades", {"choice": "4"}), ("marks", {"marks": [LOST]})):
        for link in made.invite_links[name]:
            rater = store.rater_by_token(link.split("=")[1])
            consent(store, rater, {})
            for _ in range(4):
                assert vote(rater, answers).kind is Kind.VOTE
    analysis = analyse(table_of(store, made.id))
    assert (analysis.facts["votes"], analysis.facts["marks"]) == (8, 4)
    assert {"rankings", "marks"} <= set(analysis.tables)
    assert np.isfinite(analysis.tables["marks"]["share"]).all()
