"""Exports a sentence encoder with Optimum and writes beside it what PyTorch makes of some texts.

    check-encoder.py OUT [CHECKPOINT]

CHECKPOINT is a folder with config.json, tokenizer.json and weights; only its sizes are taken with `--random`.
"""

import argparse
import json
from pathlib import Path

import torch
from optimum.exporters.onnx import onnx_export_from_model
from transformers import AutoConfig, AutoModel, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("out", type=Path)
parser.add_argument("checkpoint")
parser.add_argument("--random", action="store_true")
options = parser.parse_args()

texts = [
    "Tom has 35 apples. He eats 7.",
    "What is left?",
    "",
    "naïve café, 漢字; x_1 = (a + b) / 2",
    "then " * 300,
]
torch.manual_seed(1)
tokenizer = AutoTokenizer.from_pretrained(options.checkpoint, local_files_only=True)
if options.random:
    model = AutoModel.from_config(AutoConfig.from_pretrained(options.checkpoint, local_files_only=True))
else:
    model = AutoModel.from_pretrained(options.checkpoint, local_files_only=True, dtype=torch.float32)
model.eval()
most = min(tokenizer.model_max_length, model.config.max_position_embeddings)
onnx_export_from_model(model, options.out, task="feature-extraction")
tokenizer.save_pretrained(options.out)
vectors = []
for text in texts:
    inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=most)
    with torch.no_grad():
        states = model(**inputs).last_hidden_state[0]
    vectors.append({"text": text, "mean": states.mean(0).tolist(), "cls": states[0].tolist(), "last": states[-1].tolist()})
(options.out / "reference.json").write_text(json.dumps(vectors))
