import { reportError } from './report-error.js';
import type { Request } from './request.js';
import { runCommand } from './run-command.js';

const request = JSON.parse(process.argv[2] ?? '{}') as Request;
// A reader that closes the pipe (`rsim … | head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Nobody reads on after the terminal was closed; the work still ends at its next safe point.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => process.exit(reportError(error, request.options)));
process.exitCode = await runCommand(request);
