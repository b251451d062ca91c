import type { Episode, EpisodeStep } from '@rsim/core';
import type { EpisodeRecord } from '@rsim/tracking';
import pc from 'picocolors';

/** An episode as a person would read it: the question, each strategy and what the follower made of it, the verdict. */
export function episodeText(record: EpisodeRecord): string {
  const { episode } = record;
  return [
    pc.bold(`${episode.problem.suite} · level ${episode.problem.level} · ${episode.key}`),
    pc.dim(`${origin(record)} · ${episode.follower} led by ${episode.planner ?? 'nobody'} · seed ${episode.seed}`),
    '',
    indented(episode.problem.question),
    '',
    ...episode.steps.map(stepText),
    '',
    outcome(episode),
    ...rewardLines(episode),
  ].join('\n');
}

function origin({ phase, iteration, policy }: EpisodeRecord): string {
  return `${phase}${iteration === null ? '' : `, iteration ${iteration}`}, policy ${policy}`;
}

function stepText(step: EpisodeStep, index: number): string {
  const strategy = step.strategy ?? 'no strategy';
  const marks = [step.forced ? 'forced by the limit' : '', step.finish === 'length' ? 'cut off' : '', choice(step)];
  const remarks = marks.filter((mark) => mark !== '').join(', ');
  const head = `${String(index + 1).padStart(2)}. ${pc.cyan(strategy)}${remarks && pc.dim(`  (${remarks})`)}`;
  return `${head}\n${indented(step.text.trim() || pc.dim('(nothing)'), 4)}`;
}

function choice({ decision }: EpisodeStep): string {
  return decision === null ? '' : `p = ${Math.exp(decision.logProbability).toFixed(2)}`;
}

function outcome(episode: Episode): string {
  if (episode.error !== null) return `${pc.red('error')} ${episode.error.code}: ${episode.error.message}`;
  const status = episode.verdict?.status ?? 'not judged';
  const colour = status === 'correct' ? pc.green : pc.red;
  const answer = episode.verdict?.extracted ?? 'none';
  return `${colour(status)} · answered ${answer}, right is ${episode.problem.answer} · ended by ${episode.end} · ${episode.budgetTokens} tokens`;
}

function rewardLines({ rewards }: Episode): string[] {
  return (['leader', 'follower'] as const).flatMap((role) => {
    const scores = Object.entries(rewards[role]).map(([name, value]) => `${name} ${value?.toFixed(2) ?? 'unscored'}`);
    return scores.length === 0 ? [] : [pc.dim(`${role} rewards: ${scores.join(', ')}`)];
  });
}

function indented(text: string, width = 2): string {
  return text.replace(/^/gm, ' '.repeat(width));
}
