import pickle

import pytest

from restoration import errors
from restoration.errors import Cancelled, RestorationError, UnreadableFile

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RestorationError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_errors_pass_between_processes_whole(kind):
    error = kind("What is wrong", actual="this", expected="that", remedy="Do so")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error)


def test_a_message_says_what_is_wrong_and_what_to_do():
    error = UnreadableFile("It is empty", actual="0 bytes", expected="an image", remedy="Try again")
    assert str(error) == "It is empty. Found: 0 bytes. Expected: an image. Try again."


def test_every_class_has_its_own_exit_code():
    codes = [kind.exit_code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes
    assert Cancelled().problem == "Stopped as asked"
