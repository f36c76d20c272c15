"""Random models written by Keras 3 itself, with an input and Keras' own output next to each, for JudgedModelsTest.

    KERAS_BACKEND=torch python keras_models.py FOLDER COUNT SEED

Models are drawn from the seeds SEED * 100000 + 1, + 2, ...; seeds whose draw makes no model (a softmax behind a mask, numbers
beyond a float) are passed over. NAME.keras, NAME.h5 or NAME.json with NAME.weights.h5 holds the model, NAME.x.npy the input
[N, T, D] (ids [N, T]), NAME.y.npy the output, and NAME.masked stands there where the output has masked steps, at which Keras
repeats the step before and Carousel gives 0. Needs keras and numpy, and torch below them.
"""

import logging
import os
import pathlib
import random
import sys
import warnings
import zlib

os.environ.setdefault("KERAS_BACKEND", "torch")
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import keras
import numpy as np

L = keras.layers
ACTIVATIONS = ["tanh", "sigmoid", "relu", "elu", "selu", "gelu", "softsign", "hard_sigmoid", "silu", "leaky_relu", "relu6",
               "exponential", "softplus", "mish"]


def recurrent(r, sequences):
    kind = r.choice([L.SimpleRNN, L.LSTM, L.GRU])
    options = dict(return_sequences=sequences)
    if r.random() < 0.3:
        options["activation"] = r.choice(ACTIVATIONS[:10])
    if kind is L.GRU and r.random() < 0.4:
        options["reset_after"] = False
    if r.random() < 0.2:
        options["use_bias"] = False
    c = r.random()
    if c < 0.12:
        return L.RNN(r.choice([L.LSTMCell, L.GRUCell, L.SimpleRNNCell])(r.randint(2, 5)), return_sequences=sequences)
    if c < 0.22:
        cells = [L.LSTMCell(r.randint(2, 5)), r.choice([L.LSTMCell, L.GRUCell])(3)]
        return L.RNN(cells, return_sequences=sequences)
    if c < 0.45:
        return L.Bidirectional(kind(r.randint(2, 5), **options), merge_mode=r.choice(["concat", "sum", "mul", "ave"]))
    if not sequences and r.random() < 0.2:
        options["go_backwards"] = True
    return kind(r.randint(2, 6), **options)


def of_steps(r, masked, sequences):
    c = r.randint(0, 17)
    if c == 0:
        return L.Dropout(0.3)
    if c == 1 and sequences:
        return L.SpatialDropout1D(0.2)
    if c == 2:
        return L.GaussianNoise(0.1)
    if c == 3:
        return L.LayerNormalization(epsilon=r.choice([1e-3, 1e-5]), center=r.random() < 0.7, scale=r.random() < 0.7)
    if c == 4:
        return L.BatchNormalization(center=r.random() < 0.7, scale=r.random() < 0.7, epsilon=r.choice([1e-3, 1e-2]))
    if c == 5:
        return L.ReLU(max_value=r.choice([None, 6.0, 0.3]))
    if c == 6:
        return L.LeakyReLU(negative_slope=0.17)
    if c == 7:
        return L.ELU(alpha=0.6)
    if c == 8 and not masked:
        return L.Rescaling(1.7, offset=-0.2)
    if c == 9:
        return L.Activation(r.choice(ACTIVATIONS + ["softmax", "log_softmax"]))
    if c == 10 and not masked:
        return L.Softmax()
    if c == 11 and sequences:
        inner = [L.Dense(4, activation="tanh"), L.Activation("relu"), L.LayerNormalization(), L.BatchNormalization()]
        return L.TimeDistributed(r.choice(inner))
    if c == 12:
        return L.ReLU(negative_slope=0.2)
    if c == 13:
        return L.PReLU(shared_axes=[1, 2] if sequences and r.random() < 0.5 else [1] if sequences else None)
    if c == 14:
        return L.AlphaDropout(0.1)
    if c == 15 and not masked:
        return L.Normalization(mean=r.uniform(-1, 1), variance=r.uniform(0.5, 2))
    if c == 16:
        return L.ReLU(max_value=3.0, negative_slope=0.1, threshold=0.2) if r.random() < 0.3 else L.ReLU(threshold=0.1)
    return L.Dense(r.randint(2, 6), activation=r.choice([None] + ACTIVATIONS), use_bias=r.random() < 0.8)


def beginning(r, seed, T, N):
    """The first layers, an input for them and whether there is a mask."""
    draw = np.random.RandomState(seed)
    if r.random() < 0.4:
        masked = r.random() < 0.6
        words = r.randint(5, 12)
        x = draw.randint(1, words, (N, T)).astype("int32")
        for i in range(N if masked else 0):
            k, where = draw.randint(0, T - 1), r.random()
            if where < 0.4:
                x[i, :k] = 0
            elif where < 0.7:
                x[i, T - k:] = 0
            else:
                x[i, draw.rand(T) < 0.3] = 0
        return L.Input((T,), dtype="int32"), [L.Embedding(words, r.randint(2, 5), mask_zero=masked)], x, masked
    D = r.randint(2, 5)
    x = draw.randn(N, T, D).astype("float32")
    if r.random() < 0.2:
        x[0, :2] = 0
        x[1, -1] = 0
        return L.Input((T, D)), [L.Masking(0.0)], x, True
    return L.Input((T, D)), [], x, False


def ending(r, masked, T, layers):
    """Appends what makes one step of all, or leaves all steps; returns whether the output has steps."""
    end = r.random()
    if end < 0.4:
        layers.append(recurrent(r, False))
        return False
    if end < 0.5:
        layers += [recurrent(r, True), L.GlobalAveragePooling1D()]
        return False
    if end < 0.6:
        layers += [L.Bidirectional(L.LSTM(3, return_sequences=True)), L.GlobalMaxPooling1D()]
        return False
    if end < 0.7:
        layers += [recurrent(r, False), L.RepeatVector(r.randint(2, 6)), recurrent(r, True)]
        return True
    if end < 0.77 and not masked:
        layers += [recurrent(r, True), L.Flatten()]
        return False
    if end < 0.84:
        layers += [recurrent(r, False), L.Dense(6), L.Reshape(r.choice([(3, 2), (2, 3), (1, 6), (-1, 2)])), recurrent(r, True)]
        return True
    layers.append(recurrent(r, True))
    return True


def model_of(r, seed):
    T, N = r.randint(3, 7), r.randint(2, 4)
    given, layers, x, masked = beginning(r, seed, T, N)
    for _ in range(r.randint(0, 1)):
        layers.append(of_steps(r, masked, True))
    for _ in range(r.randint(0, 2)):
        layers.append(recurrent(r, True))
        for _ in range(r.randint(0, 2)):
            layers.append(of_steps(r, masked, True))
    before = len(layers)
    sequences = ending(r, masked, T, layers)
    made = any(isinstance(layer, (L.RepeatVector, L.Reshape)) for layer in layers[before:])
    still = masked and sequences and not made
    for _ in range(r.randint(0, 3)):
        layers.append(of_steps(r, still, sequences))
    if r.random() < 0.3 and len(layers) > 2:
        a = r.randint(1, len(layers) - 1)
        b = r.randint(a, len(layers) - 1)
        layers = layers[:a] + [keras.Sequential(layers[a:b + 1])] + layers[b + 1:]
    if r.random() < 0.5:
        return keras.Sequential([given] + layers), x, still
    y = given
    for i, layer in enumerate(layers):
        # One branch of a layer with a state: its h alone goes on.
        if isinstance(layer, (L.LSTM, L.GRU)) and not layer.return_sequences and r.random() < 0.3:
            layer.return_state = True
            y = layer(y)[1]
        else:
            y = layer(y)
    return keras.Model(given, y), x, still


def save(model, r, base):
    way = r.choice([".keras", ".h5", ".json"])
    if way != ".json":
        model.save(base + way)
        return
    pathlib.Path(base + ".json").write_text(model.to_json())
    model.save_weights(base + ".weights.h5")


def make(folder, seed):
    r = random.Random(seed)
    keras.utils.set_random_seed(seed)
    try:
        model, x, masked = model_of(r, seed)
        model(x)
        for weight in model.weights:
            value = np.random.RandomState(zlib.crc32(f"{seed} {weight.path}".encode())).randn(*weight.shape) * 0.5
            if "variance" in weight.name:
                value = np.abs(value) + 0.3
            if weight.dtype.startswith("float"):
                weight.assign(value.astype("float32"))
        y = np.asarray(model(x, training=False).detach().cpu())
    except Exception as e:
        return str(e)
    if not np.isfinite(y).all() or abs(y).max() > 1e4:
        return "numbers beyond a float"
    base = f"{folder}/m{seed}"
    save(model, r, base)
    np.save(base + ".x.npy", x)
    np.save(base + ".y.npy", y)
    if masked:
        pathlib.Path(base + ".masked").write_text("")
    return ""


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    seed, made = int(sys.argv[3]) * 100000, 0
    while made < int(sys.argv[2]):
        seed += 1
        why = make(target, seed)
        made += not why
        if why and "-v" in sys.argv:
            print(seed, why.splitlines()[0][:150])
