import { ConfigError } from '@rsim/core';
import { detectableDifference, mcnemarPower, problemsNeeded } from '@rsim/evaluation';
import type { CommonOptions } from '../request.js';

export interface PowerOptions extends CommonOptions {
  /** In points. */
  readonly difference?: number;
  readonly discordance: number;
  readonly problems?: number;
  readonly power: number;
  readonly alpha: number;
  readonly comparisons: number;
}

interface Report {
  readonly problems: number;
  /** In points; `null` where no difference would do. */
  readonly difference: number | null;
  readonly discordance: number;
  readonly power: number;
  /** Level of one comparison. */
  readonly alpha: number;
}

/** How many problems a difference needs, what difference many problems show, or the power that both together have. */
export async function power(options: PowerOptions): Promise<void> {
  const report = reported(options);
  console.log(options.json ? JSON.stringify(report, null, 2) : sentence(report));
}

function reported({ difference, problems, discordance, power: wanted, ...options }: PowerOptions): Report {
  const { alpha } = checked({ difference, problems, discordance, power: wanted, ...options });
  const known = { discordance, alpha };
  if (difference === undefined) {
    const found = problems === undefined ? null : detectableDifference(problems, known, wanted);
    return { ...known, problems: problems ?? 0, difference: found && 100 * found, power: wanted };
  }
  const design = { ...known, difference: difference / 100 };
  if (problems !== undefined) return { ...known, problems, difference, power: mcnemarPower(problems, design) };
  return { ...known, problems: problemsNeeded(design, wanted), difference, power: wanted };
}

/** @returns the level of one comparison. @throws ConfigError naming the option that cannot be. */
function checked(options: PowerOptions): { alpha: number } {
  const { difference, problems, discordance, power: wanted, alpha, comparisons } = options;
  const refuse = (what: string, remedy: string) => new ConfigError(what, { remedy });
  if (difference === undefined && problems === undefined) {
    throw refuse(
      'neither --difference nor --problems is given',
      'Give --difference to learn how many problems it needs, --problems to learn what they show, or both.',
    );
  }
  if (problems === 0 || comparisons === 0) throw refuse('0 problems or comparisons show nothing', 'Give at least 1.');
  if (!(alpha > 0 && alpha < wanted && wanted < 1)) {
    throw refuse(`a level of ${alpha} and a power of ${wanted} are no use`, 'Take 0 < --alpha < --power < 1.');
  }
  if (!(discordance > 0 && discordance <= 1)) {
    throw refuse(`--discordance ${discordance} is no share of problems`, 'Take a share above 0, at most 1.');
  }
  if (difference !== undefined && (difference === 0 || Math.abs(difference) > 100 * discordance)) {
    throw refuse(
      `a difference of ${difference} points cannot be with ${100 * discordance} % of the problems solved by one policy alone`,
      'It is at most that share, and not 0: give a smaller --difference or a larger --discordance.',
    );
  }
  return { alpha: alpha / comparisons };
}

function sentence({ problems, difference, discordance, power: reached, alpha }: Report): string {
  const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;
  const given = `where ${percent(discordance)} of problems are solved by one policy alone`;
  if (difference === null)
    return `${problems} problems show no difference with a power of ${percent(reached)}, ${given}`;
  const points = `${Number(difference.toFixed(2))} points`;
  return `${problems} problems show ${points} with a power of ${percent(reached)} (exact McNemar test, two-sided level ${Number(alpha.toPrecision(3))}), ${given}`;
}
