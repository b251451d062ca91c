"""Makes the tiny models that the tests of the onnx follower read: random checkpoints, exported by Optimum itself.

python optimum-fixtures.py FOLDER   (pip install "transformers<5" "optimum-onnx[onnxruntime]")
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16
from optimum.exporters.onnx import main_export
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

CHAT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT = ["Tom has 60 apples. Tom has 7 apples and gives 2 away.\n\nHow many apples are left?\n\n"] * 4
# By place in the layers: attention that sees all, positions of its own, and attention through a window.
ARCHITECTURES = {
    "qwen2": {},
    "gemma3_text": {"head_dim": 8, "sliding_window": 8, "layer_types": ["sliding_attention", "full_attention"]},
}


def make_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=290, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(TEXT, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    fast.chat_template = CHAT
    return fast


def make(architecture: str, more: dict, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    torch.manual_seed(5)
    config = AutoConfig.for_model(
        architecture, vocab_size=len(tokenizer), hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256, initializer_range=0.4,
        bos_token_id=0, pad_token_id=0, eos_token_id=tokenizer.eos_token_id, **more,
    )
    model = AutoModelForCausalLM.from_config(config).eval()
    with tempfile.TemporaryDirectory() as checkpoint:
        model.save_pretrained(checkpoint)
        tokenizer.save_pretrained(checkpoint)
        main_export(checkpoint, output=folder, task="text-generation-with-past", device="cpu", do_validation=False)
    (folder / "onnx").mkdir(exist_ok=True)
    graph = onnx.load(folder / "model.onnx")
    for node in graph.graph.node:
        node.doc_string = ""
    del graph.graph.value_info[:]
    onnx.save(graph, folder / "onnx" / "model.onnx")
    if architecture == "qwen2":
        half = convert_float_to_float16(graph, keep_io_types=False, disable_shape_infer=True)
        onnx.save(half, folder / "onnx" / "model_fp16.onnx")
    (folder / "model.onnx").unlink()
    ids = torch.tensor([tokenizer("Tom has 60 apples.\n\n")["input_ids"]])
    written = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=32, do_sample=False)
    with torch.no_grad():
        log_probabilities = model(written).logits.log_softmax(-1)[0]
    new = written[0, ids.shape[1] :].tolist()
    reference = {
        "greedy": new,
        "logProbabilities": [log_probabilities[ids.shape[1] - 1 + place, token].item() for place, token in enumerate(new)],
    }
    (folder / "reference.json").write_text(json.dumps(reference) + "\n")
    (folder / "special_tokens_map.json").unlink(missing_ok=True)


if __name__ == "__main__":
    root = Path(sys.argv[1])
    fast = make_tokenizer()
    for name, options in ARCHITECTURES.items():
        shutil.rmtree(root / name, ignore_errors=True)
        make(name, options, fast, root / name)
