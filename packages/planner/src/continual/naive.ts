import type { ContinualMethod } from '@rsim/core';

/** Fine-tuning: nothing is done against forgetting. What every other method is measured against. */
export const naive: ContinualMethod = { name: 'naive' };
