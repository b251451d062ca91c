import { configJsonSchema } from '@rsim/core';

/** Prints the JSON Schema of the configuration, made from the schema that validates it. */
export async function configSchema(): Promise<void> {
  console.log(JSON.stringify(configJsonSchema(), null, 2));
}
