import 'reflect-metadata';
import { reportError } from './report-error.js';
import type { Options, Request } from './request.js';

type CommandAction = (options: never, ...positional: never[]) => Promise<number | void>;

/** Every command's module is loaded when it is asked for: a tokenizer should not wait for a learner. */
const commands: Readonly<Record<string, () => Promise<CommandAction>>> = {
  train: async () => (await import('./commands/train.js')).train,
  continual: async () => (await import('./commands/continual.js')).continual,
  eval: async () => (await import('./commands/eval.js')).evaluate,
  transfer: async () => (await import('./commands/transfer.js')).transfer,
  power: async () => (await import('./commands/power.js')).power,
  'follower train': async () => (await import('./commands/follower-train.js')).followerTrain,
  'follower export': async () => (await import('./commands/follower-export.js')).followerExport,
  report: async () => (await import('./commands/report.js')).report,
  compare: async () => (await import('./commands/report.js')).compare,
  watch: async () => (await import('./commands/watch.js')).watch,
  'episodes show': async () => (await import('./commands/episodes-show.js')).episodesShow,
  'runs list': async () => (await import('./commands/runs-list.js')).runsList,
  'runs show': async () => (await import('./commands/runs-show.js')).runsShow,
  'runs compare': async () => (await import('./commands/runs-compare.js')).runsCompare,
  'runs resume': async () => (await import('./commands/runs-resume.js')).runsResume,
  'runs delete': async () => (await import('./commands/runs-delete.js')).runsDelete,
  'runs sync': async () => (await import('./commands/runs-sync.js')).runsSync,
  'tasks list': async () => (await import('./commands/tasks-list.js')).tasksList,
  'tasks show': async () => (await import('./commands/tasks-show.js')).tasksShow,
  'tasks validate': async () => (await import('./commands/tasks-validate.js')).tasksValidate,
  'tasks grade': async () => (await import('./commands/tasks-grade.js')).tasksGrade,
  'plugins show': async () => (await import('./commands/plugins-show.js')).pluginsShow,
  'plugins list': async () => (await import('./commands/plugins-list.js')).pluginsList,
  'config schema': async () => (await import('./commands/config-schema.js')).configSchema,
  'config show': async () => (await import('./commands/config-show.js')).configShow,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
};

async function run({ command, options, positional }: Request): Promise<number> {
  const load = commands[command];
  if (load === undefined) throw new Error(`the launcher asked for an unknown command: ${command}`);
  const action = (await load()) as (options: Options, ...positional: Request['positional']) => Promise<number | void>;
  return (await action(options, ...positional)) ?? 0;
}

const request = JSON.parse(process.argv[2] ?? '{}') as Request;
// A reader that closes the pipe (`rsim … | head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Nobody reads on after the terminal was closed; the work still ends at its next safe point.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => process.exit(reportError(error, request.options)));
try {
  process.exitCode = await run(request);
} catch (error) {
  process.exitCode = reportError(error, request.options);
}
