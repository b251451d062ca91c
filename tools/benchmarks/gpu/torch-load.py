"""The networks and loads of networks.json in PyTorch: what the rates of load.mjs stand beside."""

import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

NETWORKS = json.loads((Path(__file__).parent / "networks.json").read_text())
LOAD = NETWORKS["load"]
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SECONDS, MOST_REPETITIONS = 5, 50


class Planner(nn.Module):
    """Bag of n-grams, LayerNorm, GRU, scores."""

    def __init__(self, buckets, embedding, hidden):
        super().__init__()
        self.bag = nn.EmbeddingBag(buckets, embedding, mode="sum")
        self.norm = nn.LayerNorm(embedding)
        self.gru = nn.GRU(embedding, hidden, batch_first=True)
        self.output = nn.Linear(hidden, LOAD["strategies"])

    def forward(self, features):
        """[rows, times, n-grams] to [rows, times, strategies]"""
        rows, times, grams = features.shape
        segments = self.norm(self.bag(features.reshape(-1, grams))).reshape(rows, times, -1)
        return self.output(self.gru(segments)[0])


class Layer(nn.Module):
    def __init__(self, size, inner, heads):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([nn.RMSNorm(size, 1e-5), nn.RMSNorm(size, 1e-5)])
        self.query, self.key, self.value, self.out = (nn.Linear(size, size, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(size, inner, bias=False) for _ in range(2))
        self.down = nn.Linear(inner, size, bias=False)

    def forward(self, hidden, rotation, past):
        rows, new, size = hidden.shape
        read = self.norms[0](hidden)
        split = lambda x: x.reshape(rows, new, self.heads, -1).transpose(1, 2)
        query, key = (rotated(split(project(read)), rotation) for project in (self.query, self.key))
        value = split(self.value(read))
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        seen = F.scaled_dot_product_attention(query, key, value, is_causal=past is None)
        hidden = hidden + self.out(seen.transpose(1, 2).reshape(rows, new, size))
        read = self.norms[1](hidden)
        return hidden + self.down(F.silu(self.gate(read)) * self.up(read))


class Follower(nn.Module):
    """Llama: RMSNorm, RoPE, SwiGLU, tied embeddings."""

    def __init__(self, vocabularySize, hiddenSize, intermediateSize, layers, heads):
        super().__init__()
        self.embedding = nn.Embedding(vocabularySize, hiddenSize)
        self.layers = nn.ModuleList([Layer(hiddenSize, intermediateSize, heads) for _ in range(layers)])
        self.norm = nn.RMSNorm(hiddenSize, 1e-5)
        self.head_size = hiddenSize // heads

    def forward(self, tokens, start=0, past=None):
        hidden = self.embedding(tokens)
        frequencies = 10_000 ** (-torch.arange(0, self.head_size, 2, device=tokens.device) / self.head_size)
        angles = torch.outer(torch.arange(start, start + tokens.shape[1], device=tokens.device), frequencies)
        rotation = torch.cat([angles, angles], -1)
        for index, layer in enumerate(self.layers):
            hidden = layer(hidden, rotation, past and past[index])
        return self.norm(hidden) @ self.embedding.weight.T


def rotated(x, rotation):
    left, right = x.chunk(2, -1)
    return x * rotation.cos() + torch.cat([-right, left], -1) * rotation.sin()


def rate_of(units, work):
    work()
    synchronize()
    started, repetitions = time.perf_counter(), 0
    while True:
        work()
        synchronize()
        repetitions += 1
        elapsed = time.perf_counter() - started
        if elapsed >= SECONDS or repetitions >= MOST_REPETITIONS:
            return units * repetitions / elapsed


def synchronize():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def report(what, unit, measure):
    try:
        print(f"{what:<44} {measure():9.4g} {unit}/s", flush=True)
    except RuntimeError as error:
        print(f"{what:<44}    failed: {str(error).splitlines()[0]}", flush=True)


def load_planner(size):
    planner = Planner(**NETWORKS["planner"][size]).to(DEVICE)
    optimiser = torch.optim.Adam(planner.parameters(), 1e-4)
    buckets = NETWORKS["planner"][size]["buckets"]
    features = torch.randint(buckets, (LOAD["trajectories"], LOAD["choices"], 30), device=DEVICE)
    choices = torch.randint(LOAD["strategies"], (LOAD["trajectories"], LOAD["choices"]), device=DEVICE)

    def update():
        optimiser.zero_grad()
        F.cross_entropy(planner(features).flatten(0, 1), choices.flatten()).backward()
        nn.utils.clip_grad_norm_(planner.parameters(), 1)
        optimiser.step()

    @torch.no_grad()
    def decide():
        planner(features[: LOAD["planned"], :1]).argmax(-1).cpu()

    what = f"planner {size}"
    report(f"{what} update, torch {DEVICE}", "decisions", lambda: rate_of(LOAD["trajectories"] * LOAD["choices"], update))
    report(f"{what} rollout, torch {DEVICE}", "decisions", lambda: rate_of(LOAD["planned"], decide))


def load_follower(size):
    sizes = NETWORKS["follower"][size]
    follower = Follower(**sizes).to(DEVICE)
    optimiser = torch.optim.AdamW(follower.parameters(), 1e-4)
    shape = (LOAD["sequences"], LOAD["sequenceTokens"])
    tokens = torch.randint(sizes["vocabularySize"], shape, device=DEVICE)
    advantages = (torch.arange(LOAD["sequences"], device=DEVICE) % 2 - 0.5)[:, None]

    def update():
        optimiser.zero_grad()
        chosen = follower(tokens)[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None])[..., 0]
        ratio = (chosen - chosen.detach()).exp()
        (-torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()).backward()
        nn.utils.clip_grad_norm_(follower.parameters(), 1)
        optimiser.step()

    rows, context, heads = LOAD["rows"], LOAD["context"], sizes["heads"]
    cache = (rows, heads, context, sizes["hiddenSize"] // heads)
    past = [(torch.randn(cache, device=DEVICE), torch.randn(cache, device=DEVICE)) for _ in range(sizes["layers"])]
    last = tokens[:1, :1].expand(rows, 1)

    @torch.no_grad()
    def write():
        follower(last, context, past)[:, -1].argmax(-1).cpu()

    what = f"follower {size}"
    report(f"{what} update, torch {DEVICE}", "tokens", lambda: rate_of(shape[0] * shape[1], update))
    report(f"{what} rollout, torch {DEVICE}", "tokens", lambda: rate_of(rows, write))


print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name() if DEVICE == 'cuda' else 'the processor'}")
for size in sys.argv[1:] or NETWORKS["planner"]:
    load_planner(size)
    load_follower(size)
