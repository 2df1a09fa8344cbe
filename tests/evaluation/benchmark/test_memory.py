import sys

import numpy as np
import pytest

from evaluation.benchmark.memory import PeakMemory


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is an upper bound")
def test_the_peak_is_of_the_work_and_not_of_what_came_before():
    np.ones(20_000_000).sum()
    idle = PeakMemory("cpu").megabytes()
    memory = PeakMemory("cpu")
    np.ones(20_000_000).sum()
    assert memory.megabytes() - idle == pytest.approx(160, abs=40)
