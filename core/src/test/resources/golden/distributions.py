"""Makes distributions.json: `python distributions.py > distributions.json`, with PyTorch."""
import json

import torch
from torch import distributions as D
from torch.nn.functional import softplus

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
LEAST = 1e-3  # what is added to softplus for a deviation and for the shape of counts
N = 8
scale = torch.tensor([1, 1.5, 2, 4, 9, 30, 1, 120.0])
counts = torch.tensor([0, 1, 0, 7, 12, 25, 3, 150.0])


def gaussian(y, x):
    return D.Normal(y[:, 0], LEAST + softplus(y[:, 1])).log_prob(x)


def student(y, x):
    return D.StudentT(2 + softplus(y[:, 2]), y[:, 0], LEAST + softplus(y[:, 1])).log_prob(x)


def negative_binomial(y, x):
    mean = scale * (1e-6 + softplus(y[:, 0]))
    alpha = (LEAST + softplus(y[:, 1])) / scale.sqrt()
    return D.NegativeBinomial(1 / alpha, probs=alpha * mean / (1 + alpha * mean)).log_prob(x)


def bernoulli(y, x):
    return D.Bernoulli(logits=y[:, 0]).log_prob(x)


def mixture(y, x):
    y = y.view(N, 3, 3)
    parts = D.Normal(y[:, :, 1], LEAST + softplus(y[:, :, 2]))
    return D.MixtureSameFamily(D.Categorical(logits=y[:, :, 0]), parts).log_prob(x)


result = {
    "note": "y [N, P]: what a network gives, x [N]: values, loss [N] = -ln p(x), dy: the gradient of their sum in y; scale [N]: of "
    "the counts of the negative binomial. Deviation = 0.001 + softplus, degrees of freedom = 2 + softplus, mean of counts = "
    "scale (1e-6 + softplus), their alpha = (0.001 + softplus) / sqrt(scale); mixture of 3: logit, mean, deviation of each in "
    "turn. Made by distributions.py with PyTorch " + torch.__version__ + ".",
    "scale": scale.tolist(),
}
for name, size, log_prob, x in [
    ("gaussian", 2, gaussian, 2 * torch.randn(N)),
    ("student-t", 3, student, 4 * torch.randn(N)),
    ("negative-binomial", 2, negative_binomial, counts),
    ("bernoulli", 1, bernoulli, torch.tensor([0, 1, 1, 0, 0, 1, 0, 1.0])),
    ("mixture", 9, mixture, 2 * torch.randn(N)),
]:
    y = (1.5 * torch.randn(N, size)).requires_grad_()
    loss = -log_prob(y, x)
    loss.sum().backward()
    result[name] = {"y": y.tolist(), "x": x.tolist(), "loss": loss.tolist(), "dy": y.grad.tolist()}
print(json.dumps(result))
