import { ConfigError } from '@rsim/core';
import { z } from 'zod';
import type { ServerAccess } from './mlflow-server.js';

const defaultUri = 'http://127.0.0.1:5000';
const seconds = (what: string, value: number) => z.number().positive().max(3600).default(value).describe(what);

/** What the tracker `mlflow` takes. Credentials come from the environment only. */
export const mlflowOptionsSchema = z.strictObject({
  uri: z
    .string()
    .optional()
    .describe(`Address of the tracking server; MLFLOW_TRACKING_URI, or else ${defaultUri}, by default.`),
  experiment: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Name of the experiment, made where there is none; MLFLOW_EXPERIMENT_NAME, or else `rsim`, by default.'),
  runName: z.string().min(1).optional().describe('Name of the run; that of its folder by default.'),
  group: z
    .string()
    .min(1)
    .optional()
    .describe('Name of a parent run that this one is nested in, e.g. one for all seeds; made where there is none.'),
  tags: z.record(z.string().min(1), z.string()).default({}).describe('Further tags of the run.'),
  registerAs: z
    .string()
    .min(1)
    .optional()
    .describe('Registers the trained planner as a version of the model of this name; not by default.'),
  alias: z
    .string()
    .regex(/^[\w-]+$/, 'letters, digits, _ and - only')
    .refine((alias) => !/^(latest|v\d+)$/i.test(alias), 'MLflow keeps `latest` and `v1`, `v2`, … for itself')
    .default('newest')
    .describe('Alias that the registered version gets.'),
  artifacts: z
    .boolean()
    .default(true)
    .describe('Whether files of the run are sent: configuration, results, episodes, planner.'),
  everySeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(2)
    .describe('Least time between two deliveries while the run goes on.'),
  timeoutSeconds: seconds('Most time for one request.', 10),
  flushSeconds: seconds('Most time for what is left when the run ends; `rsim runs sync` completes it.', 30),
});

export type MlflowOptions = z.output<typeof mlflowOptionsSchema>;

/** Where the tracker sends to, and as whom. */
export interface MlflowTarget {
  readonly access: ServerAccess;
  readonly experiment: string;
  /** A run made beforehand that is to be written into. */
  readonly runId: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The options and the variables that MLflow's own clients read, taken together: `MLFLOW_TRACKING_URI`, `_USERNAME` with
 * `_PASSWORD`, or `_TOKEN`; `MLFLOW_EXPERIMENT_NAME`; `MLFLOW_RUN_ID`. Options come first.
 *
 * @throws ConfigError when the address is none of an MLflow server, or the options have credentials in it.
 */
export function mlflowTarget(options: MlflowOptions, environment: Environment): MlflowTarget {
  const given = (name: string): string | undefined => environment[name] || undefined;
  if (options.uri !== undefined && addressOf(options.uri).password !== '') {
    throw new ConfigError('option uri of the tracker "mlflow" has credentials in it', {
      remedy: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead: options are kept in the run folder.',
    });
  }
  const address = addressOf(options.uri ?? given('MLFLOW_TRACKING_URI') ?? defaultUri);
  const user = given('MLFLOW_TRACKING_USERNAME') ?? decodeURIComponent(address.username);
  const password = given('MLFLOW_TRACKING_PASSWORD') ?? decodeURIComponent(address.password);
  return {
    access: {
      uri: `${address.origin}${address.pathname.replace(/\/+$/, '')}`,
      authorization: authorization(user, password, given('MLFLOW_TRACKING_TOKEN')),
      timeoutSeconds: options.timeoutSeconds,
    },
    experiment: options.experiment ?? given('MLFLOW_EXPERIMENT_NAME') ?? 'rsim',
    runId: given('MLFLOW_RUN_ID') ?? null,
  };
}

function addressOf(uri: string): URL {
  const address = URL.canParse(uri) ? new URL(uri) : null;
  if (address !== null && ['http:', 'https:'].includes(address.protocol)) return address;
  // Not repeated here: it may hold a password.
  throw new ConfigError('the address of the MLflow server is no http(s) address', {
    remedy: `Start "mlflow server" and name its address, e.g. ${defaultUri}: a file or database store is read by the server only.`,
  });
}

/** User and password come before a token, as in MLflow's own client. */
function authorization(user: string, password: string, token: string | undefined): string | null {
  if (user !== '' && password !== '') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return token === undefined ? null : `Bearer ${token}`;
}
