# Prints activations.txt: PyTorch's functions and their slopes, in double, at the points of the line "a".
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
POINTS = [-30.0, -7.5, -3.1, -1.9, -1.2, -0.7, -0.2, -0.01, 0.02, 0.3, 0.9, 1.5, 2.2, 3.3, 5.9, 6.5, 12.0]
FUNCTIONS = {
    "LINEAR": lambda a: a * 1,
    "TANH": torch.tanh,
    "LOGISTIC": torch.sigmoid,
    "RELU": torch.relu,
    "AFFINE(1.5, -0.25)": lambda a: 1.5 * a - 0.25,
    "LEAKY_RELU(0.125)": lambda a: F.leaky_relu(a, 0.125),
    "THRESHOLDED_RELU(1.25)": lambda a: F.threshold(a, 1.25, 0.0),
    "SCALED_TANH(1.25, 0.75)": lambda a: 1.25 * torch.tanh(0.75 * a),
    "HARD_SIGMOID(0.25, 0.5)": lambda a: torch.clamp(0.25 * a + 0.5, 0, 1),
    "ELU(0.75)": lambda a: F.elu(a, 0.75),
    "SOFTSIGN": F.softsign,
    "SOFTPLUS": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
    "RELU6": F.relu6,
    "SILU": F.silu,
    "GELU": F.gelu,
    "GELU_TANH": lambda a: F.gelu(a, approximate="tanh"),
    "SELU": F.selu,
    "EXPONENTIAL": torch.exp,
    "HARD_SILU": F.hardswish,
    "MISH": F.mish,
    "HARD_TANH": F.hardtanh,
    "HARD_SHRINK(0.75)": lambda a: F.hardshrink(a, 0.75),
    "SOFT_SHRINK(0.75)": lambda a: F.softshrink(a, 0.75),
    "TANH_SHRINK": F.tanhshrink,
    "LOG_SIGMOID": F.logsigmoid,
    "SQUAREPLUS(4.0)": lambda a: (a + torch.sqrt(a * a + 4)) / 2,
    "SPARSE_PLUS": lambda a: torch.where(a <= -1, 0 * a, torch.where(a < 1, (a + 1) ** 2 / 4, a)),
    "CLIP(-0.75, 1.25)": lambda a: torch.clamp(a, -0.75, 1.25),
}
print("a: " + " ".join(map(repr, POINTS)))
for name, function in FUNCTIONS.items():
    a = torch.tensor(POINTS, requires_grad=True)
    y = function(a)
    y.sum().backward()
    print(f"{name} value: " + " ".join(repr(v) for v in y.tolist()))
    print(f"{name} slope: " + " ".join(repr(v) for v in a.grad.tolist()))
