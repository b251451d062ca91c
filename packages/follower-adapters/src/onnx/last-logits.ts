import { graphNode, type GraphNode, type OnnxGraph } from '@rsim/lm/onnx-graph';

/** Products that give the logits: of float, and of weights in blocks of few bits. */
const PRODUCTS = new Set(['MatMul', 'MatMulNBits', 'MatMulBnb4']);

/**
 * Has a decoder put out the logits after the last new token of each row alone, the last one that its mask shows: those of
 * the others are a product with the whole vocabulary and, of a large one, most of what would be put out.
 * @returns whether the product was found; where it was not, the graph is as it was
 */
export function putOutLastLogits(graph: OnnxGraph): boolean {
  const product = productOf(graph, 'logits');
  const hidden = product?.input[0];
  if (!product || hidden === undefined) return false;
  const [zero, one] = [graph.integers('rsim.last.zero', [0]), graph.integers('rsim.last.one', [1])];
  const end = graph.integers('rsim.last.end', [2n ** 63n - 1n]);
  const last = 'rsim.last.hidden';
  graph.reroute(product, hidden, last);
  graph.replace(product, [
    graphNode('Shape', ['input_ids'], ['rsim.last.shape']),
    graphNode('Gather', ['rsim.last.shape', one], ['rsim.last.width']),
    graphNode('Sub', [zero, 'rsim.last.width'], ['rsim.last.start']),
    graphNode('Slice', ['attention_mask', 'rsim.last.start', end, one], ['rsim.last.shown']),
    graphNode('ReduceSum', ['rsim.last.shown', one], ['rsim.last.count'], { keepdims: 1 }),
    graphNode('Sub', ['rsim.last.count', one], ['rsim.last.place']),
    graphNode('Unsqueeze', ['rsim.last.place', one], ['rsim.last.places']),
    graphNode('GatherND', [hidden, 'rsim.last.places'], [last], { batch_dims: 1 }),
    product,
  ]);
  return true;
}

/** The product that a value comes from, by way of nothing but another type. */
function productOf(graph: OnnxGraph, value: string): GraphNode | null {
  const node = graph.producerOf(value);
  if (!node || PRODUCTS.has(node.opType)) return node ?? null;
  const [taken] = node.input;
  return (node.opType === 'Cast' || node.opType === 'Identity') && taken !== undefined ? productOf(graph, taken) : null;
}
