"""Makes of the fixture `qwen2` of the onnx follower the files in which the hub publishes quantized models, and notes what onnxruntime
itself writes with each.

python quantized-fixtures.py FOLDER   (pip install onnx onnx_ir onnxruntime onnxslim tokenizers; FOLDER is packages/follower-adapters/fixtures/qwen2)
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import onnxslim
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_bnb4_quantizer import MatMulBnb4Quantizer
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16
from tokenizers import Tokenizer

HEADS, KEY_VALUE_HEADS, HEAD_SIZE, POSITIONS, LAYERS = 4, 2, 4, 256, 2
WRITTEN = 32
# onnxruntime's GroupQueryAttention takes heads of multiples of 16: each head is filled up with zeros, its halves kept apart.
WIDE, PLACES = 16, [0, 1, 8, 9]


def quantize(folder: Path) -> dict[str, Path]:
    """As transformers.js's scripts/quantize.py does: 8 bits with scales of activations taken while it runs, 4 bits in blocks of 32, or
    of 64 as bitsandbytes has them. Its q8 is int8, but uint8 around GroupQueryAttention."""
    target = folder / "onnx"
    kinds = ["int8", "uint8", "q4", "q4f16", "bnb4", "gqa", "gqa_q4f16"]
    paths = {kind: target / f"model_{kind}.onnx" for kind in kinds} | {"q8": target / "model_quantized.onnx"}

    def exported() -> onnx.ModelProto:
        return onnxslim.slim(onnx.load(target / "model.onnx"))

    quantize_dynamic(exported(), paths["int8"], weight_type=QuantType.QInt8)
    quantize_dynamic(exported(), paths["uint8"], weight_type=QuantType.QUInt8)
    onnx.save(in_blocks(exported()), paths["q4"])
    onnx.save(halved(paths["q4"]), paths["q4f16"])
    nf4 = MatMulBnb4Quantizer(exported(), MatMulBnb4Quantizer.NF4, block_size=64)
    nf4.process()
    onnx.save(nf4.model.model, paths["bnb4"])
    onnx.save(grouped_query(onnx.load(target / "model.onnx")), paths["gqa"])
    # Of what comes after an operator of com.microsoft no type is inferred.
    types = {"DefaultTensorType": TensorProto.FLOAT}
    quantize_dynamic(onnx.load(paths["gqa"]), paths["q8"], weight_type=QuantType.QUInt8, extra_options=types)
    onnx.save(in_blocks(onnx.load(paths["gqa"])), paths["gqa_q4f16"])
    onnx.save(halved(paths["gqa_q4f16"]), paths["gqa_q4f16"])
    return paths


def in_blocks(model: onnx.ModelProto) -> onnx.ModelProto:
    blocks = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=True)
    blocks.process()
    return blocks.model.model


def halved(path: Path) -> onnx.ModelProto:
    return convert_float_to_float16(onnx.load(path), keep_io_types=False, disable_shape_infer=True)


def grouped_query(exported: onnx.ModelProto) -> onnx.ModelProto:
    """The same weights, heads filled up, around com.microsoft's GroupQueryAttention, as the model builder of onnxruntime-genai wires it: rotary embedding
    inside, lengths from the attention mask; position_ids is an input that nothing reads."""
    weights = {each.name: numpy_helper.to_array(each) for each in exported.graph.initializer}
    constants = {
        node.output[0]: numpy_helper.to_array(node.attribute[0].t)
        for node in exported.graph.node
        if node.op_type in ("Constant", "Identity") and node.attribute
    }
    aliases = {node.output[0]: node.input[0] for node in exported.graph.node if node.op_type == "Identity"}
    by_node = {node.name: node for node in exported.graph.node}
    nodes, initializers = [], []

    def add(op: str, inputs: list[str], output: str, outputs: list[str] = [], **attributes) -> str:
        nodes.append(helper.make_node(op, inputs, [output, *outputs], name=output + "/" + op, **attributes))
        return output

    def weight(name: str, value: np.ndarray) -> str:
        initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def value_of(name: str) -> np.ndarray:
        name = aliases.get(name, name)
        return weights[name] if name in weights else constants[name]

    def widened(value: np.ndarray) -> np.ndarray:
        heads = value.reshape(*value.shape[:-1], -1, HEAD_SIZE)
        wide = np.zeros([*heads.shape[:-1], WIDE], np.float32)
        wide[..., PLACES] = heads
        return wide.reshape(*value.shape[:-1], -1)

    def projection(path: str, rows: str, change=lambda value: value) -> str:
        name = path.strip("/").replace("/", ".")
        result = add("MatMul", [rows, weight(name + ".weight", change(value_of(by_node[path + "/MatMul"].input[1])))], name)
        if path + "/Add" not in by_node:
            return result
        bias = [each for each in by_node[path + "/Add"].input if "MatMul" not in each]
        return add("Add", [result, weight(name + ".bias", change(value_of(bias[0])))], name + ".biased")

    def norm(path: str, rows: str) -> str:
        name = path.strip("/").replace("/", ".")
        scale = [each for each in by_node[path + "/Mul_1"].input if "Cast" not in each and "_output_0" not in each]
        return add(
            "SimplifiedLayerNormalization", [rows, weight(name + ".scale", value_of(scale[0]))], name, axis=-1, epsilon=1e-6
        )

    angles = np.outer(np.arange(POSITIONS), 10000.0 ** (-np.arange(0, HEAD_SIZE, 2) / HEAD_SIZE))
    angles = np.pad(angles, [(0, 0), (0, (WIDE - HEAD_SIZE) // 2)])
    cosine = weight("cos_cache", np.cos(angles).astype(np.float32))
    sine = weight("sin_cache", np.sin(angles).astype(np.float32))
    one = weight("one", np.array([1], np.int64))
    counts = add("ReduceSum", ["attention_mask", one], "mask.count", keepdims=0)
    lengths = add("Cast", [add("Sub", [counts, one], "mask.last")], "seqlens_k", to=TensorProto.INT32)
    total = add("Gather", [add("Shape", ["attention_mask"], "mask.shape"), weight("axis", np.array(1, np.int64))], "mask.width")
    total = add("Cast", [total], "total_sequence_length", to=TensorProto.INT32)
    hidden = add("Gather", [weight("embedding", value_of("model.embed_tokens.weight")), "input_ids"], "embedded")
    for layer in range(LAYERS):
        path = f"/model/layers.{layer}"
        normed = norm(path + "/input_layernorm", hidden)
        parts = [projection(f"{path}/self_attn/{part}_proj", normed, widened) for part in "qkv"]
        past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        attended = add(
            "GroupQueryAttention", [*parts, *past, lengths, total, cosine, sine], f"attention.{layer}",
            [f"present.{layer}.key", f"present.{layer}.value"],
            domain="com.microsoft", num_heads=HEADS, kv_num_heads=KEY_VALUE_HEADS, do_rotary=1, scale=HEAD_SIZE**-0.5,
        )
        joined = projection(path + "/self_attn/o_proj", attended, lambda value: widened(value.T).T)
        hidden = add("Add", [hidden, joined], f"between.{layer}")
        normed = norm(path + "/post_attention_layernorm", hidden)
        gate = projection(path + "/mlp/gate_proj", normed)
        gate = add("Mul", [gate, add("Sigmoid", [gate], f"sigmoid.{layer}")], f"silu.{layer}")
        product = add("Mul", [gate, projection(path + "/mlp/up_proj", normed)], f"product.{layer}")
        hidden = add("Add", [hidden, projection(path + "/mlp/down_proj", product)], f"after.{layer}")
    head = value_of(by_node["/lm_head/MatMul"].input[1])
    add("MatMul", [norm("/model/norm", hidden), weight("head", head)], "logits")
    for each in [*exported.graph.input, *exported.graph.output]:
        if each.name.endswith((".key", ".value")):
            each.type.tensor_type.shape.dim[3].dim_value = WIDE
    graph = helper.make_graph(nodes, "decoder", exported.graph.input, exported.graph.output, initializers)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def write_greedily(path: Path, tokens: list[int]) -> dict:
    """What a file makes of a text, token by token, each after the cache of those before. The text's last token is given by itself, as
    the follower does: scales of activations are taken over all tokens that are given at once."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = {each.name: each for each in session.get_inputs()}
    past = {
        name: np.zeros([1, KEY_VALUE_HEADS, 0, each.shape[3]], np.float16 if "float16" in each.type else np.float32)
        for name, each in names.items()
        if name.startswith("past_key_values")
    }
    length, greedy, scores = 0, [], []
    for fed in [tokens[:-1], tokens[-1:], *([None] * (WRITTEN - 1))]:
        fed = fed or greedy[-1:]
        length += len(fed)
        feeds = {
            "input_ids": np.array([fed], np.int64),
            "attention_mask": np.ones([1, length], np.int64),
            "position_ids": np.arange(length - len(fed), length, dtype=np.int64)[None],
        }
        outputs = session.run(None, {name: value for name, value in feeds.items() if name in names} | past)
        named = dict(zip([each.name for each in session.get_outputs()], outputs))
        past = {name: named[name.replace("past_key_values", "present")] for name in past}
        if length < len(tokens):
            continue
        logits = named["logits"][0, -1].astype(np.float64)
        greedy.append(int(logits.argmax()))
        scores.append(float(logits.max() - np.logaddexp.reduce(logits)))
    return {"greedy": greedy, "logProbabilities": [round(score, 6) for score in scores]}


if __name__ == "__main__":
    root = Path(sys.argv[1])
    ids = Tokenizer.from_file(str(root / "tokenizer.json")).encode("Tom has 60 apples.\n\n").ids
    noted = {kind: write_greedily(path, ids) for kind, path in quantize(root).items()}
    (root / "reference-quantized.json").write_text(json.dumps(noted) + "\n")
