"""PyTorch modules that loop over cells, exported to ONNX by both exporters, which write their steps one after the other.

    python unrolled.py FOLDER [NAME...]

NAME_old.onnx is of torch.onnx.export(dynamo=False), NAME_new.onnx of dynamo=True with any number of sequences, NAME_fixed.onnx
with two. Next to each: NAME_*.x.npy, an input of another length [N, 7, 3], and NAME_*.y.npy, the module's output for it. Needs
torch, numpy, onnx and onnxscript; each export takes some seconds.
"""

import logging
import pathlib
import sys
import warnings

import numpy as np
import torch
from torch import nn
from torch._decomp import decompositions

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
decompositions.select_one_layer_lstm_function = lambda *_: decompositions.one_layer_lstm


class Cells(nn.Module):
    """A loop over cells of PyTorch."""

    def __init__(self, kind, layers=1, backwards=False):
        super().__init__()
        self.lstm = kind is nn.LSTMCell
        self.backwards = backwards
        self.cells = nn.ModuleList([kind(3 if i == 0 else 4, 4) for i in range(layers)])
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        h = [torch.zeros(x.shape[0], 4) for _ in self.cells]
        c = [torch.zeros(x.shape[0], 4) for _ in self.cells]
        out = []
        steps = range(x.shape[1])
        for t in reversed(steps) if self.backwards else steps:
            v = x[:, t]
            for i, cell in enumerate(self.cells):
                if self.lstm:
                    h[i], c[i] = cell(v, (h[i], c[i]))
                else:
                    h[i] = cell(v, h[i])
                v = h[i]
            out.append(v)
        return self.fc(torch.stack(out[::-1] if self.backwards else out, 1))


class Lstm(nn.Module):
    """An LSTM by its equations, with one matrix for the input and the state together."""

    def __init__(self, last):
        super().__init__()
        self.gates = nn.Linear(7, 16)
        self.fc = nn.Linear(4, 2)
        self.last = last

    def forward(self, x):
        h = torch.zeros(x.shape[0], 4)
        c = torch.zeros(x.shape[0], 4)
        out = []
        for t in range(x.shape[1]):
            i, f, o, g = self.gates(torch.cat([x[:, t], h], 1)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            out.append(h)
        return self.fc(h if self.last else torch.stack(out, 1))


class Gru(nn.Module):
    """A GRU by its equations, with a matrix for each gate."""

    def __init__(self, before):
        super().__init__()
        self.before = before
        for gate in "zrn":
            setattr(self, "w" + gate, nn.Linear(3, 4))
            setattr(self, "u" + gate, nn.Linear(4, 4))
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        h = x.new_zeros(x.shape[0], 4)
        out = []
        for step in x.unbind(1):
            z = torch.sigmoid(self.wz(step) + self.uz(h))
            r = torch.sigmoid(self.wr(step) + self.ur(h))
            n = torch.tanh(self.wn(step) + (self.un(r * h) if self.before else r * self.un(h)))
            h = (1 - z) * h + z * n
            out.append(h.unsqueeze(1))
        return self.fc(torch.cat(out, 1))


class Decomposed(nn.Module):
    """nn.LSTM and nn.GRU by PyTorch's own single steps, as earlier versions of the newer exporter wrote them."""

    def __init__(self, kind, layers, both):
        super().__init__()
        self.rnn = kind(3, 4, layers, bidirectional=both, batch_first=True)
        self.fc = nn.Linear(8 if both else 4, 2)

    def forward(self, x):
        rnn = self.rnn
        more = (rnn.num_layers, 0.0, False, rnn.bidirectional, True)
        h = x.new_zeros(rnn.num_layers * (2 if rnn.bidirectional else 1), x.shape[0], 4)
        if isinstance(rnn, nn.LSTM):
            return self.fc(decompositions.lstm_impl(x, (h, h), list(rnn._flat_weights), True, *more)[0])
        return self.fc(decompositions.gru_impl(x, h, list(rnn._flat_weights), True, *more)[0])


MODULES = {
    "lstm_decomposed": lambda: Decomposed(nn.LSTM, 2, True),
    "gru_decomposed": lambda: Decomposed(nn.GRU, 2, True),
    "rnncell": lambda: Cells(nn.RNNCell),
    "lstmcell": lambda: Cells(nn.LSTMCell),
    "lstmcell2": lambda: Cells(nn.LSTMCell, 2),
    "lstm_backwards": lambda: Cells(nn.LSTMCell, 1, True),
    "lstm_last": lambda: Lstm(True),
    "lstm_steps": lambda: Lstm(False),
    "grucell": lambda: Cells(nn.GRUCell),
    "grucell2": lambda: Cells(nn.GRUCell, 2),
    "gru_before": lambda: Gru(True),
    "gru_after": lambda: Gru(False),
}


def make(folder, name, how):
    torch.manual_seed(len(name))
    module = MODULES[name]().eval()
    for parameter in module.parameters():
        parameter.data = torch.randn_like(parameter) * 0.6
    base = f"{folder}/{name}_{how}"
    x = (torch.randn(2, 5, 3),)
    names = {"input_names": ["x"], "output_names": ["y"]}
    if how == "old":
        axes = {"x": {0: "batch"}, "y": {0: "batch"}}
        torch.onnx.export(module, x, base + ".onnx", dynamo=False, opset_version=17, dynamic_axes=axes, **names)
    else:
        shapes = {"x": {0: torch.export.Dim("batch")}} if how == "new" else None
        torch.onnx.export(module, x, base + ".onnx", dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False, **names)
    x = torch.randn(2, 7, 3)
    np.save(base + ".x.npy", x.numpy())
    np.save(base + ".y.npy", module(x).detach().numpy())


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for module in sys.argv[2:] or MODULES:
        for exporter in ("old", "new", "fixed"):
            make(target, module, exporter)
