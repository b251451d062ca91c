import { z } from 'zod';

export const shareOption = z
  .number()
  .gt(0)
  .lt(1)
  .default(0.25)
  .describe('Share of old groups among all groups of an update.');

export const capacityOption = z
  .int()
  .positive()
  .default(256)
  .describe('Groups that are remembered, of all tasks together.');
