"""Prints trajectories.txt: parameters after each of a few updates by PyTorch's own optimisers, clipping, schedules.

usage: python trajectories.py > trajectories.txt
Each line is a name and its numbers, double precision. The gradient depends on the parameters and on the step, and no two numbers are alike."""
import math, torch

w0 = [0.5, -1.25, 2.0, 0.03, -0.7]

def gradient(w, t):
    return [0.3 * x + math.sin(1.7 * i + 0.9 * t) for i, x in enumerate(w)]

def run(make, steps=6):
    w = torch.tensor(w0, dtype=torch.float64, requires_grad=True)
    optimiser = make([w])
    out = []
    for t in range(steps):
        w.grad = torch.tensor(gradient(w.tolist(), t), dtype=torch.float64)
        optimiser.step()
        out.append(w.tolist())
    return out

o = torch.optim
cases = {
    "sgd": lambda p: o.SGD(p, lr=0.1),
    "sgd momentum": lambda p: o.SGD(p, lr=0.1, momentum=0.9),
    "sgd nesterov decay": lambda p: o.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
    "rmsprop": lambda p: o.RMSprop(p, lr=0.01),
    "rmsprop rho epsilon decay": lambda p: o.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.1),
    "adam": lambda p: o.Adam(p, lr=0.002),
    "adam betas epsilon decay": lambda p: o.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.1),
    "adamw": lambda p: o.AdamW(p, lr=0.002),
    "adamw betas epsilon decay": lambda p: o.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-2, weight_decay=0.3),
}

def clipped(limit):
    g = [torch.tensor([3.0, -4.0], dtype=torch.float64), torch.tensor([[0.5, 12.0]], dtype=torch.float64)]
    ps = [torch.zeros_like(x, requires_grad=True) for x in g]
    for p, x in zip(ps, g):
        p.grad = x
    norm = torch.nn.utils.clip_grad_norm_(ps, limit)
    return {"limit": limit, "norm": norm.item(), "g": [v for p in ps for v in p.grad.flatten().tolist()]}

def scheduled(make, steps=10):
    opt = o.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    s = make(opt); out = []
    for _ in range(steps):
        out.append(opt.param_groups[0]["lr"]); opt.step(); s.step()
    return out

L = o.lr_scheduler
def show(name, numbers):
    print(name + ":", *numbers)

print("# PyTorch " + torch.__version__)
show("start", w0)
for name, make in cases.items():
    for t, w in enumerate(run(make)):
        show(name, w)
for limit in (5.0, 100.0):
    c = clipped(limit)
    show("clipped", [limit, c["norm"]] + c["g"])
show("step every 3 gamma 0.5", scheduled(lambda p: L.StepLR(p, 3, 0.5)))
show("cosine last 0.1 of 10", scheduled(lambda p: L.CosineAnnealingLR(p, 10, 0.1)))
show("one cycle of 10", scheduled(lambda p: L.OneCycleLR(p, max_lr=1.0, total_steps=10, cycle_momentum=False)))
show("one cycle of 37 rising 0.2 first 0.1 last 0.01", scheduled(lambda p: L.OneCycleLR(
    p, max_lr=1.0, total_steps=37, pct_start=0.2, div_factor=10, final_div_factor=10, cycle_momentum=False), 37))

losses = [3.0, 2.5, 2.6, 2.49999, 2.55, 2.4, 2.41, 2.42, 2.43, 2.44, 2.45, 2.0, 2.1, 2.1, 2.1, 2.1, -1.0, -1.1, -1.05]
def plateau(patience, factor, threshold, least):
    opt = o.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    s = L.ReduceLROnPlateau(opt, factor=factor, patience=patience - 1, threshold=threshold, min_lr=least); out = []
    for loss in losses:
        opt.step(); s.step(loss); out.append(opt.param_groups[0]["lr"])
    return out
show("plateau losses", losses)
show("plateau patience 2 factor 0.5", plateau(2, 0.5, 1e-4, 1e-3))
show("plateau patience 1 factor 0.1 threshold 0.01 least 0.05", plateau(1, 0.1, 0.01, 0.05))
