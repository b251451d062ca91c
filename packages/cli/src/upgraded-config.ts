/**
 * A configuration as a run folder keeps it, with fields that later versions renamed: `training.normalisation` became an advantage estimator,
 * `sum` being `grpo` and `each` `gdpo`. What is no such configuration is given back as it is.
 */
export function upgradedConfig(written: unknown): unknown {
  if (!isRecord(written) || !isRecord(written['training'])) return written;
  const { normalisation, ...training } = written['training'];
  if (normalisation === undefined) return written;
  const estimator = { name: normalisation === 'each' ? 'gdpo' : 'grpo', options: {} };
  return { ...written, training: { estimator, ...training } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
