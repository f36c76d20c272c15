"""Writes what stands in reports/json-apart and reports/shapes.

    KERAS_BACKEND=torch python keras_reports.py REPORTS

json-apart: a model's layers as JSON and its weights in another file, of Keras 3 and in the layout of Keras 2, whose functional
JSON calls a Dropout with training=True. shapes: RepeatVector, Reshape, Flatten and a PReLU of a slope for each unit.
Needs keras and h5py.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")

import h5py
import keras
import numpy as np

L = keras.layers
keras.utils.set_random_seed(17)
reports = pathlib.Path(sys.argv[1])
numbers = np.random.RandomState(17)


def randomise(model):
    for weight in model.weights:
        weight.assign(numbers.randn(*weight.shape) * 0.5)


def run(model, x):
    return np.asarray(model(x, training=False).detach().cpu())


apart = reports / "json-apart"
apart.mkdir(exist_ok=True)
x = numbers.randn(3, 5, 4).astype("float32")
np.save(apart / "x.npy", x)
model = keras.Sequential([L.Input((5, 4)), L.Bidirectional(L.LSTM(3, return_sequences=True)), L.GRU(4), L.Dense(2, "softmax")])
randomise(model)
(apart / "model.json").write_text(model.to_json())
model.save_weights(apart / "model.weights.h5")
np.save(apart / "expected.npy", run(model, x))

given = L.Input((5, 4))
lstm, head = L.LSTM(3, return_sequences=True, name="lstm"), L.Dense(2, name="dense")
model = keras.Model(given, head(lstm(given)))
randomise(model)
np.save(apart / "expected_keras2.npy", run(model, x))


def layer(kind, name, config, source):
    call = [[[source, 0, 0, {"training": True} if kind == "Dropout" else {}]]] if source else []
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": call}


old = {
    "class_name": "Functional",
    "config": {
        "name": "model",
        "layers": [
            layer("InputLayer", "input_1", {"batch_input_shape": [None, 5, 4], "dtype": "float32", "sparse": False,
                                            "ragged": False}, ""),
            layer("LSTM", "lstm", {"units": 3, "return_sequences": True, "activation": "tanh",
                                   "recurrent_activation": "sigmoid"}, "input_1"),
            layer("Dropout", "dropout", {"rate": 0.5, "noise_shape": None, "seed": None}, "lstm"),
            layer("Dense", "dense", {"units": 2, "activation": "linear"}, "dropout"),
        ],
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["dense", 0, 0]],
    },
    "keras_version": "2.4.0",
    "backend": "tensorflow",
}
(apart / "keras2.json").write_text(json.dumps(old))
with h5py.File(apart / "keras2.h5", "w") as file:
    file.attrs["layer_names"] = [b"input_1", b"lstm", b"dropout", b"dense"]
    file.attrs["backend"] = b"tensorflow"
    file.attrs["keras_version"] = b"2.4.0"
    for name, of, leaves in (("input_1", None, []), ("lstm", lstm, ["kernel", "recurrent_kernel", "bias"]),
                             ("dropout", None, []), ("dense", head, ["kernel", "bias"])):
        group = file.create_group(name)
        inner = f"{name}/lstm_cell" if name == "lstm" else name
        names = [f"{inner}/{leaf}:0" for leaf in leaves]
        group.attrs["weight_names"] = [n.encode() for n in names]
        for n, weight in zip(names, of.weights if of else []):
            group.create_dataset(n, data=np.asarray(weight.value.detach().cpu()))

shapes = reports / "shapes"
shapes.mkdir(exist_ok=True)
np.save(shapes / "x.npy", x)
models = {
    "autoencoder.keras": [L.LSTM(3), L.RepeatVector(5), L.LSTM(4, return_sequences=True), L.TimeDistributed(L.Dense(4))],
    "flatten.h5": [L.GRU(3, return_sequences=True), L.Flatten(), L.Dense(2)],
    "reshape.keras": [L.Reshape((10, 2)), L.LSTM(3), L.Dense(6), L.Reshape((-1, 2)), L.GRU(2, return_sequences=True)],
    "prelu.keras": [L.GRU(3, return_sequences=True), L.PReLU(shared_axes=[1]), L.LSTM(4), L.PReLU()],
}
for name, layers in models.items():
    model = keras.Sequential([L.Input((5, 4))] + layers)
    randomise(model)
    model.save(shapes / name)
    np.save(shapes / f"expected_{name.split('.')[0]}.npy", run(model, x))
