"""Networks of PyTorch as ONNX files, with inputs and PyTorch's own outputs beside each.

    python make_models.py FOLDER [COUNT]        COUNT random networks, 50 if not said
    python make_models.py FOLDER --few          the few that stand in this folder

Needs torch and numpy. torch.onnx.export(dynamo=False) asks for the package onnx in a last step that adds functions, which
these models have none of; it is left out here.
"""

import pathlib
import random
import sys
import warnings

import numpy as np
import torch
from torch import nn
from torch.onnx._internal.torchscript_exporter import onnx_proto_utils

onnx_proto_utils._add_onnxscript_fn = lambda model_bytes, custom_opsets: model_bytes
warnings.filterwarnings("ignore")


class Net(nn.Module):
    """[Embedding] - recurrent stack - [one step of it] - Linear layers - activation."""

    def __init__(self, s):
        super().__init__()
        self.s = s
        size = s["input"]
        if s["vocabulary"]:
            self.embedding = nn.Embedding(s["vocabulary"], size)
        kind = {"lstm": nn.LSTM, "gru": nn.GRU}.get(s["kind"], nn.RNN)
        more = {"nonlinearity": s["kind"][4:]} if kind is nn.RNN else {}
        self.rnn = kind(size, s["hidden"], s["layers"], bias=s["bias"], batch_first=s["batch_first"],
                        bidirectional=s["bidirectional"], dropout=0.2 if s["layers"] > 1 else 0, **more)
        size = s["hidden"] * (2 if s["bidirectional"] else 1)
        self.hidden = nn.Linear(size, 7) if s["dense"] == 2 else None
        if s["dense"]:
            self.out = nn.Linear(7 if s["dense"] == 2 else size, s["output"])

    def forward(self, x, *state):
        s = self.s
        if s["vocabulary"]:
            x = self.embedding(x)
        if state:
            state = state[0] if len(state) == 1 else tuple(state)
            y, final = self.rnn(x, state)
        else:
            y, final = self.rnn(x)
        hn = final[0] if isinstance(final, tuple) else final
        if s["take"] == "last":
            y = y[:, -1] if s["batch_first"] else y[-1]
        elif s["take"] == "hn":
            y = torch.cat([hn[-2], hn[-1]], -1) if s["bidirectional"] else hn[-1]
        if self.hidden is not None:
            y = torch.relu(self.hidden(y))
        if s["dense"]:
            y = self.out(y)
        y = {"none": lambda v: v, "softmax": lambda v: torch.softmax(v, -1), "sigmoid": torch.sigmoid,
             "log_softmax": lambda v: torch.log_softmax(v, -1), "tanh": torch.tanh}[s["end"]](y)
        if s["state"]:
            return (y, *final) if isinstance(final, tuple) else (y, final)
        return y


def draw(r):
    kind = r.choice(["lstm", "gru", "rnn_tanh", "rnn_relu"])
    return dict(kind=kind, layers=r.randint(1, 3), bidirectional=r.random() < 0.4, batch_first=r.random() < 0.5,
                vocabulary=r.choice([0, 0, 11]), input=r.randint(1, 6), hidden=r.randint(1, 9), bias=r.random() < 0.8,
                take=r.choice(["all", "all", "last", "hn"]), dense=r.choice([0, 1, 1, 2]), output=r.randint(2, 5),
                end=r.choice(["none", "softmax", "log_softmax", "sigmoid", "tanh"]), state=r.random() < 0.4,
                opset=r.randint(9, 20), folding=r.random() < 0.7)


FEW = [
    dict(kind="lstm", layers=2, bidirectional=True, batch_first=True, vocabulary=11, input=4, hidden=5, bias=True,
         take="all", dense=1, output=3, end="log_softmax", state=False, opset=17, folding=True),
    dict(kind="lstm", layers=2, bidirectional=False, batch_first=False, vocabulary=0, input=3, hidden=6, bias=True,
         take="all", dense=1, output=2, end="none", state=True, opset=11, folding=True),
    dict(kind="gru", layers=1, bidirectional=False, batch_first=True, vocabulary=0, input=3, hidden=4, bias=True,
         take="last", dense=2, output=3, end="softmax", state=False, opset=14, folding=True),
    dict(kind="gru", layers=2, bidirectional=True, batch_first=False, vocabulary=0, input=2, hidden=3, bias=False,
         take="all", dense=0, output=0, end="none", state=True, opset=20, folding=False),
    dict(kind="rnn_relu", layers=3, bidirectional=False, batch_first=True, vocabulary=7, input=3, hidden=4, bias=True,
         take="hn", dense=1, output=2, end="sigmoid", state=False, opset=9, folding=True),
    dict(kind="rnn_tanh", layers=1, bidirectional=False, batch_first=False, vocabulary=0, input=2, hidden=3, bias=True,
         take="all", dense=1, output=1, end="tanh", state=True, opset=13, folding=False),
]


def write(s, seed, path):
    torch.manual_seed(seed)
    net = Net(s).eval()
    steps, batch = 5, 3

    def sample(T, N):
        shape = (N, T) if s["batch_first"] else (T, N)
        x = torch.randint(0, s["vocabulary"], shape) if s["vocabulary"] else torch.randn(*shape, s["input"])
        directions = s["layers"] * (2 if s["bidirectional"] else 1)
        count = 0 if not s["state"] else 2 if s["kind"] == "lstm" else 1
        return [x] + [torch.randn(directions, N, s["hidden"]) * 0.5 for _ in range(count)]

    inputs = sample(steps, batch)
    names = ["input", "h0", "c0"][: len(inputs)]
    outputs = ["output", "hn", "cn"][: len(inputs)]
    b, t = (0, 1) if s["batch_first"] else (1, 0)
    axes = {"input": {b: "batch", t: "time"}}
    axes["output"] = {b: "batch", t: "time"} if s["take"] == "all" else {0: "batch"}
    for name in names[1:] + outputs[1:]:
        axes[name] = {1: "batch"}
    torch.onnx.export(net, tuple(inputs), str(path), dynamo=False, input_names=names, output_names=outputs,
                      dynamic_axes=axes, opset_version=s["opset"], do_constant_folding=s["folding"])
    inputs = sample(7, 2)
    with torch.no_grad():
        found = net(*inputs)
    found = found if isinstance(found, tuple) else (found,)
    arrays = {f"in.{n}": v.numpy() for n, v in zip(names, inputs)}
    arrays.update({f"out.{n}": v.numpy() for n, v in zip(outputs, found)})
    np.savez(str(path).replace(".onnx", ".npz"), **arrays)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    if sys.argv[2:] == ["--few"]:
        specs = FEW
    else:
        r = random.Random(4)
        specs = [draw(r) for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 50)]
    for i, spec in enumerate(specs):
        # The last step of both directions is no layer of Carousel's, so such a file can be run as a graph only.
        graph = "_graph" if spec["bidirectional"] and spec["take"] == "last" else ""
        write(spec, i, folder / f"pytorch_{i:02}_{spec['kind']}{graph}.onnx")
