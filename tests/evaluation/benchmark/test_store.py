import json
import math

import pandas as pd
import pytest

from evaluation.benchmark.dataset import read_dataset
from evaluation.benchmark.plan import Plan, degradations_of
from evaluation.benchmark.rows import Row, described
from evaluation.benchmark.store import CSV, JOURNAL, PARQUET, PLAN, Store, read_rows
from restoration.batch import page_reader
from restoration.errors import UnreadableFile, UsageError


@pytest.fixture
def plan(photographs):
    images = read_dataset(photographs, page_reader())
    damage = degradations_of(["gaussian:25"], [0])
    return Plan(images, ("identity", "median"), damage, ("psnr", "ssim"))


def row(cell, **columns):
    return Row(**described(cell), metrics={"psnr": math.inf, "ssim": 0.5}, **columns)


def filled(folder, plan):
    with Store(folder, plan, resume=False) as store:
        for cell in reversed(plan.cells):
            store.append(row(cell, seconds=1.5))
    return folder


def test_rows_come_back_in_the_order_of_the_plan(tmp_path, plan):
    folder = filled(tmp_path / "run", plan)
    with Store(folder, plan, resume=True) as store:
        assert [each.key for each in store.rows] == [cell.key for cell in plan.cells]
        assert store.missing() == ()
        store.write_tables()
    frame = pd.read_parquet(folder / PARQUET)
    assert list(frame["model"]) == [cell.model for cell in plan.cells]
    assert list(frame["psnr"]) == [math.inf] * 6
    assert frame["weights_sha256"].isna().all()
    assert pd.read_csv(folder / CSV).shape == frame.shape


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_last_line_costs_that_cell_alone_and_is_written_over(tmp_path, plan, cut):
    folder = filled(tmp_path / "run", plan)
    journal = folder / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-cut])
    assert len(read_rows(folder)[1]) == 5
    with Store(folder, plan, resume=True) as store:
        (missing,) = store.missing()
        assert missing == plan.cells[0], "it was written last"
        store.append(row(missing))
    assert len(read_rows(folder)[1]) == 6
    assert all(json.loads(line) for line in journal.read_text().splitlines())


def test_a_line_that_is_no_row_is_passed_over(tmp_path, plan):
    folder = filled(tmp_path / "run", plan)
    lines = (folder / JOURNAL).read_bytes().splitlines(keepends=True)
    lines[2] = b"\0" * 512 + b"\n"
    (folder / JOURNAL).write_bytes(b"".join(lines))
    with Store(folder, plan, resume=True) as store:
        assert len(store.missing()) == 1


def test_a_failed_cell_is_finished_unless_told_otherwise_and_a_lost_one_is_not(tmp_path, plan):
    first, second = plan.cells[:2]
    with Store(tmp_path / "run", plan, resume=False) as store:
        store.append(row(first, error_class="OutOfRange", error="Too much."))
        store.append(row(second, error_class="WorkerLost", error="It ended."))
        assert store.missing() == plan.cells[1:]
        store.append(row(second))
        assert store.missing() == plan.cells[2:]
        assert len(store.rows) == 2
    with Store(tmp_path / "run", plan, resume=True, retry_failed=True) as store:
        assert store.missing() == (first, *plan.cells[2:])
        store.append(row(first))
    with Store(tmp_path / "run", plan, resume=True, retry_failed=True) as store:
        assert store.missing() == plan.cells[2:]
        assert not any(each.failed for each in store.rows)


def test_runs_are_not_mixed(tmp_path, plan, photographs):
    folder = filled(tmp_path / "run", plan)
    with pytest.raises(UsageError, match="holds a run already"):
        Store(folder, plan, resume=False)
    other = Plan(plan.images, ("identity",), plan.degradations, plan.metrics)
    with pytest.raises(UsageError, match="other models"):
        Store(folder, other, resume=True)
    with Store(folder, plan, resume=True), pytest.raises(UsageError, match="Another process"):
        Store(folder, plan, resume=True)
    with pytest.raises(UnreadableFile, match="no benchmark run"):
        read_rows(tmp_path)


@pytest.mark.parametrize("content", ["[1, 2]", "{}", "1", '{"metrics": 1}'])
def test_a_plan_of_another_program_is_no_run(tmp_path, content):
    (tmp_path / PLAN).write_text(content)
    with pytest.raises(UnreadableFile, match="no benchmark run"):
        read_rows(tmp_path)
