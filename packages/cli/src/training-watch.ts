import {
  beginningTroubles,
  diagnosedRecords,
  type DiagnosedRecord,
  type StageSection,
  type TrainingWarning,
} from '@rsim/planner';

export interface TrainingWatchOptions {
  /** Where the stage's settings stand, which remedies name. */
  readonly section: StageSection;
  /** Shows a line to whoever runs the command. */
  readonly say: (line: string) => void;
  /** Keeps what was said. */
  readonly keep: (warning: TrainingWarning, iteration: number) => void;
}

/** Reads a stage's records as they come, and says when a known trouble begins. */
export class TrainingWatch {
  #history: readonly DiagnosedRecord[] = [];

  constructor(private readonly options: TrainingWatchOptions) {}

  see(record: DiagnosedRecord & { readonly iteration: number }): void {
    this.#history = [...this.#history, record].slice(-diagnosedRecords);
    for (const warning of beginningTroubles(this.#history, this.options.section)) {
      this.options.say(`warning: ${warning.message} (${warning.code}). ${warning.remedy}`);
      this.options.keep(warning, record.iteration);
    }
  }
}
