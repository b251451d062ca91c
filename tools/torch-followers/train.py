"""Trains one embedded follower with PyTorch: train.py NAME CORPUS_FOLDER OUT_FOLDER --tokens 20000000

Same architecture and names as the decoder of packages/lm (Hugging Face Llama), one CPU thread. Writes
model.safetensors (float16), config.json, training.json (loss curve) and a checkpoint it resumes from.
"""
import argparse, json, math, os, pathlib, struct, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("name")
parser.add_argument("corpus", type=pathlib.Path)
parser.add_argument("out", type=pathlib.Path)
parser.add_argument("--tokens", type=float, default=20e6, help="tokens to train on")
parser.add_argument("--batch-tokens", type=int, default=4000, help="tokens per optimiser step")
parser.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16: far faster where the processor has AMX or the like")
parser.add_argument("--compile", action="store_true", help="fuse operators; worth its start-up time for the larger models")
parser.add_argument("--checkpoint-seconds", type=float, default=120)
arguments = parser.parse_args()

recipe = json.loads((arguments.corpus / "recipe.json").read_text())
shape = recipe["decoder"]
vocabulary = len(json.loads((arguments.corpus / "tokenizer.json").read_text())["model"]["vocab"])
LONGEST, EPSILON, THETA = 384, 1e-5, 10000.0
torch.set_num_threads(1)
torch.manual_seed(recipe["seed"])


class Norm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, EPSILON)


class Layer(nn.Module):
    def __init__(self, hidden, intermediate, heads):
        super().__init__()
        self.heads = heads
        linear = lambda i, o: nn.Linear(i, o, bias=False)
        self.self_attn = nn.ModuleDict({f"{n}_proj": linear(hidden, hidden) for n in "qkvo"})
        self.mlp = nn.ModuleDict({"gate_proj": linear(hidden, intermediate), "up_proj": linear(hidden, intermediate), "down_proj": linear(intermediate, hidden)})
        self.input_layernorm, self.post_attention_layernorm = Norm(hidden), Norm(hidden)

    def forward(self, x, cos, sin):
        batch, length, hidden = x.shape
        normed = self.input_layernorm(x)
        q, k, v = (self.self_attn[f"{n}_proj"](normed).view(batch, length, self.heads, -1) for n in "qkv")
        rotate = lambda t: (t * cos + torch.cat((-t[..., t.shape[-1] // 2 :], t[..., : t.shape[-1] // 2]), -1) * sin).to(v.dtype)
        q, k, v = (t.transpose(1, 2) for t in (rotate(q), rotate(k), v))
        # Documents are short: plain attention is faster on a processor than the blocked kind.
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        scores = (q @ k.transpose(-1, -2)).float() * q.shape[-1] ** -0.5
        attended = scores.masked_fill(future, -math.inf).softmax(-1).to(v.dtype) @ v
        x = x + self.self_attn["o_proj"](attended.transpose(1, 2).reshape(batch, length, hidden))
        normed = self.post_attention_layernorm(x)
        return x + self.mlp["down_proj"](F.silu(self.mlp["gate_proj"](normed)) * self.mlp["up_proj"](normed))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        hidden, heads, layers = shape["hidden"], shape["heads"], shape["layers"]
        self.model = nn.ModuleDict({
            "embed_tokens": nn.Embedding(vocabulary, hidden),
            "layers": nn.ModuleList([Layer(hidden, shape["intermediate"], heads) for _ in range(layers)]),
            "norm": Norm(hidden),
        })
        head = hidden // heads
        angles = torch.arange(LONGEST)[:, None] * (THETA ** (-torch.arange(0, head, 2) / head))[None]
        self.register_buffer("cos", torch.cat((angles, angles), -1).cos(), persistent=False)
        self.register_buffer("sin", torch.cat((angles, angles), -1).sin(), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            scale = 0.5 / math.sqrt(hidden) if "embed" in name else 1 / math.sqrt(parameter.shape[1])
            if "o_proj" in name or "down_proj" in name:
                scale /= math.sqrt(2 * layers)
            nn.init.normal_(parameter, std=scale)

    def forward(self, tokens):
        x = self.model["embed_tokens"](tokens)
        cos, sin = self.cos[: tokens.shape[1], None], self.sin[: tokens.shape[1], None]
        for layer in self.model["layers"]:
            x = layer(x, cos, sin)
        return self.model["norm"](x) @ self.model["embed_tokens"].weight.t()


class Corpus:
    """Documents in the order they were written; each pool of documents is cut into batches of like length."""

    def __init__(self, folder):
        read = lambda name, kind: np.memmap(folder / name, dtype=kind, mode="r")
        self.tokens, self.weights, self.lengths = read("tokens.u16", "u2"), read("weights.u8", "u1"), read("lengths.u16", "u2")
        self.ends = np.cumsum(self.lengths.astype(np.int64))

    def batches(self, rng, size, skip=0):
        pool = 1500
        for first in range(0, len(self.lengths) - pool, pool):
            order = first + np.argsort(self.lengths[first : first + pool], kind="stable")
            groups, current = [], []
            for document in order:
                if current and int(self.lengths[document]) * (len(current) + 1) > size:
                    groups.append(current)
                    current = []
                current.append(document)
            groups.append(current)
            rng.shuffle(groups)
            for group in groups:
                skip -= 1
                if skip < 0:
                    yield self.pad(group)

    def pad(self, group):
        longest = max(int(self.lengths[d]) for d in group)
        tokens, weights = np.zeros((len(group), longest), np.int64), np.zeros((len(group), longest), np.float32)
        for row, document in enumerate(group):
            length, end = int(self.lengths[document]), self.ends[document]
            tokens[row, :length] = self.tokens[end - length : end]
            weights[row, :length] = self.weights[end - length : end] / 100
        return torch.from_numpy(tokens), torch.from_numpy(weights)


def save_safetensors(path, state):
    header, data, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in state.items():
        raw = tensor.detach().to(torch.float16).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        data.append(raw)
        offset += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data))
    os.replace(temporary, path)


def write_model(curve, seen):
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_safetensors(arguments.out / "model.safetensors", model.state_dict())
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": vocabulary, "hidden_size": shape["hidden"],
        "intermediate_size": shape["intermediate"], "num_hidden_layers": shape["layers"], "num_attention_heads": shape["heads"],
        "num_key_value_heads": shape["heads"], "head_dim": shape["hidden"] // shape["heads"], "hidden_act": "silu", "rms_norm_eps": EPSILON,
        "rope_theta": THETA, "max_position_embeddings": LONGEST, "tie_word_embeddings": True, "attention_bias": False, "mlp_bias": False,
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0, "torch_dtype": "float16",
    }
    (arguments.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    training = {"batchTokens": arguments.batch_tokens, "tokensSeen": int(seen), "parameters": parameters, "recipe": recipe, "lossCurve": curve}
    (arguments.out / "training.json").write_text(json.dumps(training) + "\n")


def orthogonal(gradients):
    """Nearest semi-orthogonal matrices by five Newton-Schulz steps (Muon, Jordan et al. 2024), batched: [n, rows, columns]."""
    tall = gradients.shape[1] > gradients.shape[2]
    x = gradients.transpose(1, 2) if tall else gradients
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    x = x.to(torch.bfloat16 if arguments.bfloat16 else x.dtype)
    for _ in range(5):
        a = x @ x.transpose(1, 2)
        x = 3.4445 * x + (2.0315 * (a @ a) - 4.7750 * a) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised per matrix and scaled to the size of an AdamW update; matrices of one shape go together."""

    def __init__(self, matrices, momentum=0.95, decay=0.02):
        shapes = {}
        for matrix in matrices:
            shapes.setdefault(matrix.shape, []).append(matrix)
        super().__init__([{"params": group} for group in shapes.values()], {"lr": 0.0, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            updates = []
            for p in group["params"]:
                buffer = self.state[p].setdefault("momentum", torch.zeros_like(p))
                buffer.lerp_(p.grad, 1 - group["momentum"])
                updates.append(p.grad.lerp(buffer, group["momentum"]))
            scale = 0.2 * math.sqrt(max(group["params"][0].shape))
            for p, update in zip(group["params"], orthogonal(torch.stack(updates))):
                p.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-group["lr"] * scale)


model = Decoder()
parameters = sum(p.numel() for p in model.parameters())
matrices = [p for name, p in model.named_parameters() if p.dim() > 1 and "embed" not in name]
others = [p for name, p in model.named_parameters() if p.dim() < 2 or "embed" in name]
optimisers = [Muon(matrices), torch.optim.AdamW(others, weight_decay=0, betas=(0.9, 0.98), fused=True)]
corpus, rng = Corpus(arguments.corpus), np.random.default_rng(recipe["seed"])
forward = torch.compile(model, dynamic=True) if arguments.compile else model
step, seen, curve = 0, 0.0, []
checkpoint = arguments.out / "checkpoint.pt"
if checkpoint.exists():
    state = torch.load(checkpoint, weights_only=False)
    model.load_state_dict(state["model"])
    for optimiser, saved_state in zip(optimisers, state["optimisers"]):
        optimiser.load_state_dict(saved_state)
    step, seen, curve = state["step"], state["seen"], state["curve"]
arguments.out.mkdir(parents=True, exist_ok=True)
print(f"{arguments.name}: {parameters} parameters, vocabulary {vocabulary}, from step {step}", flush=True)
begin, begin_seen, saved, losses = time.time(), seen, time.time(), []
for tokens, weights in corpus.batches(rng, arguments.batch_tokens, skip=step):
    progress = seen / arguments.tokens
    if progress >= 1:
        break
    rate = recipe["learningRate"] * min(1, (step + 1) / 150) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
    for group in optimisers[0].param_groups + optimisers[1].param_groups:
        group["lr"] = rate
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.bfloat16):
        logits = forward(tokens[:, :-1]).flatten(0, 1).float()
    loss = F.cross_entropy(logits, tokens[:, 1:].flatten(), reduction="none")
    weight = weights[:, 1:].flatten()
    (loss * weight).sum().div(weight.sum() + 100).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad()
    step += 1
    seen += int((tokens > 0).sum())
    full = weight == 1
    losses.append(float(loss.detach()[full].mean()))
    if step % 200 == 0:
        speed = (seen - begin_seen) / (time.time() - begin)
        curve.append([int(seen), round(float(np.mean(losses)), 4)])
        print(f"{step} {seen / 1e6:.2f}M loss {np.mean(losses):.4f} {speed:.0f} tok/s, {(arguments.tokens - seen) / speed / 60:.0f} min left", flush=True)
        losses = []
    if time.time() - saved > arguments.checkpoint_seconds:
        temporary = checkpoint.with_suffix(".tmp")
        torch.save({"model": model.state_dict(), "optimisers": [optimiser.state_dict() for optimiser in optimisers], "step": step, "seen": seen, "curve": curve}, temporary)
        os.replace(temporary, checkpoint)
        write_model(curve, seen)
        saved = time.time()
write_model(curve, seen)
print(f"done: {seen / 1e6:.2f}M tokens in {time.time() - begin:.0f} s", flush=True)
