"""Writes the Keras files of the tests, and what Keras' equations say for them.

    python3 make_keras_files.py          (needs numpy and h5py; writes files.zip and expected.npz beside itself)

Keras itself is not needed: the layouts are those of keras/src/saving/saving_lib.py (.keras), of
keras/src/legacy/saving/legacy_h5_format.py (.h5), and of the get_config methods of the layers, of Keras 3 and of Keras 2.
The files named after Keras' own layer tests hold the weights of those tests; the numbers expected of them stand in
KerasOwnNumbersTest.java, as Keras' tests have them. The others hold random weights; what is expected of them is computed here, in
double precision, and stands in expected.npz: NAME.x as [N, T, D] or ids [N, T], NAME.y, and NAME.lengths where steps at the
end are masked.
"""

import io
import json
import os
import re
import tempfile
import zipfile

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = tempfile.TemporaryDirectory()
expected = {}


# Layers, as get_config of Keras 3 writes them -----------------------------------------------------------------------------

def initializer(kind, **config):
    return {"module": "keras.initializers", "class_name": kind, "config": config, "registered_name": None}


POLICY = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}


def layer(kind, name, weights=(), **config):
    """A layer: its JSON, and its weights in the order in which Keras makes them."""
    return {
        "json": {"module": "keras.layers", "class_name": kind,
                 "config": {"name": name, "trainable": True, "dtype": POLICY, **config},
                 "registered_name": None, "build_config": {"input_shape": [None, None, None]}},
        "weights": [np.asarray(w, np.float32) for w in weights],
    }


def input_layer(*shape, dtype="float32", name="input_layer"):
    made = layer("InputLayer", name)
    made["json"]["config"] = {"batch_shape": [None, *shape], "dtype": dtype, "sparse": False, "ragged": False, "name": name,
                              "optional": False}
    del made["json"]["build_config"]
    return made


def rnn(kind, name, weights, units, activation="tanh", use_bias=True, return_sequences=False, go_backwards=False,
        stateful=False, unroll=False, zero_output_for_mask=False, recurrent_activation="sigmoid", reset_after=True,
        unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0):
    config = dict(return_sequences=return_sequences, return_state=False, go_backwards=go_backwards, stateful=stateful,
                  unroll=unroll, zero_output_for_mask=zero_output_for_mask, units=units, activation=activation)
    if kind != "SimpleRNN":
        config["recurrent_activation"] = recurrent_activation
    config.update(use_bias=use_bias, kernel_initializer=initializer("GlorotUniform", seed=None),
                  recurrent_initializer=initializer("Orthogonal", gain=1.0, seed=None),
                  bias_initializer=initializer("Zeros"))
    if kind == "LSTM":
        config["unit_forget_bias"] = unit_forget_bias
    config.update(kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                  kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=dropout,
                  recurrent_dropout=recurrent_dropout)
    if kind == "GRU":
        config["reset_after"] = reset_after
    if kind != "SimpleRNN":
        config["seed"] = None
    return layer(kind, name, weights, **config)


def bidirectional(name, forward, backward, merge_mode="concat"):
    inner = [dict(f["json"]) for f in (forward, backward)]
    made = layer("Bidirectional", name, [*forward["weights"], *backward["weights"]], merge_mode=merge_mode, layer=inner[0],
                 backward_layer=inner[1])
    return made


def dense(name, weights, units, activation="linear", use_bias=True):
    return layer("Dense", name, weights, units=units, activation=activation, use_bias=use_bias,
                 kernel_initializer=initializer("GlorotUniform", seed=None), bias_initializer=initializer("Zeros"),
                 kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None, bias_constraint=None,
                 quantization_config=None)


def time_distributed(name, inner):
    return layer("TimeDistributed", name, inner["weights"], layer=inner["json"])


def embedding(name, table, mask_zero=False):
    return layer("Embedding", name, [table], input_dim=len(table), output_dim=len(table[0]),
                 embeddings_initializer=initializer("RandomUniform", minval=-0.05, maxval=0.05, seed=None),
                 embeddings_regularizer=None, activity_regularizer=None, embeddings_constraint=None, mask_zero=mask_zero)


def masking(name, value=0.0):
    return layer("Masking", name, mask_value=value)


def dropout(name, rate):
    return layer("Dropout", name, rate=rate, seed=None, noise_shape=None)


def activation(name, function):
    return layer("Activation", name, activation=function)


def softmax(name):
    return layer("Softmax", name, axis=-1)


# Models -------------------------------------------------------------------------------------------------------------------

def sequential(layers):
    return {"module": "keras", "class_name": "Sequential",
            "config": {"name": "sequential", "trainable": True, "dtype": POLICY, "layers": [a["json"] for a in layers],
                       "build_input_shape": layers[0]["json"]["config"].get("batch_shape")},
            "registered_name": None, "build_config": {"input_shape": layers[0]["json"]["config"].get("batch_shape")}}


def tensor(name):
    return {"class_name": "__keras_tensor__",
            "config": {"shape": [None, None, None], "dtype": "float32", "keras_history": [name, 0, 0]}}


def functional(layers, masked_by=None):
    """A chain; from the layer that masks on, Keras 3 draws the mask into the graph and hands it to layers that take one."""
    nodes, mask = [], None
    for before, a in zip([None] + layers, layers):
        node = dict(a["json"])
        node["name"] = name = node["config"]["name"]
        kwargs = {}
        if mask and node["class_name"] in ("LSTM", "GRU", "SimpleRNN", "Bidirectional", "TimeDistributed"):
            kwargs = {"initial_state": None, "mask": tensor(mask), "training": False}
        node["inbound_nodes"] = [{"args": [tensor(before["json"]["config"]["name"])], "kwargs": kwargs}] if before else []
        nodes.append(node)
        if name == masked_by:
            source = before["json"]["config"]["name"]
            constant = 0 if node["class_name"] == "Embedding" else node["config"]["mask_value"]
            nodes.append(operation("NotEqual", "not_equal", [tensor(source), constant]))
            mask = "not_equal"
            if node["class_name"] == "Masking":
                nodes.append(operation("Any", "any", [tensor("not_equal")]))
                mask = "any"
    return {"module": "keras.src.models.functional", "class_name": "Functional",
            "config": {"name": "functional", "trainable": True, "layers": nodes,
                       "input_layers": [[nodes[0]["name"], 0, 0]],
                       "output_layers": [[layers[-1]["json"]["config"]["name"], 0, 0]]},
            "registered_name": "Functional", "build_config": {"input_shape": None}}


def operation(kind, name, args):
    return {"module": "keras.src.ops.numpy", "class_name": kind, "config": {"name": name}, "registered_name": kind,
            "build_config": {"input_shape": None}, "name": name, "inbound_nodes": [{"args": args, "kwargs": {}}]}


def parts(kind):
    if kind == "Bidirectional":
        return ["/forward_layer/cell", "/backward_layer/cell"]
    return [{"LSTM": "/cell", "GRU": "/cell", "SimpleRNN": "/cell", "TimeDistributed": "/layer"}.get(kind, "")]


def snake(name):
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def save_keras(name, model, layers, version="3.8.0", folder="layers", compression=zipfile.ZIP_STORED):
    """saving_lib.py: an archive of config.json, metadata.json and model.weights.h5."""
    content, used = io.BytesIO(), {}
    with h5py.File(content, "w") as f:
        f.create_group("vars")
        for a in layers:
            kind = a["json"]["class_name"]
            if kind == "InputLayer" and model["class_name"] == "Sequential":
                continue
            own = snake(kind)
            used[own] = used.get(own, -1) + 1
            own += "_%d" % used[own] if used[own] else ""
            f.create_group(f"{folder}/{own}/vars")
            per = len(a["weights"]) // len(parts(kind))
            for p, part in enumerate(parts(kind)):
                group = f.require_group(f"{folder}/{own}{part}/vars")
                for i, w in enumerate(a["weights"][p * per:(p + 1) * per]):
                    group[str(i)] = w
            if kind == "Dropout":
                f[f"{folder}/{own}/seed_generator/vars/0"] = np.array([1, 2], np.uint32)
    with zipfile.ZipFile(os.path.join(FILES.name, name), "w", compression) as z:
        for entry, text in (("metadata.json", {"keras_version": version, "date_saved": "2025-01-31@12:00:00"}),
                            ("config.json", model)):
            z.writestr(zipfile.ZipInfo(entry), json.dumps(text), compression)
        z.writestr(zipfile.ZipInfo("model.weights.h5"), content.getvalue(), compression)


def save_h5(name, model, layers, version="3.8.0", limit=64512):
    """legacy_h5_format.py: the configuration in an attribute, the weights in groups named after the layers."""
    with h5py.File(os.path.join(FILES.name, name), "w") as f:
        f.attrs["keras_version"] = version if version[0] == "3" else version.encode()
        f.attrs["backend"] = "tensorflow"
        f.attrs["model_config"] = json.dumps(model).encode("utf8")
        top = f.create_group("model_weights")
        named = [(a["json"]["config"]["name"], a) for a in layers
                 if not (a["json"]["class_name"] == "InputLayer" and model["class_name"] == "Sequential")]
        attribute(top, "layer_names", [n for n, _ in named], limit)
        top.attrs["backend"] = "tensorflow".encode()
        top.attrs["keras_version"] = version.encode()
        for n, a in sorted(named):
            group = top.create_group(n)
            suffix = ":0" if version[0] == "2" else ""
            kinds = {"Embedding": ["embeddings"], "Dense": ["kernel", "bias"], "TimeDistributed": ["kernel", "bias"]}.get(
                a["json"]["class_name"], ["kernel", "recurrent_kernel", "bias"])
            per = len(a["weights"]) // len(parts(a["json"]["class_name"])) or 1
            names = []
            for i, w in enumerate(a["weights"]):
                side = ["forward_rnn/", "backward_rnn/"][i // per] if a["json"]["class_name"] == "Bidirectional" else ""
                names.append(f"{n}/{side}{kinds[i % per]}{suffix}")
            attribute(group, "weight_names", names, limit)
            for path, w in zip(names, a["weights"]):
                group.create_dataset(path, w.shape, dtype=w.dtype)[...] = w
        attribute(top.create_group("top_level_model_weights"), "weight_names", [], limit)


def attribute(group, name, texts, limit):
    data = np.asarray([t.encode() for t in texts])
    chunks = 1
    while any(part.nbytes > limit for part in np.array_split(data, chunks)):
        chunks += 1
    if chunks == 1:
        group.attrs[name] = [t.encode() for t in texts]
    else:
        for i, part in enumerate(np.array_split(data, chunks)):
            group.attrs[f"{name}{i}"] = part


# Keras 2: the same layers with the options of its time -------------------------------------------------------------------

def keras2(model):
    """The same model as Keras 2 described it: no modules, batch_input_shape, nodes as lists, one layer in Bidirectional."""
    def convert(a):
        config = {k: v for k, v in a["config"].items()
                  if k not in ("zero_output_for_mask", "seed", "quantization_config", "backward_layer", "optional")}
        config = {k: {"class_name": v["class_name"], "config": v["config"]} if k.endswith("_initializer") else v
                  for k, v in config.items()}
        if isinstance(config.get("dtype"), dict):
            config["dtype"] = "float32"
        if "batch_shape" in config:
            config["batch_input_shape"] = config.pop("batch_shape")
        if a["class_name"] in ("LSTM", "GRU"):
            config.update(implementation=2, time_major=False)
        if a["class_name"] == "Embedding":
            config["input_length"] = None
        if "layer" in config:
            config["layer"] = convert(config["layer"])
        made = {"class_name": a["class_name"], "config": config}
        if "name" in a:
            made["name"] = a["name"]
            made["inbound_nodes"] = [[[n["args"][0]["config"]["keras_history"][0], 0, 0, {}]] for n in a["inbound_nodes"]]
        return made
    config = {k: v for k, v in model["config"].items() if k in ("name", "layers", "input_layers", "output_layers")}
    config["layers"] = [convert(a) for a in config["layers"] if a["class_name"] not in ("NotEqual", "Any")]
    return {"class_name": model["class_name"], "config": config}


# Keras' equations ---------------------------------------------------------------------------------------------------------

SELU = 1.0507009873554805, 1.6732632423543772
erf = np.vectorize(__import__("math").erf)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def softplus(a):
    return np.logaddexp(a, 0)


def softmax_of(a):
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


FUNCTIONS = {
    "linear": lambda a: a, "tanh": np.tanh, "sigmoid": sigmoid, "relu": lambda a: np.maximum(a, 0),
    "relu6": lambda a: np.clip(a, 0, 6), "leaky_relu": lambda a: np.where(a >= 0, a, 0.2 * a),
    "elu": lambda a: np.where(a >= 0, a, np.exp(a) - 1), "celu": lambda a: np.where(a >= 0, a, np.exp(a) - 1),
    "selu": lambda a: SELU[0] * np.where(a >= 0, a, SELU[1] * (np.exp(a) - 1)), "softplus": softplus,
    "softsign": lambda a: a / (np.abs(a) + 1), "silu": lambda a: a * sigmoid(a), "swish": lambda a: a * sigmoid(a),
    "gelu": lambda a: 0.5 * a * (1 + erf(a / np.sqrt(2))), "exponential": np.exp,
    "hard_sigmoid": lambda a: np.clip(a / 6 + 0.5, 0, 1), "hard_silu": lambda a: a * np.clip(a / 6 + 0.5, 0, 1),
    "hard_swish": lambda a: a * np.clip(a / 6 + 0.5, 0, 1), "mish": lambda a: a * np.tanh(softplus(a)),
    "hard_tanh": lambda a: np.clip(a, -1, 1), "tanh_shrink": lambda a: a - np.tanh(a),
    "hard_shrink": lambda a: np.where(np.abs(a) > 0.5, a, 0), "log_sigmoid": lambda a: -softplus(-a),
    "soft_shrink": lambda a: np.where(a > 0.5, a - 0.5, np.where(a < -0.5, a + 0.5, 0)),
    "squareplus": lambda a: 0.5 * (a + np.sqrt(a * a + 4)), "sparse_sigmoid": lambda a: np.clip(0.5 * (a + 1), 0, 1),
    "sparse_plus": lambda a: np.where(a <= -1, 0, np.where(a >= 1, a, 0.25 * (a + 1) ** 2)),
    "softmax": softmax_of, "log_softmax": lambda a: np.log(softmax_of(a)),
}
OLD_HARD_SIGMOID = lambda a: np.clip(0.2 * a + 0.5, 0, 1)


def step(kind, config, w, x, state, functions):
    h = state[0]
    phi = functions[config["activation"]]
    sigma = functions[config.get("recurrent_activation", "sigmoid")]
    kernel, recurrent = w[0], w[1]
    units = config["units"]
    bias = w[2] if config["use_bias"] else np.zeros((2, kernel.shape[1]) if kind == "GRU" else kernel.shape[1])
    if kind == "SimpleRNN":
        h = phi(x @ kernel + h @ recurrent + bias)
        return h, [h]
    if kind == "LSTM":
        z = np.split(x @ kernel + h @ recurrent + bias, 4, -1)
        c = sigma(z[1]) * state[1] + sigma(z[0]) * phi(z[2])
        h = sigma(z[3]) * phi(c)
        return h, [h, c]
    if config["reset_after"]:
        b_in, b_rec = bias
        xz, xr, xh = np.split(x @ kernel + b_in, 3, -1)
        hz, hr, hh = np.split(h @ recurrent + b_rec, 3, -1)
        z, r = sigma(xz + hz), sigma(xr + hr)
        candidate = phi(xh + r * hh)
    else:
        xz, xr, xh = np.split(x @ kernel + (bias if bias.ndim == 1 else bias[0]), 3, -1)
        z = sigma(xz + h @ recurrent[:, :units])
        r = sigma(xr + h @ recurrent[:, units:2 * units])
        candidate = phi(xh + (r * h) @ recurrent[:, 2 * units:])
    h = z * h + (1 - z) * candidate
    return h, [h]


def run_rnn(a, w, x, mask, functions):
    """The loop of Keras: masked steps keep the state and repeat the output; go_backwards turns time and leaves it turned."""
    kind, config = a["class_name"], a["config"]
    N, T, _ = x.shape
    units = config["units"]
    state = [np.zeros((N, units)) for _ in range(2 if kind == "LSTM" else 1)]
    last = np.zeros((N, units))
    if config["go_backwards"]:
        x = x[:, ::-1]
        mask = mask[:, ::-1] if mask is not None else None
    outputs = []
    for t in range(T):
        y, new = step(kind, config, w, x[:, t], state, functions)
        if mask is not None:
            on = mask[:, t:t + 1]
            new = [np.where(on, n, s) for n, s in zip(new, state)]
            shown = np.where(on, y, 0 if config.get("zero_output_for_mask") else last)
            last = np.where(on, y, last)
            y = shown
        else:
            last = y
        state = new
        outputs.append(y)
    return np.stack(outputs, 1) if config["return_sequences"] else last


def run(layers, x, functions=FUNCTIONS):
    y, mask = np.asarray(x), None
    for a in layers:
        kind, config = a["json"]["class_name"], a["json"]["config"]
        w = [v.astype(np.float64) for v in a["weights"]]
        if kind == "Embedding":
            mask = y != 0 if config["mask_zero"] else None
            y = w[0][y]
        elif kind == "Masking":
            mask = np.any(y != config["mask_value"], -1)
            y = y * mask[..., None]
        elif kind in ("LSTM", "GRU", "SimpleRNN"):
            y = run_rnn(a["json"], w, y, mask, functions)
            mask = mask if config["return_sequences"] else None
        elif kind == "Bidirectional":
            f, b = (dict(config[k]) for k in ("layer", "backward_layer"))
            for part in (f, b):
                part["config"] = dict(part["config"], zero_output_for_mask=part["config"]["return_sequences"])
            half = len(w) // 2
            yf = run_rnn(f, w[:half], y, mask, functions)
            yb = run_rnn(b, w[half:], y, mask, functions)
            if f["config"]["return_sequences"]:
                yb = yb[:, ::-1]
            else:
                mask = None
            y = {"concat": lambda: np.concatenate([yf, yb], -1), "sum": lambda: yf + yb, "mul": lambda: yf * yb,
                 "ave": lambda: (yf + yb) / 2}[config["merge_mode"]]()
        elif kind in ("Dense", "TimeDistributed"):
            inner = config["layer"]["config"] if kind == "TimeDistributed" else config
            y = functions[inner["activation"]](y @ w[0] + (w[1] if inner["use_bias"] else 0))
        elif kind == "Activation":
            y = functions[config["activation"]](y)
        elif kind == "Softmax":
            y = softmax_of(y)
        elif kind not in ("InputLayer", "Dropout"):
            raise ValueError(kind)
    return y


# Keras' own layer tests ---------------------------------------------------------------------------------------------------

def constant(kind, D, units, unit_forget_bias=True, use_bias=True, reset_after=True, values=(0.01, 0.02, 0.03)):
    """The weights of Constant(0.01), Constant(0.02) and Constant(0.03), and 1 for the bias of the forget gate."""
    G = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind]
    weights = [np.full((D, G * units), values[0]), np.full((units, G * units), values[1])]
    if use_bias:
        bias = np.full((2, G * units) if kind == "GRU" and reset_after else G * units, values[2])
        if kind == "LSTM" and unit_forget_bias:
            bias[units:2 * units] = 1
        weights.append(bias)
    return weights


def own(kind, D, units, **options):
    w = {k: options[k] for k in ("unit_forget_bias", "use_bias", "reset_after") if k in options}
    return rnn(kind, snake(kind), constant(kind, D, units, **w), units, **options)


def save_own(name, D, *layers):
    chain = [input_layer(None, D), *layers]
    save_keras(f"own_{name}.keras", sequential(chain), chain)
    save_h5(f"own_{name}.h5", keras2(sequential(chain)), chain, version="2.15.0")


def own_tests():
    for kind, D, units in (("LSTM", 4, 3), ("GRU", 4, 3), ("SimpleRNN", 4, 4)):
        name = snake(kind)
        save_own(name, D, own(kind, D, units))
        save_own(f"{name}_go_backwards", D, own(kind, D, units, go_backwards=True))
        save_own(f"{name}_unroll", D, own(kind, D, units, unroll=True))
    for kind in ("LSTM", "GRU"):
        save_own(f"{snake(kind)}_use_bias_false", 4, own(kind, 4, 3, use_bias=False))
    save_own("lstm_unit_forget_bias_false", 4, own("LSTM", 4, 3, unit_forget_bias=False))
    save_own("gru_reset_after_false", 4, own("GRU", 4, 3, reset_after=False))
    for kind in ("LSTM", "GRU", "SimpleRNN"):
        name = snake(kind)
        save_own(f"{name}_stateful", 4, own(kind, 4, 4, stateful=True))
        small = 4 if kind == "SimpleRNN" else 2
        save_own(f"{name}_of_3", 3, own(kind, 3, small))
        save_own(f"{name}_of_3_go_backwards", 3, own(kind, 3, small, go_backwards=True))
        save_own(f"{name}_of_3_sequences", 3, own(kind, 3, 2, return_sequences=True))
        save_own(f"{name}_of_3_zero_output_for_mask", 3,
                 own(kind, 3, 2, return_sequences=True, zero_output_for_mask=True))

    def both(kind, D, units, merge_mode="concat", backward=(0.01, 0.02, 0.03), **options):
        first = rnn(kind, "forward_" + snake(kind), constant(kind, D, units), units, **options)
        second = rnn(kind, "backward_" + snake(kind), constant(kind, D, units, values=backward), units, go_backwards=True,
                     **options)
        return bidirectional("bidirectional", first, second, merge_mode)

    save_own("bidirectional", 4, both("SimpleRNN", 4, 2))
    save_own("bidirectional_ave", 4, both("SimpleRNN", 4, 2, "ave"))
    save_own("bidirectional_mul", 4, both("SimpleRNN", 4, 2, "mul", backward=(0.03, 0.02, 0.01)))
    save_own("bidirectional_gru_sum", 4, both("GRU", 4, 2, "sum", return_sequences=True))
    save_own("bidirectional_lstm_stateful", 3, both("LSTM", 3, 2, stateful=True))
    save_own("bidirectional_lstm", 3, both("LSTM", 3, 2))
    save_own("bidirectional_gru", 3, both("GRU", 3, 2))
    save_own("time_distributed", 4,
             time_distributed("time_distributed", dense("dense", [np.full((4, 1), 0.01)], 1, use_bias=False)))
    kernel = np.array([[1.0, -2.0], [3.0, -4.0]])
    save_own("dense", 2, dense("dense", [kernel, np.array([5.0, -6.0])], 2, activation="relu"))
    save_own("dense_use_bias_false", 2, dense("dense", [kernel], 2, use_bias=False))
    save_own("softmax", 3, softmax("softmax"))
    chain = [input_layer(None, dtype="int32"), embedding("embedding", [[0.0, 0.0], [2.0, 2.0], [3.0, 3.0]])]
    save_keras("own_embedding.keras", sequential(chain), chain)
    save_h5("own_embedding.h5", keras2(sequential(chain)), chain, version="2.15.0")


# Random weights -----------------------------------------------------------------------------------------------------------

rng = np.random.default_rng(20251122)


def draw(*shape):
    return rng.uniform(-0.8, 0.8, shape).astype(np.float32)


def weights_of(kind, D, units, use_bias=True, reset_after=True, **_):
    G = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind]
    weights = [draw(D, G * units), draw(units, G * units)]
    if use_bias:
        weights.append(draw(2, G * units) if kind == "GRU" and reset_after else draw(G * units))
    return weights


def random_rnn(kind, name, D, units, **options):
    return rnn(kind, name, weights_of(kind, D, units, **options), units, **options)


def random_both(kind, name, D, units, merge_mode="concat", **options):
    return bidirectional(name, random_rnn(kind, "forward_" + name, D, units, **options),
                         random_rnn(kind, "backward_" + name, D, units, go_backwards=True, **options), merge_mode)


def random_dense(name, D, units, **options):
    weights = [draw(D, units)] + ([draw(units)] if options.get("use_bias", True) else [])
    return dense(name, weights, units, **options)


def save_all(name, layers, x, masked_by=None, lengths=None):
    """As .keras and .h5 of Keras 3 and as .h5 of Keras 2; Sequential in one, functional in the others."""
    graph = functional(layers, masked_by)
    save_keras(f"{name}.keras", graph, layers)
    save_h5(f"{name}.h5", sequential(layers), layers)
    save_h5(f"{name}_keras2.h5", keras2(graph), layers, version="2.12.0")
    expected[f"{name}.x"] = np.asarray(x, np.int32 if np.asarray(x).dtype.kind == "i" else np.float32)
    expected[f"{name}.y"] = run(layers, expected[f"{name}.x"])
    old = dict(FUNCTIONS, hard_sigmoid=OLD_HARD_SIGMOID)
    if np.abs(run(layers, x, old) - expected[f"{name}.y"]).max() > 0:
        expected[f"{name}_keras2.y"] = run(layers, expected[f"{name}.x"], old)
    if lengths is not None:
        expected[f"{name}.lengths"] = np.asarray(lengths, np.int32)


def random_models():
    x = draw(3, 7, 5)
    save_all("stack", [
        input_layer(None, 5), random_rnn("LSTM", "first", 5, 6, return_sequences=True, dropout=0.2),
        dropout("drop", 0.25), random_rnn("LSTM", "second", 6, 4, return_sequences=True, use_bias=False),
        random_dense("hidden", 4, 3, activation="tanh"), random_dense("out", 3, 4, use_bias=False),
        softmax("probabilities")], x)
    save_all("last", [
        input_layer(None, 5), random_rnn("GRU", "gru_7", 5, 6, reset_after=False, recurrent_activation="hard_sigmoid",
                                         return_sequences=True),
        random_rnn("GRU", "gru_9", 6, 3, activation="relu", recurrent_activation="hard_sigmoid"),
        random_dense("score", 3, 2, activation="sigmoid"), activation("after", "log_softmax")], x)
    save_all("turned", [
        input_layer(7, 5), random_rnn("SimpleRNN", "a", 5, 4, go_backwards=True, return_sequences=True,
                                      activation="softsign"),
        random_dense("between", 4, 3), random_rnn("GRU", "b", 3, 4, return_sequences=True),
        random_rnn("LSTM", "c", 4, 3, go_backwards=True, return_sequences=True, activation="gelu")], x)
    save_all("turned_last", [
        input_layer(None, 5), random_rnn("LSTM", "a", 5, 4, go_backwards=True, return_sequences=True),
        random_rnn("LSTM", "b", 4, 3), random_dense("score", 3, 2)], x)
    save_all("both", [
        input_layer(None, 5), random_both("LSTM", "one", 5, 3, return_sequences=True),
        random_both("GRU", "two", 6, 4, "mul", return_sequences=True),
        random_both("SimpleRNN", "three", 4, 2, "ave", use_bias=False),
        random_dense("out", 2, 2)], x)
    ids = rng.integers(1, 9, (3, 6))
    ids[1, 4:] = 0
    ids[2, 3:] = 0
    save_all("words", [
        input_layer(None, dtype="int32"), embedding("words", draw(9, 4), mask_zero=True),
        random_both("GRU", "both", 4, 3, return_sequences=True),
        random_rnn("LSTM", "lstm", 6, 4), random_dense("out", 4, 3, activation="softmax")],
        ids, masked_by="words", lengths=[6, 4, 3])
    save_all("tags", [
        input_layer(None, dtype="int32"), embedding("words", draw(9, 4), mask_zero=True),
        random_rnn("SimpleRNN", "rnn", 4, 3, return_sequences=True),
        time_distributed("tags", random_dense("dense", 3, 2, activation="softmax"))],
        ids, masked_by="words", lengths=[6, 4, 3])
    padded = draw(3, 6, 5)
    padded[1, 4:] = -1
    padded[2, 2:] = -1
    save_all("padded", [
        input_layer(None, 5), masking("masking", -1.0),
        random_rnn("GRU", "gru", 5, 4, return_sequences=True, zero_output_for_mask=True),
        random_rnn("LSTM", "last", 4, 3, go_backwards=True)],
        padded, masked_by="masking", lengths=[6, 4, 2])
    long = [input_layer(None, 5)] + [random_rnn("SimpleRNN", f"a_layer_with_a_long_name_{i}", 5 if i == 0 else 2, 2,
                                                return_sequences=True) for i in range(6)]
    save_h5("many_names.h5", sequential(long), long, limit=96)
    expected["many_names.x"], expected["many_names.y"] = x, run(long, x)
    old = [input_layer(None, 5, name="lstm_input"), random_rnn("LSTM", "lstm", 5, 3)]
    save_keras("keras_2_13.keras", dict(sequential(old), **keras2(sequential(old))), old, version="2.13.1",
               folder="_layer_checkpoint_dependencies", compression=zipfile.ZIP_DEFLATED)
    expected["keras_2_13.x"], expected["keras_2_13.y"] = x, run(old, x)
    first = [input_layer(None, 5), random_rnn("GRU", "gru_1", 5, 3, reset_after=False,
                                              recurrent_activation="hard_sigmoid")]
    oldest = keras2(sequential(first))
    oldest["config"] = oldest["config"]["layers"][1:]
    gru = oldest["config"][0]["config"]
    gru["batch_input_shape"] = [None, 7, 5]
    gru["implementation"] = 0
    del gru["reset_after"], gru["time_major"], gru["dtype"]
    save_h5("keras_2_0.h5", oldest, first[1:], version="2.0.8")
    expected["keras_2_0.x"] = x
    expected["keras_2_0.y"] = run(first, x, dict(FUNCTIONS, hard_sigmoid=OLD_HARD_SIGMOID))


def activations():
    """A Dense layer of the unit matrix; the test writes each function's name into its configuration."""
    chain = [input_layer(None, 4), dense("dense", [np.eye(4)], 4, use_bias=False, activation="THE_FUNCTION")]
    save_keras("function.keras", sequential(chain), chain)
    grid = np.linspace(-7, 7, 4 * 29).reshape(1, 29, 4)
    expected["function.x"] = grid.astype(np.float32)
    for name, phi in FUNCTIONS.items():
        expected[f"function.{name}"] = phi(grid.astype(np.float32).astype(np.float64))


own_tests()
random_models()
activations()
np.savez_compressed(os.path.join(HERE, "expected.npz"), **expected)
with zipfile.ZipFile(os.path.join(HERE, "files.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
    for name in sorted(os.listdir(FILES.name)):
        with open(os.path.join(FILES.name, name), "rb") as f:
            z.writestr(zipfile.ZipInfo(name), f.read(), zipfile.ZIP_DEFLATED)
