/** What a leader or follower learns on. */
export interface LearningDevice {
  /** Of the backend, e.g. `webgpu`. */
  readonly name: string;
  /** As a person would name it, e.g. the graphics card. */
  readonly device: string;
}
