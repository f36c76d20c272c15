"""Prints losses.txt: PyTorch's own losses and their gradients. usage: python losses.py > losses.txt

Each line is a name, then the mean, then its gradient in the scores, row after row; double precision."""
import torch
import torch.nn.functional as F

print("# PyTorch " + torch.__version__)
y = torch.tensor([[0.3, -1.2, 2.5], [1.0, 0.4, -0.6], [-3.0, 0.1, 0.2], [12.0, -7.0, 0.9]], dtype=torch.float64)
v = torch.tensor([[0.1, 0.0, 2.0], [1.5, 0.4, -1.0], [1.0, -2.0, 0.7], [8.0, 1.0, 0.0]], dtype=torch.float64)
p = torch.tensor([[1.0, 0.0, 1.0], [0.25, 0.0, 1.0], [1.0, 0.5, 0.0], [0.0, 1.0, 0.0]], dtype=torch.float64)

def show(name, loss):
    x = y.clone().requires_grad_(); value = loss(x); value.backward()
    print(name + ":", value.item(), *x.grad.flatten().tolist())

show("softmax", lambda x: F.cross_entropy(x, torch.tensor([2, 1, 0, 1])))
show("softmax ignoring row 1", lambda x: F.cross_entropy(x, torch.tensor([2, -1, 0, 1]), ignore_index=-1))
show("squared", lambda x: F.mse_loss(x, v))
show("absolute", lambda x: F.l1_loss(x, v))
show("logistic", lambda x: F.binary_cross_entropy_with_logits(x, p))
w = torch.tensor([0.5, 3.0, 0.25], dtype=torch.float64)
some = torch.tensor([2, -1, 0, 1])
show("softmax smoothed", lambda x: F.cross_entropy(x, torch.tensor([2, 1, 0, 1]), label_smoothing=0.2))
show("softmax weighted", lambda x: F.cross_entropy(x, torch.tensor([2, 1, 0, 1]), weight=w))
show("softmax smoothed, weighted, ignoring row 1",
     lambda x: F.cross_entropy(x, some, weight=w, label_smoothing=0.2, ignore_index=-1))
tau = torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)
show("pinball", lambda x: torch.maximum(tau * (v[:, :1] - x), (tau - 1) * (v[:, :1] - x)).mean())
