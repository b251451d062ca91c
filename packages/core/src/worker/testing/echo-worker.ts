import { ConfigError } from '../../errors.js';
import { serveRequests } from '../serve-requests.js';

/** Answers with what it was asked, in its own time; refuses what is negative. */
serveRequests(async (number: number) => {
  await new Promise((done) => setTimeout(done, 10 / (1 + Math.abs(number))));
  if (number === -1) throw new ConfigError('minus one', { remedy: 'Ask for more.' });
  if (number < 0) throw new TypeError('negative');
  return number;
});
