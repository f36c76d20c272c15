"""Random PyTorch modules as files of weights, with an input and PyTorch's own output next to each, for JudgedModelsTest.

    python state_dicts.py FOLDER COUNT SEED

Model number i is drawn from the seed SEED * 10000 + i alone. NAME.pt or NAME.safetensors holds the weights, NAME.x.npy the
input [N, T, D] (ids [N, T]), NAME.y.npy what the module gives in eval mode ([N, O] where one step is left), NAME.options what
a user of the file has to say, one option a line. Needs torch and numpy.
"""

import argparse
import collections
import json
import pathlib
import random
import struct
import sys

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)

FUNCTIONS = {
    "tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "leaky_relu": nn.LeakyReLU, "elu": nn.ELU, "gelu": nn.GELU,
    "silu": nn.SiLU, "softplus": nn.Softplus, "softsign": nn.Softsign, "relu6": nn.ReLU6, "hardsigmoid": nn.Hardsigmoid,
}


class Network(nn.Module):
    """A chain of modules, and next to it what has no part in the prediction. Modules are declared in any order."""

    def __init__(self, r):
        super().__init__()
        self.items = []  # what a user says with --modules
        self.steps = []  # what forward does: (kind, module)
        self.ids = r.random() < 0.3
        made = []
        size = r.randint(2, 5)
        self.size = size
        self.vocabulary = r.randint(5, 12)
        if self.ids:
            made.append(("embedding", nn.Embedding(self.vocabulary, size)))
            self.chain(made[-1], "embedding")
        elif r.random() < 0.2:
            made.append(("proj", nn.Linear(size, size + 1)))
            self.chain(made[-1], "proj")
            size += 1
            self.function(r)
        for k in range(r.choice([1, 1, 1, 2])):
            name = r.choice(["lstm", "rnn", "encoder", "gru_layer", "core.rnn"]) + ("" if k == 0 else "2")
            kind = r.choice([nn.LSTM, nn.LSTM, nn.GRU, nn.RNN])
            more = {}
            if kind is nn.RNN:
                self.nonlinearity = more["nonlinearity"] = getattr(self, "nonlinearity", r.choice(["tanh", "relu"]))
            hidden = r.randint(2, 6)
            if kind is nn.LSTM and r.random() < 0.2:
                more["proj_size"] = hidden - 1
            layers, both = r.choice([1, 1, 2]), r.random() < 0.3
            rnn = kind(size, hidden, layers, bias=r.random() < 0.9, batch_first=True, bidirectional=both,
                       dropout=0.3 if layers > 1 else 0, **more)
            made.append((name, rnn))
            self.chain(made[-1], name)
            size = (more.get("proj_size") or hidden) * (2 if both else 1)
            self.norm(r, made, size, k)
            if r.random() < 0.2:
                self.steps.append(("module", nn.Dropout(0.4)))
        end = r.choice(["all", "all", "last", "mean", "max"])
        if end == "last" and self.steps[-1][0] == "rnn":
            self.items.append("last")
            self.steps.append(("last", self.steps[-1][1]))
        elif end in ("mean", "max"):
            self.items.append(end)
            self.steps.append((end, None))
        self.norm(r, made, size, 7)
        for k in range(r.choice([0, 1, 1, 2])):
            out = r.randint(2, 5)
            name = f"{r.choice(['fc', 'head', 'out'])}{k}"
            made.append((name, nn.Linear(size, out, bias=r.random() < 0.8)))
            self.chain(made[-1], name + (":linear" if made[-1][1].bias is None else ""))
            size = out
            self.function(r)
            if r.random() < 0.3:
                self.steps.append(("module", nn.Dropout(0.2)))
        if r.random() < 0.2:
            self.items.append("softmax")
            self.steps.append(("module", nn.Softmax(-1)))
        self.functions = nn.ModuleList(m for kind, m in self.steps if kind == "module" and not list(m.parameters()))
        # Beside them: what training needs, and what was tried once.
        if r.random() < 0.25:
            made.append(("criterion", nn.CrossEntropyLoss(weight=torch.rand(3))))
        if r.random() < 0.2:
            made.append(("conv", nn.Conv1d(2, 3, 3)))
        if r.random() < 0.2:
            made.append(("aux", nn.Linear(3, 2)))
        if r.random() < 0.1:
            made.append(("attention", nn.MultiheadAttention(4, 2)))
        if r.random() < 0.1:
            made.append(("old_norm", nn.GroupNorm(2, 4)))
        r.shuffle(made)
        for name, module in made:
            self.place(name, module)
        if r.random() < 0.2:
            self.h0 = nn.Parameter(torch.zeros(1, 1, 4))
        if r.random() < 0.25:
            self.register_buffer("steps_seen", torch.tensor(17))
        if r.random() < 0.2:
            self.register_buffer("scaler_mean", torch.randn(self.size))
            self.register_buffer("confusion", torch.zeros(3, 3, dtype=torch.int64))

    def place(self, name, module):
        parent = self
        *outer, leaf = name.split(".")
        for part in outer:
            if part not in parent._modules:
                parent.add_module(part, nn.Module())
            parent = parent._modules[part]
        parent.add_module(leaf, module)

    def chain(self, made, item):
        name, module = made
        self.items.append(item)
        self.steps.append(("rnn" if isinstance(module, (nn.RNNBase,)) else "module", module))

    def function(self, r):
        if r.random() < 0.6:
            name = r.choice(list(FUNCTIONS))
            self.items.append(name)
            self.steps.append(("module", FUNCTIONS[name]()))
        elif self.items:
            self.items.append("identity")

    def norm(self, r, made, size, k):
        c = r.random()
        eps = r.choice([1e-5, 1e-5, 1e-3])
        brackets = "" if eps == 1e-5 else f"({eps})"
        if c < 0.15:
            made.append((f"norm{k}", nn.LayerNorm(size, eps=eps)))
            self.chain(made[-1], f"norm{k}:layernorm{brackets}")
        elif c < 0.3:
            bn = nn.BatchNorm1d(size, eps=eps, affine=r.random() < 0.8)
            made.append((f"bn{k}", bn))
            self.items.append(f"bn{k}:batchnorm{brackets}")
            self.steps.append(("batchnorm", bn))

    def forward(self, x):
        before = state = None
        for kind, module in self.steps:
            if kind == "rnn":
                x, state = module(x)
            elif kind == "last":
                h = state[0] if isinstance(state, tuple) else state
                x = torch.cat([h[-2], h[-1]], -1) if module.bidirectional else h[-1]
            elif kind == "mean":
                x = x.mean(1)
            elif kind == "max":
                x = x.amax(1)
            elif kind == "batchnorm":
                x = module(x) if x.dim() == 2 else module(x.transpose(1, 2)).transpose(1, 2)
            else:
                x = module(x)
        return x


def randomise(network):
    for parameter in network.parameters():
        parameter.data = torch.randn_like(parameter) * 0.5
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            module.num_batches_tracked.fill_(3)


def save_safetensors(path, state):
    names = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
    header, data = {}, b""
    for name, tensor in sorted(state.items()):
        raw = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Tracker:
    """A class of the user's own, as checkpoints hold them."""

    def __init__(self):
        self.best = 0.5


def save(network, r, base):
    """Saves it in one of the ways that people have; returns the file's ending and the further options."""
    state = network.state_dict()
    way = r.choice(["plain", "plain", "checkpoint", "lightning", "ema", "safetensors", "script"])
    if way == "safetensors":
        save_safetensors(pathlib.Path(base + ".safetensors"), state)
        return []
    path = base + ".pt"
    if way == "plain":
        torch.save(state, path)
    elif way == "checkpoint":
        optimizer = torch.optim.Adam(network.parameters())
        for parameter in network.parameters():
            parameter.grad = torch.ones_like(parameter)
        model = {n: v.clone() for n, v in state.items()}
        optimizer.step()
        torch.save({
            "epoch": 3, "model": model, "optimizer": optimizer.state_dict(),
            "loss": np.float64(0.25), "args": argparse.Namespace(hidden=4), "folder": pathlib.Path("runs"),
            "seen": collections.Counter("abca"), "tracker": Tracker(), "history": np.arange(4.0), "raw": b"\x00\x01",
        }, path)
    elif way == "lightning":
        torch.save({"state_dict": state, "hyper_parameters": {"lr": 1e-3}, "callbacks": {"best": torch.tensor(0.5)},
                    "optimizer_states": [], "global_step": 12}, path)
    elif way == "ema":
        torch.save({"model": {n: torch.zeros_like(v) for n, v in state.items()}, "ema": state}, path)
        return ["state-dict=ema"]
    else:
        try:
            torch.jit.script(Holder(network)).save(path)
        except Exception:
            torch.save(state, path)
            return []
    return []


class Holder(nn.Module):
    """The modules and tensors of a network, so that torch.jit.script saves their weights; its forward is of no matter."""

    def __init__(self, network):
        super().__init__()
        for name, module in network._modules.items():
            self.add_module(name, module)
        for name, tensor in network._buffers.items():
            self.register_buffer(name, tensor)
        for name, tensor in network._parameters.items():
            self.register_parameter(name, tensor)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def make(folder, seed):
    r = random.Random(seed)
    torch.manual_seed(seed)
    network = Network(r)
    randomise(network)
    network.eval()
    N, T = r.randint(2, 4), r.randint(3, 7)
    x = torch.randint(0, network.vocabulary, (N, T)) if network.ids else torch.randn(N, T, network.size)
    with torch.no_grad():
        y = network(x)
    base = f"{folder}/m{seed}"
    options = ["modules=" + ",".join(network.items)]
    if hasattr(network, "nonlinearity"):
        options.append("nonlinearity=" + network.nonlinearity)
    np.save(base + ".x.npy", x.numpy())
    np.save(base + ".y.npy", y.detach().numpy())
    options += save(network, r, base)
    pathlib.Path(base + ".options").write_text("\n".join(options) + "\n")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for i in range(int(sys.argv[2])):
        make(target, int(sys.argv[3]) * 10000 + i)
