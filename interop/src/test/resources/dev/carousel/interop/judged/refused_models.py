"""Writes reports/messages: files that are refused, each for one thing, which the message has to name.

    KERAS_BACKEND=torch python refused_models.py REPORTS

Needs torch, keras and onnx.
"""

import os
import pathlib
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "torch")
warnings.filterwarnings("ignore")

import keras
import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

folder = pathlib.Path(sys.argv[1]) / "messages"
folder.mkdir(exist_ok=True)
torch.manual_seed(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4)
        self.fc = nn.Linear(4, 2)


normed = Net()
nn.utils.weight_norm(normed.lstm, "weight_hh_l0")
torch.save(normed.state_dict(), folder / "weight_norm.pt")
parametrised = Net()
nn.utils.parametrizations.weight_norm(parametrised.lstm, "weight_hh_l0")
torch.save(parametrised.state_dict(), folder / "parametrised.pt")
quantised = torch.ao.quantization.quantize_dynamic(Net(), {nn.LSTM, nn.Linear}, dtype=torch.qint8)
torch.save(quantised.state_dict(), folder / "quantised.pt")
state = Net().state_dict()
awd = {("lstm.module." + n.split(".", 1)[1] + "_raw" if "weight_hh" in n else n.replace("lstm.", "lstm.module.")): v
       for n, v in state.items()}
torch.save(awd, folder / "awd.pt")
torch.save([state, {"lr": 1e-3}], folder / "list.pt")
attended = Net()
attended.attn = nn.MultiheadAttention(4, 2)
torch.save(attended.state_dict(), folder / "attention.pt")

L = keras.layers
x = L.Input((5, 4))
y = L.LSTM(3, return_sequences=True)(x)
keras.Model(x, L.Attention()([y, y])).save(folder / "attention.keras")
keras.Sequential([L.Input((5, 4)), L.LSTM(3, return_sequences=True), L.LayerNormalization(axis=1)]).save(folder / "axis.keras")

value = helper.make_tensor_value_info
graph = helper.make_graph([helper.make_node("Det", ["x"], ["y"], name="odd_one")], "g",
                          [value("x", TensorProto.FLOAT, [None, 2, 2])], [value("y", TensorProto.FLOAT, [None])])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "operator.onnx")
