"""What a recipe says is what happens again."""

import json

import numpy as np
import pytest
import tifffile

from restoration.batch import FileTask, page_reader, restore_each
from restoration.degradations import Degradation, DegradationKind
from restoration.errors import NotWritten, UnreadableFile
from restoration.page_restoration import Request
from restoration.recipe import read_recipe
from restoration.repeating import Sameness, compare, request_of
from restoration.restoring import Target, restore_file

NOISE = Degradation(DegradationKind.GAUSSIAN, 12.3456789012, seed=77)


@pytest.fixture
def book(tmp_path):
    """A blank page, and a noisy one: `auto` leaves the first and denoises the second."""
    ramp = np.linspace(0.2, 0.8, 140)[None, :] * np.ones((100, 1))
    noisy = np.clip(ramp + np.random.default_rng(5).normal(0, 25 / 255, ramp.shape), 0, 1)
    path = tmp_path / "book.tiff"
    pages = np.stack([np.ones_like(ramp), noisy])
    tifffile.imwrite(path, (pages * 255).round().astype(np.uint8), photometric="minisblack")
    return path


def restored(book, output, model, request):
    """The recipe, through its file."""
    restore_file(book, (Target(model, output),), request, page_reader())
    return read_recipe(Target(model, output).recipe)


@pytest.mark.parametrize(
    ("model", "request_"),
    [
        ("auto", Request()),
        ("auto", Request(noise=NOISE)),
        ("nlm", Request(noise=NOISE, strength=0.7, tile=64, overlap=9)),
        ("auto", Request(level=17.123456789)),
    ],
)
def test_a_recipe_asks_again_for_what_was_asked(book, tmp_path, model, request_):
    first = restored(book, tmp_path / "first.tiff", model, request_)
    assert request_of(first) == (model, request_)
    again = restored(book, tmp_path / "again.tiff", *request_of(first))
    assert compare(first, again) is Sameness.IDENTICAL
    if model == "auto" and request_.noise is None:
        assert first.pages[0].model == "identity"
        assert first.pages[1].model != "identity"


def test_ensembles_repeat(book, tmp_path):
    first = restored(book, tmp_path / "first.tiff", "median", Request(ensemble=True))
    again = restored(book, tmp_path / "again.tiff", *request_of(first))
    assert compare(first, again) is Sameness.IDENTICAL
    assert tifffile.imread(tmp_path / "first.tiff.expected-error.tiff").dtype == np.float32


def test_recipes_of_another_version_are_refused_by_name(book, tmp_path):
    restored(book, tmp_path / "out.tiff", "identity", Request())
    path = tmp_path / "out.tiff.recipe.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "version": 1}))
    with pytest.raises(UnreadableFile, match="another version") as refusal:
        read_recipe(path)
    assert (refusal.value.actual, refusal.value.expected) == (
        "recipe version 1",
        "recipe version 2",
    )


@pytest.mark.parametrize("text", ["[]", "{}", "3", '{"version": 2}', '{"version": 2, "asked": 1}'])
def test_other_json_is_not_a_recipe(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match="not a recipe"):
        read_recipe(path)


def test_recipes_are_utf_8_whatever_the_locale(book, tmp_path, monkeypatch):
    monkeypatch.setattr("io.text_encoding", lambda given, _=2: given or "ascii")
    named = book.rename(tmp_path / "Straße.tiff")
    recipe = restored(named, tmp_path / "Über.tiff", "identity", Request())
    assert (recipe.input_name, recipe.output_name) == ("Straße.tiff", "Über.tiff")
    stored = (tmp_path / "Über.tiff.recipe.json").read_bytes()
    assert "Über.tiff" in stored.decode("utf-8")


def test_a_recipe_that_cannot_be_stored_leaves_nothing_behind(book, tmp_path):
    output = tmp_path / "out" / "page.tiff"
    (output.parent / "page.tiff.recipe.json").mkdir(parents=True)
    with pytest.raises(NotWritten, match=r"page\.tiff\.recipe\.json"):
        restored(book, output, "identity", Request())
    assert [path.name for path in output.parent.iterdir()] == ["page.tiff.recipe.json"]


def test_a_batch_loads_a_model_once_and_survives_the_unforeseen(
    book, tmp_path, monkeypatch, caplog
):
    from restoration import page_restoration, restoring

    loaded = []
    load = page_restoration.load
    monkeypatch.setattr(
        page_restoration, "load", lambda *a, **k: loaded.append(a[0]) or load(*a, **k)
    )
    estimate, calls = restoring.estimate, []

    def breaks_once(page):
        calls.append(page)
        if len(calls) == 1:
            raise RuntimeError("a bug")
        return estimate(page)

    monkeypatch.setattr(restoring, "estimate", breaks_once)
    tasks = [FileTask(book, (Target("median", tmp_path / f"{n}.tiff"),)) for n in range(3)]
    bad, *good = restore_each(tasks, Request())
    assert "not foreseen" in str(bad.error)
    assert "a bug" in caplog.text
    assert [len(outcome.recipes) for outcome in good] == [1, 1]
    assert loaded == ["median"]


def test_side_files_of_outputs_that_differ_in_their_ending_are_apart(tmp_path):
    one, other = (
        Target.with_exact_copy("nlm", tmp_path / f"scan-nlm.{e}") for e in ("jpg", "jpeg")
    )
    assert not set(one.files) & set(other.files)
    assert one.lossless == tmp_path / "scan-nlm.jpg.exact.png"
    assert one.expected_error == tmp_path / "scan-nlm.jpg.expected-error.tiff"
