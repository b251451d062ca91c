"""Opens an exported follower with transformers, unchanged, and prints what it makes of the texts given on stdin."""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, tokens = sys.argv[1], int(sys.argv[2])
tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
results = []
for text in json.load(sys.stdin):
    inputs = tokenizer(text, return_tensors="pt")
    ids = inputs["input_ids"]
    with torch.no_grad():
        last = torch.log_softmax(model(ids).logits[0, -1].double(), dim=-1).tolist()
        written = model.generate(**inputs, max_new_tokens=tokens, do_sample=False)[0, ids.shape[1] :].tolist()
    text = tokenizer.decode(ids[0], skip_special_tokens=False)
    results.append({"ids": ids[0].tolist(), "text": text, "logProbabilities": last, "written": written})
print(json.dumps(results))
