"""Makes PyTorch networks, and what PyTorch computes with them, for PyTorchNetworksTest.

    python make_networks.py FOLDER            the networks that are stored in networks/
    python make_networks.py FOLDER 200 SEED   as many random recurrent networks
    python make_networks.py FOLDER check BACK loads what the test wrote into BACK, and compares

For each network NAME.pt or NAME.safetensors holds the state_dict, and NAME.npz the inputs (x or ids, lengths, h0, c0), the
results (y, hn, cn), gradients of a loss in them (dy, dhn, dcn) and in everything else (dx, dh0, dc0, grad/<weight>).
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def save_safetensors(path, tensors, metadata=None):
    names = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16"}
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().view(torch.uint8).numpy().tobytes()
        header[name] = {
            "dtype": names[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def load_safetensors(path):
    file = path.read_bytes()
    (length,) = struct.unpack("<Q", file[:8])
    header, data = json.loads(file[8 : 8 + length]), file[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(bytearray(data[slice(*entry["data_offsets"])]), dtype=torch.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if entry["dtype"] == "F32"
    }


class Recurrent(nn.Module):
    """Embedding, recurrent layers and a head, of which only the second must be there."""

    def __init__(self, rnn, embedding=None, out=None, function=None):
        super().__init__()
        if embedding is not None:
            self.embedding = embedding
        self.rnn = rnn
        if out is not None:
            self.out = out
        self.function = function

    def forward(self, x, lengths, state):
        if hasattr(self, "embedding"):
            x = self.embedding(x)
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        y, state = self.rnn(packed, state)
        y, _ = pad_packed_sequence(y, total_length=x.shape[0])
        if hasattr(self, "out"):
            y = self.out(y)
        return (self.function(y) if self.function else y), state


class Bare(Recurrent):
    """The recurrent module itself: its state_dict has no prefix."""

    def state_dict(self):
        return self.rnn.state_dict()

    def named_parameters(self):
        return self.rnn.named_parameters()


def numbers_of(module, T, N, D, generator, ids=0):
    """Runs a module forward and backward on random input."""
    rnn = module.rnn
    directions = 2 if rnn.bidirectional else 1
    parts = rnn.num_layers * directions
    lstm = isinstance(rnn, nn.LSTM)

    def random(*shape):
        return torch.randn(*shape, generator=generator)

    lengths = torch.randint(1, T + 1, (N,), generator=generator)
    lengths[torch.randint(0, N, (1,), generator=generator)] = T
    h0 = random(parts, N, rnn.proj_size or rnn.hidden_size).requires_grad_()
    c0 = random(parts, N, rnn.hidden_size).requires_grad_()
    result = {"lengths": lengths, "h0": h0}
    if ids:
        x = torch.randint(0, ids, (T, N), generator=generator)
        result["ids"] = x
    else:
        x = random(T, N, D).requires_grad_()
        result["x"] = x
    y, state = module(x, lengths, (h0, c0) if lstm else h0)
    # What a head makes of a padded step is no result.
    padding = (torch.arange(T)[:, None] < lengths[None, :]).float()[:, :, None]
    y = y * padding
    result["y"] = y
    hn, cn = state if lstm else (state, None)
    result["hn"] = hn
    dy, dhn = random(*y.shape), random(*hn.shape)
    loss = (y * dy).sum() + (hn * dhn).sum()
    result |= {"dy": dy, "dhn": dhn}
    if lstm:
        dcn = random(*cn.shape)
        loss = loss + (cn * dcn).sum()
        result |= {"c0": c0, "cn": cn, "dcn": dcn}
    loss.backward()
    if not ids:
        result["dx"] = x.grad
    result["dh0"] = h0.grad
    if lstm:
        result["dc0"] = c0.grad
    for name, parameter in module.named_parameters():
        result["grad/" + name] = parameter.grad
    return {name: value.detach().numpy() for name, value in result.items()}


def store(folder, name, module, numbers, saver, **extra):
    module = module.eval()
    file = folder / name
    saver(file, module.state_dict())
    np.savez(file.with_suffix(".npz"), **numbers, **extra)


def to_pt(path, state):
    torch.save(state, path)


def random_networks(folder, count, seed):
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)

    def pick(*values):
        return values[torch.randint(0, len(values), (1,), generator=generator)]

    for index in range(count):
        kind = pick("tanh", "relu", "lstm", "lstm", "gru")
        D, H = pick(1, 2, 3, 5, 8, 13, 17, 32), pick(2, 3, 4, 7, 8, 16, 19, 33)
        common = dict(
            input_size=D,
            hidden_size=H,
            num_layers=pick(1, 2, 3),
            bias=pick(True, True, False),
            bidirectional=pick(True, False),
        )
        if kind in ("tanh", "relu"):
            rnn = nn.RNN(**common, nonlinearity=kind)
        elif kind == "gru":
            rnn = nn.GRU(**common)
        else:
            rnn = nn.LSTM(**common, proj_size=pick(0, 0, max(1, H // 2), 1))
        module = Bare(rnn)
        numbers = numbers_of(module, pick(1, 2, 5, 9, 20), pick(1, 2, 3, 6, 17), D, generator)
        name = f"{index:03}-{kind}" + pick(".pt", ".safetensors")
        saver = to_pt if name.endswith(".pt") else save_safetensors
        store(folder, name, module, numbers, saver, relu=np.array(kind == "relu"))


def stored_networks(folder):
    generator = torch.Generator().manual_seed(4)
    torch.manual_seed(4)
    cases = {
        "rnn.pt": (nn.RNN(3, 4), {}),
        "rnn_relu.safetensors": (nn.RNN(3, 4, nonlinearity="relu", num_layers=2, bidirectional=True), {}),
        "rnn_no_bias.pt": (nn.RNN(2, 3, bias=False, num_layers=3), {}),
        "lstm.safetensors": (nn.LSTM(3, 5, num_layers=2), {}),
        "lstm_both.pt": (nn.LSTM(3, 4, num_layers=3, bidirectional=True), {}),
        "lstm_projection.pt": (nn.LSTM(3, 6, num_layers=2, proj_size=2, bidirectional=True, bias=False), {}),
        "gru.pt": (nn.GRU(3, 4, num_layers=2), {}),
        "gru_both.safetensors": (nn.GRU(3, 4, bidirectional=True, bias=False), {}),
    }
    for name, (rnn, _) in cases.items():
        module = Bare(rnn)
        numbers = numbers_of(module, 6, 3, rnn.input_size, generator)
        relu = getattr(rnn, "nonlinearity", "") == "relu"
        saver = to_pt if name.endswith(".pt") else save_safetensors
        store(folder, name, module, numbers, saver, relu=np.array(relu))
    tagger = Recurrent(nn.LSTM(4, 5, bidirectional=True), nn.Embedding(7, 4), nn.Linear(10, 3))
    store(folder, "tagger.pt", tagger, numbers_of(tagger, 6, 3, 0, generator, ids=7), to_pt)
    # Sorted by name, as safetensors.torch.save_file does: the order of the modules is lost.
    forecaster = Recurrent(nn.GRU(2, 4, num_layers=2), None, nn.Linear(4, 3, bias=False))
    store(
        folder,
        "forecaster.safetensors",
        forecaster,
        numbers_of(forecaster, 6, 3, 2, generator),
        lambda path, state: save_safetensors(path, dict(sorted(state.items()))),
    )


def stored_variants(folder):
    """One LSTM, saved in every way that torch.save has."""
    torch.manual_seed(5)
    lstm = nn.LSTM(3, 4)
    state = lstm.state_dict()
    torch.save(state, folder / "plain.pt")
    torch.save(state, folder / "protocol5.pt", pickle_protocol=5)
    optimizer = torch.optim.Adam(lstm.parameters(), betas=(0.8, 0.9))
    lstm(torch.randn(2, 1, 3))[0].sum().backward()
    before = {name: value.clone() for name, value in state.items()}
    optimizer.step()
    checkpoint = {"epoch": 3, "model": before, "optimizer": optimizer.state_dict(), "best": 0.25, "name": "small"}
    checkpoint |= {"device": torch.device("cpu"), "shape": torch.Size([1, 2]), "dtype": torch.float16, "seen": {1, 2}}
    torch.save(checkpoint, folder / "checkpoint.pt")
    torch.save({"model": before, "ema": {n: v / 2 for n, v in before.items()}}, folder / "two.pt")
    state = before
    torch.save({n: nn.Parameter(v) for n, v in state.items()}, folder / "parameters.pt")
    attributed = nn.Parameter(state["bias_ih_l0"].clone())
    attributed.tag = "seen"
    torch.save(state | {"bias_ih_l0": attributed}, folder / "attributes.pt")
    # Views: transposed, with gaps, and all in one storage behind an offset.
    views = {n: v.t().contiguous().t() if v.dim() == 2 else torch.stack([v, v], 1)[:, 0] for n, v in state.items()}
    torch.save(views, folder / "strided.pt")
    flat = torch.cat([torch.zeros(5)] + [v.flatten() for v in state.values()])
    shared, at = {}, 5
    for n, v in state.items():
        shared[n] = flat[at : at + v.numel()].view(v.shape)
        at += v.numel()
    torch.save(shared, folder / "shared.pt")
    for name, dtype in {"half": torch.float16, "bfloat16": torch.bfloat16, "double": torch.float64}.items():
        torch.save({n: v.to(dtype) for n, v in state.items()}, folder / f"{name}.pt")
        save_safetensors(folder / f"{name}.safetensors", {n: v.to(dtype) for n, v in state.items()})
    cell = nn.LSTMCell(3, 4)
    cell.load_state_dict({n.removesuffix("_l0"): v for n, v in state.items()})
    torch.save(cell.state_dict(), folder / "cell.pt")


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(2, 3)


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def refused(folder):
    """Files that hold more than weights, or other weights."""
    import argparse
    import os

    torch.manual_seed(6)
    state = nn.GRU(2, 3).state_dict()
    torch.save(state | {"x": Calls(os.system, "true")}, folder / "os_system.pt")
    torch.save(state | {"x": Calls(eval, "1 + 1")}, folder / "eval.pt")
    torch.save(state | {"x": Calls(getattr, "", "upper")}, folder / "getattr.pt")
    torch.save({"model": state, "args": argparse.Namespace(hidden=3)}, folder / "namespace.pt")
    torch.save({"model": state, "loss": np.float64(0.5)}, folder / "numpy_scalar.pt")
    torch.save(Network(), folder / "whole_module.pt")
    torch.save(state, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(state | {"steps": torch.tensor(3)}, folder / "counter.pt")
    torch.save(state | {"norm.weight": torch.ones(3), "norm.bias": torch.zeros(3)}, folder / "norm.pt")
    torch.save({"conv.weight": torch.ones(2, 3, 4), "conv.bias": torch.zeros(2)}, folder / "conv.pt")
    torch.save(state | {"weight_ih_l0": torch.zeros(9, 2).to_sparse()}, folder / "sparse.pt")
    torch.save({"epoch": 3}, folder / "nothing.pt")
    broken = dict(state)
    del broken["bias_hh_l0"]
    torch.save(broken, folder / "missing.pt")
    torch.save(state | {"weight_hh_l0": torch.zeros(8, 3)}, folder / "rows.pt")
    torch.save(state | {"weight_ih_l0": torch.full((9, 2), float("nan"))}, folder / "nan.pt")
    torch.jit.script(nn.Linear(2, 3)).save(str(folder / "script.pt"))


def check(folder, back):
    """The files that Carousel wrote: they load strictly, and compute the same."""
    worst = 0.0
    files = sorted(back.iterdir())
    for file in files:
        name = file.name.split("+")[0]
        numbers = np.load((folder / name).with_suffix(".npz"))
        state = load_safetensors(file) if file.suffix == ".safetensors" else torch.load(file, weights_only=True)
        first = numbers["grad/weight_ih_l0"] if "grad/weight_ih_l0" in numbers else numbers["grad/rnn.weight_ih_l0"]
        prefix = "" if "grad/weight_ih_l0" in numbers else "rnn."
        H = numbers["c0"].shape[2] if "c0" in numbers else numbers["h0"].shape[2]
        common = dict(
            input_size=first.shape[1],
            hidden_size=H,
            num_layers=sum(n.startswith(f"{prefix}weight_ih") and not n.endswith("reverse") for n in state),
            bias=f"{prefix}bias_ih_l0" in state,
            bidirectional=f"{prefix}weight_ih_l0_reverse" in state,
        )
        if "c0" in numbers:
            rnn = nn.LSTM(**common, proj_size=numbers["h0"].shape[2] if f"{prefix}weight_hr_l0" in state else 0)
        elif first.shape[0] == 3 * H:
            rnn = nn.GRU(**common)
        else:
            rnn = nn.RNN(**common, nonlinearity="relu" if numbers["relu"] else "tanh")
        if prefix:
            embedding = nn.Embedding(*state["embedding.weight"].shape) if "embedding.weight" in state else None
            out = None
            if "out.weight" in state:
                out = nn.Linear(*reversed(state["out.weight"].shape), bias="out.bias" in state)
            module = Recurrent(rnn, embedding, out)
            module.load_state_dict(state, strict=True)
        else:
            module = Bare(rnn)
            rnn.load_state_dict(state, strict=True)
        x = torch.from_numpy(numbers["x" if "x" in numbers else "ids"])
        lengths, h0 = torch.from_numpy(numbers["lengths"]), torch.from_numpy(numbers["h0"])
        begin = (h0, torch.from_numpy(numbers["c0"])) if "c0" in numbers else h0
        with torch.no_grad():
            y, _ = module(x, lengths, begin)
        padding = (torch.arange(len(x))[:, None] < lengths[None, :]).float()[:, :, None]
        difference = float((y * padding - torch.from_numpy(numbers["y"])).abs().max())
        worst = max(worst, difference)
        assert difference <= 1e-6, (file, difference)
    print(f"{len(files)} files load with strict=True; the largest difference is {worst:.1e}")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) == 2:
        for made, make in {"networks": stored_networks, "variants": stored_variants, "refused": refused}.items():
            (target / made).mkdir(exist_ok=True)
            make(target / made)
    elif sys.argv[2] == "check":
        check(target, pathlib.Path(sys.argv[3]))
    else:
        random_networks(target, int(sys.argv[2]), int(sys.argv[3]))
