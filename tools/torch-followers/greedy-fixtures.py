"""Makes tiny random checkpoints of Qwen2 and Llama as the hub has them, with what transformers writes with each, greedily.

python greedy-fixtures.py FOLDER [SEED]   (pip install torch "transformers<5")
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers.processors import TemplateProcessing
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

TOKENIZER = Path(__file__).parents[2] / "packages/follower-adapters/fixtures/qwen2"
SIZES = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.4,
}
# As Llama 3.2 scales positions, for a context that is as short as these.
SCALING = {
    "rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
MODELS = {
    "qwen2": (Qwen2ForCausalLM, Qwen2Config, {"tie_word_embeddings": True}, torch.bfloat16),
    "llama": (LlamaForCausalLM, LlamaConfig, {"head_dim": 6, "rope_theta": 500.0, "rope_scaling": SCALING}, torch.float16),
}
QUESTIONS = ["Tom has 60 apples.", "How many apples are left?"]
STRATEGY, INJECTION = "continuation", "\n\n{id}\n"
WRITTEN = 24


def make(folder: Path, name: str, seed: int) -> None:
    torch.manual_seed(seed)
    kind, config, more, dtype = MODELS[name]
    tokenizer = AutoTokenizer.from_pretrained(TOKENIZER)
    if name == "llama":
        tokenizer.bos_token = "<|endoftext|>"
        mark = (tokenizer.bos_token, tokenizer.bos_token_id)
        tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single=f"{mark[0]} $A", special_tokens=[mark])
    ids = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": 0}
    model = kind(config(vocab_size=len(tokenizer), **SIZES, **ids, **more))
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            if "norm" in parameter_name or "bias" in parameter_name:
                parameter.add_(torch.randn_like(parameter) * 0.3)
    model.to(dtype).save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
    (folder / name / "special_tokens_map.json").unlink()
    # Opened again, as anybody would open it.
    stored = AutoModelForCausalLM.from_pretrained(folder / name, torch_dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder / name)
    written = [converse(stored, tokenizer, question, form) for question in QUESTIONS for form in ("plain", "chat")]
    (folder / name / "reference.json").write_text(json.dumps(written) + "\n")


def converse(model, tokenizer, question: str, form: str) -> dict:
    """A step without a strategy, and one with, after the text that its injection is; without special tokens, but for the end of the turn."""
    if form == "plain":
        ids = tokenizer(question + "\n\n")["input_ids"]
    else:
        messages = [{"role": "user", "content": question}]
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    first = write(model, ids)
    steps = [{"strategy": None, "before": ids, **first}]
    if first["tokens"][-1] != tokenizer.eos_token_id:
        turn, injection = tokenizer.decode(first["tokens"]), INJECTION.format(id=STRATEGY)
        # What the turn ends with already is not written again.
        there = max(size for size in range(len(injection) + 1) if turn.endswith(injection[:size]))
        injected = tokenizer(injection[there:], add_special_tokens=False)["input_ids"]
        special = [id for id, token in tokenizer.added_tokens_decoder.items() if token.special]
        kept_out = [id for id in special if id != tokenizer.eos_token_id]
        second = write(model, ids + first["tokens"] + injected, suppress_tokens=kept_out)
        steps.append({"strategy": STRATEGY, "before": injected, **second})
    return {"question": question, "format": form, "steps": steps}


def write(model, ids: list[int], **options) -> dict:
    prompt = torch.tensor([ids])
    written = model.generate(
        prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=WRITTEN, do_sample=False, **options
    )
    with torch.no_grad():
        scores = model(written).logits.log_softmax(-1)[0]
    tokens = written[0, len(ids) :].tolist()
    values = [round(scores[len(ids) - 1 + place, token].item(), 6) for place, token in enumerate(tokens)]
    return {"tokens": tokens, "logProbabilities": values}


if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for each in MODELS:
        make(Path(sys.argv[1]), each, seed)
