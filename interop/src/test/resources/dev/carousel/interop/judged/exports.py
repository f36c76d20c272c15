"""Random PyTorch modules exported to ONNX by both exporters, with an input and PyTorch's own output next to each, for
JudgedModelsTest.

    python exports.py FOLDER COUNT SEED [old|new]

Model number i is drawn from the seed SEED * 10000 + i alone. Its exporter is torch.onnx.export(dynamo=False) or, of every
second model and of all with "new", torch.onnx.export(dynamo=True). NAME.onnx holds the model, NAME.x.npy the input [N, T, D]
(ids [N, T]), NAME.y.npy the output. Needs torch, numpy, onnx and onnxscript.
"""

import logging
import pathlib
import random
import sys
import warnings

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


class Network(nn.Module):
    def __init__(self, r):
        super().__init__()
        size = self.size = r.randint(2, 4)
        self.vocabulary = r.randint(5, 9)
        self.embedding = nn.Embedding(self.vocabulary, size) if r.random() < 0.25 else None
        self.scale = self.embedding is None and r.random() < 0.3
        self.register_buffer("mean", torch.randn(size))
        self.register_buffer("std", torch.rand(size) + 0.5)
        self.pre = nn.LayerNorm(size) if r.random() < 0.2 else None
        kind = r.choice([nn.LSTM, nn.GRU, nn.RNN])
        more = {"nonlinearity": r.choice(["tanh", "relu"])} if kind is nn.RNN else {}
        both = r.random() < 0.3
        hidden = r.randint(2, 5)
        self.rnn = kind(size, hidden, r.randint(1, 2), bidirectional=both, batch_first=True, bias=r.random() < 0.9, **more)
        size = hidden * (2 if both else 1)
        self.norm = nn.LayerNorm(size) if r.random() < 0.3 else None
        self.pool = r.choice(["none", "none", "mean", "max", "last", "hn"])
        if both and self.pool == "last":
            self.pool = "mean"
        if both and self.pool == "hn":
            self.pool = "max"
        self.amax = r.random() < 0.5
        self.bn = nn.BatchNorm1d(size) if r.random() < 0.3 else None
        function = r.choice([
            nn.ReLU(), nn.GELU(), nn.SiLU(), nn.Hardswish(), nn.Mish(), nn.ELU(), nn.LeakyReLU(0.2), nn.Tanh(), nn.Sigmoid(),
            nn.Hardtanh(-0.5, 0.7), nn.ReLU6(), nn.Softplus(), nn.GELU(approximate="tanh"), nn.Hardsigmoid(), nn.Softsign(),
        ])
        self.head = nn.Identity()
        if r.random() < 0.8:
            self.head = nn.Sequential(nn.Linear(size, 4), function, nn.Dropout(0.1), nn.Linear(4, 2))
        self.end = r.choice([None, None, nn.Softmax(-1), nn.LogSoftmax(-1)])

    def forward(self, x):
        if self.embedding is not None:
            x = self.embedding(x)
        if self.scale:
            x = (x - self.mean) / self.std
        if self.pre is not None:
            x = self.pre(x)
        y, state = self.rnn(x)
        if self.norm is not None:
            y = self.norm(y)
        if self.pool == "hn":
            y = (state[0] if isinstance(state, tuple) else state)[-1]
        if self.pool == "mean":
            y = y.mean(1)
        if self.pool == "max":
            y = y.amax(1) if self.amax else y.max(1)[0]
        if self.pool == "last":
            y = y[:, -1]
        if self.bn is not None:
            y = self.bn(y) if y.dim() == 2 else self.bn(y.transpose(1, 2)).transpose(1, 2)
        y = self.head(y)
        return self.end(y) if self.end is not None else y


def make(folder, seed, new):
    r = random.Random(seed)
    torch.manual_seed(seed)
    network = Network(r)
    for parameter in network.parameters():
        parameter.data = torch.randn_like(parameter) * 0.5
    if network.bn is not None:
        network.bn.running_mean.normal_()
        network.bn.running_var.uniform_(0.5, 2)
    network.eval()

    def sample(N, T):
        return torch.randint(0, network.vocabulary, (N, T)) if network.embedding is not None else torch.randn(N, T, network.size)

    base = f"{folder}/m{seed}"
    x = sample(3, 5)
    opset = r.choice([13, 14, 17, 18, 20])
    if new:
        axes = {"x": {0: torch.export.Dim("batch"), 1: torch.export.Dim("steps")}}
        torch.onnx.export(network, (x,), base + ".onnx", dynamo=True, input_names=["x"], output_names=["y"],
                          dynamic_shapes=axes, external_data=False, verbose=False)
    else:
        axes = {"x": {0: "batch", 1: "steps"}, "y": {0: "batch"}}
        if network.pool == "none":
            axes["y"][1] = "steps"
        torch.onnx.export(network, (x,), base + ".onnx", dynamo=False, opset_version=opset, input_names=["x"],
                          output_names=["y"], dynamic_axes=axes)
    x = sample(2, 7)
    with torch.no_grad():
        y = network(x)
    np.save(base + ".x.npy", x.numpy())
    np.save(base + ".y.npy", y.numpy())


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    only = sys.argv[4] if len(sys.argv) > 4 else ""
    for i in range(int(sys.argv[2])):
        make(target, int(sys.argv[3]) * 10000 + i, only == "new" or (only != "old" and i % 2 == 1))
