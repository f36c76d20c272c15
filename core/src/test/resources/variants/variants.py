# Prints variants.txt: recurrent layers in variants, forward and backward, in double, by PyTorch's autograd.
# The projection is torch.nn.LSTM's own; the others are ONNX's formulas (operators LSTM, GRU, RNN) written out.
import torch
from torch.nn.functional import elu, gelu, leaky_relu, softplus, softsign

torch.manual_seed(4)
torch.set_default_dtype(torch.float64)
T, N, D, H, P = 4, 2, 3, 4, 2


def hard(a):
    return torch.clamp(0.25 * a + 0.5, 0, 1)


def show(case, name, values):
    print(f"{case} {name}: " + " ".join(repr(v) for v in values.detach().reshape(-1).tolist()))


def run(case, weights, state, step):
    x = torch.randn(T, N, D, requires_grad=True)
    leaves = {**weights, **state}
    for name, value in leaves.items():
        value.requires_grad_(True)
        show(case, name, value)
    show(case, "x", x)
    now, outputs = dict(state), []
    for t in range(T):
        now = step(x[t], now, weights)
        outputs.append(now["h0"])
    y = torch.stack(outputs)
    results = {"y": y, **{name.replace("0", "n"): value for name, value in now.items()}}
    loss = 0
    for name, value in results.items():
        gradient = torch.randn_like(value)
        show(case, name, value)
        show(case, "d" + name, gradient)
        loss = loss + (value * gradient).sum()
    loss.backward()
    for name, value in {**leaves, "x": x}.items():
        show(case, "d" + name, value.grad)


def weights(gates, state_size=H, **more):
    return {
        "W": 0.7 * torch.randn(gates * H, D),
        "R": 0.7 * torch.randn(gates * H, state_size),
        "bW": 0.7 * torch.randn(gates * H),
        "bR": 0.7 * torch.randn(gates * H),
        **more,
    }


def lstm(phi, chi, psi, clip, coupled):
    def step(x, s, w):
        c = s["c0"]
        pi, po, pf = w["p"].split(H)
        ai, af, ag, ao = (x @ w["W"].T + w["bW"] + s["h0"] @ w["R"].T + w["bR"]).split(H, 1)
        i = phi(torch.clamp(ai + pi * c, -clip, clip))
        f = 1 - i if coupled else phi(torch.clamp(af + pf * c, -clip, clip))
        new = f * c + i * chi(torch.clamp(ag, -clip, clip))
        o = phi(torch.clamp(ao + po * new, -clip, clip))
        return {"h0": o * psi(new), "c0": new}

    return step


def gru(phi, chi, clip, after):
    def step(x, s, w):
        h = s["h0"]
        xr, xz, xn = (x @ w["W"].T + w["bW"]).split(H, 1)
        Rr, Rz, Rn = w["R"].split(H)
        br, bz, bn = w["bR"].split(H)
        r = phi(torch.clamp(xr + h @ Rr.T + br, -clip, clip))
        z = phi(torch.clamp(xz + h @ Rz.T + bz, -clip, clip))
        n = xn + r * (h @ Rn.T + bn) if after else xn + (r * h) @ Rn.T + bn
        return {"h0": (1 - z) * chi(torch.clamp(n, -clip, clip)) + z * h}

    return step


def rnn(phi, clip):
    return lambda x, s, w: {
        "h0": phi(torch.clamp(x @ w["W"].T + w["bW"] + s["h0"] @ w["R"].T + w["bR"], -clip, clip))
    }


def projected(x, s, w):
    layer = torch.nn.LSTM(D, H, proj_size=P)
    names = {"W": "weight_ih_l0", "R": "weight_hh_l0", "bW": "bias_ih_l0", "bR": "bias_hh_l0", "Whr": "weight_hr_l0"}
    y, (h, c) = torch.func.functional_call(
        layer, {names[k]: v for k, v in w.items()}, (x[None], (s["h0"][None], s["c0"][None]))
    )
    return {"h0": h[0], "c0": c[0]}


def hc(state_size=H):
    return {"h0": torch.randn(N, state_size), "c0": torch.randn(N, H)}


def p():
    return torch.randn(3 * H)


run("lstm", weights(4, p=p()), hc(), lstm(torch.sigmoid, torch.tanh, torch.tanh, 1e9, False))
run("lstm clip", weights(4, p=p()), hc(), lstm(hard, gelu, softsign, 0.75, False))
run("lstm coupled", weights(4, p=p()), hc(), lstm(torch.sigmoid, elu, torch.tanh, 1.25, True))
run("lstm projected", weights(4, P, Whr=torch.randn(P, H)), hc(P), projected)
run("gru after", weights(3), {"h0": torch.randn(N, H)}, gru(hard, softplus, 1.25, True))
run("gru before", weights(3), {"h0": torch.randn(N, H)}, gru(hard, softsign, 1.25, False))
run("rnn", weights(1), {"h0": torch.randn(N, H)}, rnn(lambda a: leaky_relu(a, 0.125), 0.75))
