"""Makes the tiny published-style checkpoints that the tests of packages/lm read, with what transformers computes from them.

python checkpoint-fixtures.py FOLDER   (pip install torch "transformers<5" peft)
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

SIZES = {
    "vocab_size": 32,
    "hidden_size": 16,
    "intermediate_size": 20,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 24,
    "initializer_range": 0.3,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
# Biases and tied embeddings in shards of bfloat16; heads wider than the hidden size has room for, a head of its own, in half precision.
MODELS = {
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**SIZES, rope_theta=5000.0, tie_word_embeddings=True), torch.bfloat16),
    "llama": (
        LlamaForCausalLM,
        LlamaConfig(**SIZES, head_dim=6, rms_norm_eps=1e-5, rope_theta=800.0, attention_bias=True),
        torch.float16,
    ),
}
# Ways in which the checkpoint `llama` is read with its positions scaled; over 64 tokens its three frequencies turn 10, 1.1 and 0.1
# times, so that `llama3` keeps the first, mixes the second and divides the third.
SCALINGS = {
    "linear": {"rope_type": "linear", "factor": 3.0},
    "llama3": {
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    },
}
TOKENS = [[1, 9, 30, 4, 4, 17, 2, 25, 11, 6], [1, 3]]


def make(folder: Path, name: str) -> None:
    kind, config, dtype = MODELS[name]
    torch.manual_seed(len(name))
    model = kind(config)
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            if "norm" in parameter_name or "bias" in parameter_name:
                parameter.add_(torch.randn_like(parameter) * 0.3)
    target = folder / name
    model.to(dtype).save_pretrained(target, max_shard_size="3KB" if name == "qwen2" else "1GB")
    (target / "generation_config.json").unlink()
    write_expected(AutoModelForCausalLM.from_pretrained(target, torch_dtype=torch.float32), target)


def make_scaled(folder: Path, base: str) -> None:
    """What a checkpoint computes when its config.json scales positions."""
    for name, scaling in SCALINGS.items():
        config = AutoConfig.from_pretrained(folder / base, rope_scaling=scaling)
        model = AutoModelForCausalLM.from_pretrained(folder / base, config=config, torch_dtype=torch.float32)
        target = folder / f"{base}-{name}"
        target.mkdir(exist_ok=True)
        (target / "scaling.json").write_text(json.dumps(scaling) + "\n")
        write_expected(model, target)


def make_adapter(folder: Path, base: str) -> None:
    """LoRA beside a checkpoint, as PEFT writes it."""
    torch.manual_seed(1)
    stored = AutoModelForCausalLM.from_pretrained(folder / base, torch_dtype=torch.float32)
    options = LoraConfig(r=2, lora_alpha=3, target_modules=["q_proj", "v_proj", "down_proj"], task_type="CAUSAL_LM")
    adapted = get_peft_model(stored, options)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_B" in name:
                parameter.copy_(torch.randn_like(parameter) * 0.3)
    target = folder / f"{base}-lora"
    adapted.peft_config["default"].base_model_name_or_path = base
    adapted.save_pretrained(target)
    (target / "README.md").unlink()
    write_expected(adapted, target)


def write_expected(model: torch.nn.Module, target: Path) -> None:
    with torch.no_grad():
        logits = [model(torch.tensor([tokens])).logits[0].tolist() for tokens in TOKENS]
    expected = [{"tokens": t, "logits": [[round(v, 6) for v in row] for row in l]} for t, l in zip(TOKENS, logits)]
    (target / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


for name in MODELS:
    make(Path(sys.argv[1]), name)
make_scaled(Path(sys.argv[1]), "llama")
make_adapter(Path(sys.argv[1]), "qwen2")
