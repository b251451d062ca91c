import type { ProviderEntry } from '@rsim/core';
import { z } from 'zod';

export interface OptionRow {
  readonly name: string;
  readonly type: string;
  /** The default as JSON; empty where there is none. */
  readonly preset: string;
  readonly description: string;
}

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Property[];
}

/** The JSON Schema of what a provider takes. */
export function optionsSchema({ options }: ProviderEntry['provider']): { properties?: Record<string, Property> } {
  return z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Property> };
}

/** The options of a provider, a row each. */
export function optionRows(provider: ProviderEntry['provider']): OptionRow[] {
  return Object.entries(optionsSchema(provider).properties ?? {}).map(([name, property]) => ({
    name,
    type: typeOf(property),
    preset: property.default === undefined ? '' : JSON.stringify(property.default),
    description: property.description ?? '',
  }));
}

function typeOf({ type, enum: values, anyOf }: Property): string {
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
  return type ?? 'any';
}
