"""Weights files are read without running them, and refused with the reason."""

import pickle
import struct
from collections import OrderedDict

import pytest
import torch
from safetensors.torch import save_file

from restoration.errors import BadWeights
from restoration.models.detect import detect
from restoration.models.dncnn import DnCNN
from restoration.models.ffdnet import FFDNet
from restoration.models.weights import read_state_dict, sha256_of, verify


@pytest.mark.parametrize("wrapper", [None, "params", "params_ema", "state_dict"])
@pytest.mark.parametrize("network", [DnCNN(1, 8, 5), FFDNet(3, 12, 4)], ids=["dncnn", "ffdnet"])
def test_networks_come_back_from_their_files(tmp_path, network, wrapper):
    state = network.state_dict()
    path = tmp_path / "weights.pth"
    torch.save(state if wrapper is None else {wrapper: state, "epoch": 3}, path)
    found = detect(read_state_dict(path))
    assert type(found.module) is type(network)
    assert found.descriptor.channels == (network.channels,)
    assert found.descriptor.halo == network.halo
    assert all(torch.equal(found.module.state_dict()[name], state[name]) for name in state)


def test_the_averaged_weights_are_preferred(tmp_path):
    raw, averaged = DnCNN(1, 8, 5).state_dict(), DnCNN(1, 8, 5).state_dict()
    path = tmp_path / "both.pth"
    torch.save({"params": raw, "params_ema": averaged}, path)
    assert torch.equal(read_state_dict(path)["model.0.weight"], averaged["model.0.weight"])


def test_safetensors_data_parallel_and_old_format(tmp_path):
    state = FFDNet(1, 8, 4).state_dict()
    save_file(state, tmp_path / "a.safetensors")
    torch.save({"module." + name: tensor for name, tensor in state.items()}, tmp_path / "b.pt")
    torch.save(state, tmp_path / "c.pth", _use_new_zipfile_serialization=False)
    for name in ("a.safetensors", "b.pt", "c.pth"):
        assert read_state_dict(tmp_path / name).keys() == state.keys()


class Payload:
    def __reduce__(self):
        return (exec, ("raise SystemExit('the payload ran')",))


def _cut(path, share=0.6):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])


def _state(**changes):
    return OrderedDict(DnCNN(1, 8, 5).state_dict(), **changes)


def _write(path, kind):
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not weights at all, but long enough to look at")
    elif kind == "web page":
        path.write_text("<!DOCTYPE html><html>sign in</html>")
    elif kind == "pointer":
        path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    elif kind == "pickle":
        torch.save({"params": Payload()}, path)
    elif kind == "bare pickle":
        path.write_bytes(pickle.dumps(Payload(), protocol=2))
    elif kind == "cut torch":
        torch.save(_state(), path)
        _cut(path)
    elif kind == "cut safetensors":
        save_file(dict(_state()), path)
        _cut(path)
    elif kind == "lying header":
        path.write_bytes(struct.pack("<Q", 1 << 60) + b'{"a":1}')
    elif kind == "one tensor":
        torch.save(torch.ones(3), path)
    elif kind == "other things":
        torch.save({"lr": 0.1, "w": torch.ones(3)}, path)
    elif kind == "nan":
        torch.save(_state(**{"model.2.bias": torch.full((8,), torch.nan)}), path)
    elif kind == "infinity":
        save_file(dict(_state(**{"model.2.bias": torch.full((8,), torch.inf)})), path)
    elif kind == "wrong shape":
        torch.save(_state(**{"model.2.weight": torch.zeros(8, 9, 3, 3)}), path)
    elif kind == "unknown":
        torch.save(
            {"backbone.stem.weight": torch.ones(3), "backbone.stem.bias": torch.ones(3)}, path
        )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("empty", "an empty file"),
        ("text", "not a weights file"),
        ("web page", "a web page"),
        ("pointer", "Git LFS"),
        ("pickle", "more than tensors"),
        ("bare pickle", "more than tensors"),
        ("cut torch", "cut short"),
        ("cut safetensors", "cut short"),
        ("lying header", "not a weights file"),
        ("one tensor", "no named tensors"),
        ("other things", "lr"),
        ("nan", "8 of 8 in model.2.bias"),
        ("infinity", "8 of 8 in model.2.bias"),
        ("wrong shape", "do not fit together"),
        ("unknown", "backbone.stem.weight"),
    ],
)
def test_bad_weights_are_refused_by_name(tmp_path, kind, said):
    path = tmp_path / "bad.pth"
    _write(path, kind)
    with pytest.raises(BadWeights) as refusal:
        detect(read_state_dict(path))
    assert said in str(refusal.value)
    assert refusal.value.actual
    assert kind != "unknown" or "pip install spandrel" in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadWeights, match="gone"):
        read_state_dict(tmp_path / "gone.pth")


def test_the_hash_is_checked(tmp_path):
    path = tmp_path / "w.pth"
    path.write_bytes(b"abc")
    verify(path, sha256_of(path))
    with pytest.raises(BadWeights, match="not the file that was published"):
        verify(path, "0" * 64)
