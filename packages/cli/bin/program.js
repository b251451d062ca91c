// The command line: names, options and help, in plain JavaScript with commander alone so that it answers at once.
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const wholeNumber = (text) =>
  /^\d+$/.test(text) ? Number(text) : program.error(`error: "${text}" is no whole number`);
const number = (text) =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : program.error(`error: "${text}" is no number`);
const collect = (value, before) => [...before, value];

let request = null;

/** Makes a request of the command's name, its positional arguments, its own options and the common ones. */
const runs = (command, name) =>
  command.action((...received) => {
    const positional = received.slice(0, command.registeredArguments.length);
    request = { command: name, positional, options: command.optsWithGlobals() };
  });

const configured = (command) =>
  command
    .option('-c, --config <file>', 'configuration: .ts, .js, .yaml or .json (default: rsim.config.* here, if any)')
    .option(
      '-s, --set <path=value>',
      'override one value, e.g. --set training.iterations=40 (repeatable)',
      collect,
      [],
    );

const program = new Command('rsim')
  .description('Train a small planner to inject reasoning strategies into any language model, and prove what it adds.')
  .version(version)
  .option('--json', 'machine-readable output on stdout')
  .option('--debug', 'stack traces with errors')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(rsim --help lists commands and options)')
  .exitOverride();

runs(
  configured(program.command('train'))
    .description('train a planner, evaluate it, and write everything into a run folder')
    .option('-r, --run <folder>', 'the run folder (default: the configuration’s `output`, runs/quickstart)')
    .option(
      '--resume [folder]',
      'go on with the run in that folder, as it was configured (default: the folder of --run)',
    )
    .option('--overwrite', 'replace the run in that folder; with --resume, only if it cannot be gone on with')
    .option(
      '--backend <name>',
      'what planner and follower learn on, as --set planner.options.backend=<name> and follower.…: auto, wasm, …',
    )
    .option('--tasks <names>', 'train on these task suites, e.g. word-problems,list-programs')
    .addOption(
      new Option('--sequential', 'one task after the other, all of them evaluated after each').conflicts(['joint']),
    )
    .addOption(new Option('--curriculum', 'the same, each task joined to those before it').conflicts(['sequential']))
    .addOption(
      new Option('--joint', 'the upper reference: all tasks at once, measured likewise').conflicts(['curriculum']),
    )
    .option('--method <names>', 'against forgetting, e.g. replay or replay+kl (default: naive; see docs/continual.md)')
    .option('--no-evaluation', 'stop after training'),
  'train',
);
runs(
  program
    .command('continual')
    .description('compare runs of tasks in sequence: accuracy matrices, forgetting, transfer')
    .argument('<runs...>', 'run folders; those of one method with different seeds are taken together')
    .option('-m, --markdown <file>', 'also write the tables as Markdown'),
  'continual',
);

runs(
  program
    .command('eval')
    .description('evaluate the planners of finished runs again and print the table')
    .argument('<runs...>', 'run folders; several are runs of one configuration with different seeds')
    .option('-s, --set <path=value>', 'override one value of the runs’ configuration (repeatable)', collect, [])
    .option(
      '-o, --output <file>',
      'where the results go (default: results.json in the run folder, for one run without --set)',
    )
    .option('-m, --markdown <file>', 'also write the tables as Markdown'),
  'eval',
);

runs(
  configured(program.command('transfer'))
    .description('try trained planners with many followers on many tasks, beside the baselines')
    .requiredOption(
      '-p, --planners <paths...>',
      'run folders or planner folders; name=folder, of one name are its seeds',
    )
    .option('-f, --followers <names...>', 'embedded models, labels of the configuration, or provider:{"option":…}')
    .option('-t, --tasks <names...>', 'suites (default: those of the configuration)')
    .option('--baselines <names...>', 'which of alone, random, fixed, self-consistency (default: all)')
    .addOption(
      new Option('--schedules <whose>', 'fixed schedules: searched with the first follower, or with each its own')
        .choices(['first', 'own'])
        .default('first'),
    )
    .option('--at-once <count>', 'most cells that run at once', wholeNumber, 4)
    .option('-o, --output <folder>', 'where results and finished cells go', 'runs/transfer')
    .option('-m, --markdown <file>', 'also write the tables as Markdown'),
  'transfer',
);

runs(
  program
    .command('power')
    .description('how many problems a paired comparison needs, or what it shows with those there are')
    .option('-d, --difference <points>', 'difference of the accuracies, in points', number)
    .option('-n, --problems <count>', 'paired problems', wholeNumber)
    .option('--discordance <share>', 'share of the problems that only one of the two policies solves', number, 0.2)
    .option('--power <share>', 'probability of seeing the difference', number, 0.8)
    .option('--alpha <level>', 'two-sided level of all comparisons together', number, 0.05)
    .option(
      '--comparisons <count>',
      'how many comparisons share the level (Bonferroni, which Holm begins with)',
      wholeNumber,
      1,
    ),
  'power',
);

const follower = program.command('follower').description('the embedded followers');
runs(
  follower
    .command('train')
    .description('train an embedded follower from scratch on the corpus')
    .option('-n, --name <name>', 'which recipe: nano, micro, small or base', 'nano')
    .option('-o, --output <folder>', 'where the model goes (default: models/<name>)')
    .option('--steps <count>', 'optimiser steps', wholeNumber, 8000)
    .option('--batch <count>', 'documents per step', wholeNumber, 40)
    .option('--backend <name>', 'tfjs backend: auto, wasm, cpu, webgpu or tensorflow', 'wasm'),
  'follower train',
);
runs(
  follower
    .command('export')
    .description('write an embedded follower in a format that other programs read')
    .argument('<name>', 'a shipped model’s name, or the path of a model’s folder')
    .addOption(
      new Option('-f, --format <format>', 'the format')
        .choices(['onnx', 'gguf', 'gguf-qwen2', 'safetensors'])
        .makeOptionMandatory(),
    )
    .option('--adapter <folder>', 'a LoRA adapter, as PEFT writes it, to merge into the weights')
    .requiredOption('-o, --output <folder>', 'where it goes: a folder that is empty or not there yet'),
  'follower export',
);

const page = (command) =>
  command
    .option('-o, --out <file>', 'where the page goes')
    .option('--episodes <count>', 'most episodes of each run to keep in it', wholeNumber, 2000);
runs(
  page(program.command('report'))
    .description('write a page about runs to look at: one HTML file that needs no network')
    .argument('<runs...>', 'run folders; those of one configuration are seeds of one curve'),
  'report',
);
runs(
  page(program.command('compare'))
    .description('write such a page that holds runs against each other')
    .argument('<runs...>', 'two run folders or more; the first is what the others are compared with'),
  'compare',
);
runs(
  program
    .command('watch')
    .description('show a run in the browser while it trains')
    .argument('<run>', 'a run folder, which need not be there yet')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes any that is free', wholeNumber, 8765),
  'watch',
);

const episodes = program.command('episodes').description('what happened in a run');
runs(
  episodes
    .command('show')
    .description('print episodes as a person would read them')
    .argument('<run>', 'a run folder')
    .option('-k, --key <key>', 'the episode with this key, or the episodes of this problem')
    .option('-n, --n <count>', 'how many, from the end', wholeNumber, 1)
    .option('--policy <name>', 'only this policy’s')
    .addOption(new Option('--verdict <status>', 'only these').choices(['correct', 'wrong', 'unparsed', 'timeout'])),
  'episodes show',
);

const runFolders = program.command('runs').description('the runs there are');
runs(
  runFolders
    .command('list')
    .description('list the runs in a folder: state, start, duration, accuracy')
    .argument('[folder]', 'where they lie', 'runs'),
  'runs list',
);
runs(
  runFolders
    .command('show')
    .description('everything about one run, with its results')
    .argument('<run>', 'a run folder'),
  'runs show',
);
runs(
  runFolders
    .command('compare')
    .description('what differs between runs, and their results side by side')
    .argument('<runs...>', 'two run folders or more'),
  'runs compare',
);
runs(
  runFolders
    .command('resume')
    .description('go on with a run, with the configuration it was started with')
    .argument('<run>', 'a run folder')
    .option('--no-evaluation', 'stop after training'),
  'runs resume',
);
runs(
  runFolders
    .command('delete')
    .description('delete runs')
    .argument('<runs...>', 'run folders')
    .option('-y, --yes', 'without asking'),
  'runs delete',
);
runs(
  runFolders
    .command('sync')
    .description('bring trackers up to what the run folders say')
    .argument('<runs...>', 'run folders')
    .option('-s, --set <path=value>', 'override one value of the runs’ configuration, e.g. trackers', collect, []),
  'runs sync',
);

const plugins = program.command('plugins').description('what can be plugged together');
runs(configured(plugins.command('list')).description('list followers, planners, suites, rewards'), 'plugins list');

runs(
  configured(plugins.command('show'))
    .description('everything about one of them: options, origin')
    .argument('<name>', 'a plug-in, or something that one provides'),
  'plugins show',
);

const tasks = program.command('tasks').description('the task suites: what they ask, and how they grade');
runs(configured(tasks.command('list')).description('list the suites: domain, size, licence, origin'), 'tasks list');
const ofSuite = (command) =>
  configured(command)
    .argument('<suite>', 'name of a suite')
    .option('--options <json>', 'the suite’s options, e.g. {"path": "folder"} (default: as configured)')
    .addOption(new Option('--split <name>', 'only this split').choices(['train', 'validation', 'test']))
    .option('--level <level>', 'only problems of this level', wholeNumber)
    .option('--seed <seed>', 'names the stream of problems', wholeNumber, 1)
    .option('-n, --n <count>', 'how many of each split', wholeNumber);
runs(ofSuite(tasks.command('show')).description('print problems with their gold answers'), 'tasks show');
runs(
  ofSuite(tasks.command('validate')).description('grade the gold answers with the suite’s own verifier'),
  'tasks validate',
);
runs(
  ofSuite(tasks.command('grade'))
    .description('grade a file of predictions: JSON lines of key or question, and text')
    .argument('<file>', 'the predictions'),
  'tasks grade',
);

const config = program.command('config').description('the configuration');
runs(config.command('schema').description('print the JSON Schema of the configuration'), 'config schema');
runs(configured(config.command('show')).description('print the resolved configuration'), 'config show');

runs(program.command('doctor').description('what this machine offers, what is missing and how to get it'), 'doctor');

/**
 * What the words of a command line ask for.
 *
 * @throws CommanderError once help, the version or what is wrong with them was printed; its exit code is 0 for the first two.
 */
export async function requestOf(words) {
  await program.parseAsync(words, { from: 'user' });
  return request;
}
