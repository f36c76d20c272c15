"""Prints training.txt: a small run of truncated BPTT by PyTorch, in float32. usage: python training.py > training.txt

Two LSTM layers over one-hot ids and a dense head, Adam, a learning rate that follows half a cosine, clipping by norm;
windows of 7 steps of 3 streams, the state carried; the held-out text whole, from the zero state. Weights and ids come from
formulas, so that nothing but numbers need be stored."""
import math, torch

V, H, N, T, EPOCHS, RATE, CLIP = 5, 6, 3, 7, 3, 0.03, 0.25
torch.set_num_threads(1)

def text(count, phase):
    return torch.tensor([int(abs(7 * math.sin(0.37 * i * i + phase)) + i) % V for i in range(count)])

def streams(t, n):
    k = (len(t) - 1) // n
    return t[:n * k].view(n, k).t(), t[1:n * k + 1].view(n, k).t()

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.LSTM(V, H, 2); self.out = torch.nn.Linear(H, V)
    def forward(self, x, s):
        y, s = self.rnn(torch.nn.functional.one_hot(x, V).float(), s); return self.out(y), s

net = Model(); i = 0
with torch.no_grad():
    for p in net.parameters():
        for j in range(p.numel()):
            p.view(-1)[j] = 0.4 * math.sin(0.7 * i + 0.01 * i * i); i += 1
opt = torch.optim.Adam(net.parameters(), RATE); ce = torch.nn.functional.cross_entropy
X, Y = streams(text(100, 0.5), N); VX, VY = streams(text(40, 1.5), N)
windows = len(X) // T
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(opt, EPOCHS * windows, 0.0)
print("# PyTorch " + torch.__version__)
print("ids:", *text(20, 0.5).tolist())
for e in range(EPOCHS):
    s, losses, norms = None, [], []
    for i in range(0, windows * T, T):
        o, s = net(X[i:i + T], s); s = tuple(v.detach() for v in s)
        l = ce(o.reshape(-1, V), Y[i:i + T].reshape(-1)); opt.zero_grad(); l.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)))
        opt.step(); schedule.step(); losses.append(float(l.detach()))
    with torch.no_grad():
        v = float(ce(net(VX, None)[0].reshape(-1, V), VY.reshape(-1)))
    print("losses:", *losses); print("norms:", *norms); print("held out:", v)
print("out.bias:", *net.out.bias.tolist())
print("weight_hh_l0 row 3:", *net.rnn.weight_hh_l0[3].tolist())
