"""Makes language.json: the adaptive softmax and the averaged SGD of PyTorch, in double precision."""

import json

import torch

torch.manual_seed(21)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


# An adaptive softmax of 20 classes of 12 numbers: a short list of 5, clusters of 6 and 9 with vectors of 6 numbers and of 3.
layer = torch.nn.AdaptiveLogSoftmaxWithLoss(12, 20, cutoffs=[5, 11], div_value=2.0)
x = torch.randn(14, 12, requires_grad=True)
target = torch.tensor([0, 4, 5, 10, 11, 19, 3, 7, 15, 1, 2, 12, 6, 0])
adaptive = {"x": numbers(x), "target": target.tolist(), "log_prob": numbers(layer.log_prob(x))}
adaptive["weights"] = {name: numbers(weight) for name, weight in layer.state_dict().items()}
output = layer(x, target)
output.loss.backward()
adaptive["loss"] = output.loss.item()
adaptive["d_x"] = numbers(x.grad)
adaptive["d_weights"] = {name: numbers(weight.grad) for name, weight in layer.named_parameters()}

# Averaged SGD that begins to average after the 4th update, as Merity and others use it: lambd 0, t0 known when it is time.
w = torch.randn(5, requires_grad=True)
pull = torch.randn(12, 5)
first = numbers(w)
plain = torch.optim.SGD([w], lr=0.1)
asgd = None
steps = []
for step in range(12):
    if step == 4:
        asgd = torch.optim.ASGD([w], lr=0.1, lambd=0.0, alpha=0.0, t0=0)
    optimiser = plain if asgd is None else asgd
    optimiser.zero_grad()
    loss = 0.5 * ((w - pull[step]) ** 2).sum()
    loss.backward()
    optimiser.step()
    average = w if asgd is None else asgd.state[w]["ax"]
    steps.append({"w": numbers(w), "average": numbers(average)})
averaged = {"rate": 0.1, "first": first, "pull": pull.tolist(), "begins_after": 4, "steps": steps}

# Activation regularisation and its temporal form, as the code of Merity and others has them: [T, N, H].
h = torch.randn(5, 3, 4, requires_grad=True)
alpha, beta = 2.0, 0.7
penalty = alpha * h.pow(2).mean() + beta * (h[1:] - h[:-1]).pow(2).mean()
penalty.backward()
activity = {"alpha": alpha, "beta": beta, "h": numbers(h), "penalty": penalty.item(), "d_h": numbers(h.grad)}

# Embedding dropout: whole words, the same at all steps of a batch.
table = torch.randn(6, 4, requires_grad=True)
factors = torch.tensor([0.0, 1.25, 1.25, 0.0, 1.25, 1.25])
ids = torch.tensor([[1, 3, 1], [0, 5, 2], [1, 3, 3]])
dY = torch.randn(3, 3, 4)
y = torch.nn.functional.embedding(ids, factors.unsqueeze(1) * table)
y.backward(dY)
words = {
    "table": numbers(table),
    "factors": numbers(factors),
    "ids": ids.tolist(),
    "y": numbers(y),
    "d_y": numbers(dY),
    "d_table": numbers(table.grad),
}

note = (
    "Made by language.py with PyTorch " + torch.__version__.split("+")[0] + " in double precision. adaptive: "
    "nn.AdaptiveLogSoftmaxWithLoss(12, 20, cutoffs=[5, 11], div_value=2) of x [14, 12]: log_prob [14, 20], its mean loss for "
    "target and the gradients of that. averaged: SGD at rate on 0.5 |w - pull_step|^2 from first, which after begins_after steps "
    "becomes optim.ASGD with lambd 0 and t0 0: w and its average after each step. activity: h [5, 3, 4] as [T, N, H], penalty = "
    "alpha mean(h^2) + beta mean((h_t+1 - h_t)^2) and its gradient. words: rows of table [6, 4] times factors, looked up by ids "
    "[3, 3]."
)
with open("language.json", "w") as file:
    json.dump({"note": note, "adaptive": adaptive, "averaged": averaged, "activity": activity, "words": words}, file)
    file.write("\n")
