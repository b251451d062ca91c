import { rsimConfigSchema } from '@rsim/core';
import { z } from 'zod';

/** Prints the JSON Schema of the configuration, made from the schema that validates it. */
export async function configSchema(): Promise<void> {
  console.log(JSON.stringify(z.toJSONSchema(rsimConfigSchema, { io: 'input' }), null, 2));
}
