import type { DecoderConfig } from '../decoder-config.js';
import { countParameters } from '../decoder-weights.js';
import type { TrainingProgress } from './training-checkpoint.js';
import type { TrainingSettings } from './train-decoder.js';

/** What a model card tells of a model, besides what its settings and training record say. */
export interface ModelCardFacts {
  readonly name: string;
  readonly settings: TrainingSettings;
  readonly progress: TrainingProgress;
  /** What the corpus was made of: share by kind of document. */
  readonly mixture: Readonly<Record<string, number>>;
  /** Accuracy of the model alone, by suite, where it was measured. */
  readonly accuracyAlone: Readonly<Record<string, number>>;
}

/** A model card as Hugging Face has them: a README.md with a short front matter. */
export function modelCard({ name, settings, progress, mixture, accuracyAlone }: ModelCardFacts): string {
  const { decoder } = settings;
  const table = (head: readonly [string, string], rows: readonly (readonly [string, string])[]): string =>
    [head, ['---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const sections = [
    '---\nlicense: apache-2.0\nlanguage: en\npipeline_tag: text-generation\n---',
    `# ${name}`,
    `A Llama-style decoder of ${countParameters(decoder).toLocaleString('en')} parameters that carries out reasoning ` +
      'strategies in the microworld of rsim. It was trained from scratch on generated text and knows nothing else.',
    table(['size', 'value'], sizes(decoder)),
    '## Training',
    `Seed ${settings.seed}, ${progress.step} steps, ${progress.tokens.toLocaleString('en')} tokens in ` +
      `${progress.documents.toLocaleString('en')} documents, AdamW, highest learning rate ${settings.learningRate}.`,
    table(
      ['kind of document', 'share'],
      Object.entries(mixture).map(([kind, share]) => [kind, share.toFixed(2)]),
    ),
    table(
      ['tokens', 'loss (nats)'],
      progress.losses.map(({ tokens, loss }) => [tokens.toLocaleString('en'), loss.toFixed(3)]),
    ),
    '## Accuracy alone',
    Object.keys(accuracyAlone).length === 0
      ? 'Not measured yet.'
      : table(
          ['suite', 'accuracy'],
          Object.entries(accuracyAlone).map(([suite, accuracy]) => [suite, accuracy.toFixed(3)]),
        ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function sizes(decoder: DecoderConfig): [string, string][] {
  return [
    ['layers', `${decoder.layers}`],
    ['hidden', `${decoder.hiddenSize}`],
    ['feed-forward', `${decoder.intermediateSize}`],
    ['heads', `${decoder.heads}`],
    ['vocabulary', `${decoder.vocabularySize}`],
    ['positions', `${decoder.maxPositions}`],
  ];
}
