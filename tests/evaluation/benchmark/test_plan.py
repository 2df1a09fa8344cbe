import pytest

from evaluation.benchmark.dataset import read_dataset
from evaluation.benchmark.plan import Plan, degradations_of
from restoration.batch import page_reader
from restoration.errors import UsageError


def test_a_plan_is_the_product_in_one_order(photographs):
    images = read_dataset(photographs, page_reader())
    damage = degradations_of(["gaussian:25", "jpeg:20", "none"], [0, 1])
    plan = Plan(images, ("identity", "median"), damage, ("psnr",))
    cells = [(cell.model, cell.key[3], cell.seed, cell.image.name) for cell in plan.cells]
    each = [("gaussian:25", 0), ("gaussian:25", 1), ("jpeg:20", 0), ("none", 0)]
    assert cells == [
        (model, degradation, seed, f"picture{number}.png")
        for model in ("identity", "median")
        for degradation, seed in each
        for number in range(3)
    ]
    assert len({cell.key for cell in plan.cells}) == len(cells)


def test_a_moved_data_set_makes_the_same_plan_and_a_changed_image_another(photographs, tmp_path):
    def record(folder):
        images = read_dataset(folder, page_reader())
        return Plan(images, ("identity",), degradations_of(["jpeg:20"], [0]), ("psnr",)).record()

    before = record(photographs)
    moved = photographs.rename(tmp_path / "moved")
    assert record(moved) == before
    (moved / "picture0.png").write_bytes((moved / "picture1.png").read_bytes())
    assert record(moved) != before


@pytest.mark.parametrize("texts", [["gaussian:25", "gaussian:25.0"], ["jpeg:20", "jpeg:20"]])
def test_nothing_is_planned_twice(texts):
    with pytest.raises(UsageError, match="named twice"):
        degradations_of(texts, [0])
