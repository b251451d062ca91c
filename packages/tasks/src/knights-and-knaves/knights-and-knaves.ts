import type { Random } from '@rsim/core';
import { z } from 'zod';
import { defineSuite } from '../define-suite.js';
import type { Draft } from '../procedural-suite.js';
import { listed, people } from '../wording.js';
import { wordSet } from '../word-forms.js';
import { claimText, holds, type Claim } from './claim.js';

/** Who said what; a speaker and those a claim is about are places in `names`. */
export interface IslandData {
  readonly names: readonly string[];
  readonly claims: readonly { readonly speaker: number; readonly claim: Claim }[];
}

const options = z.strictObject({
  claims: z
    .array(z.enum(['kind', 'alike', 'both', 'either', 'count']))
    .min(1)
    .default(['kind', 'alike', 'both', 'either', 'count'])
    .describe(
      'What may be claimed: the kind of one, that two are alike, of both or either of two, how many are knights.',
    ),
});

const form = wordSet('the names of all knights with commas between them', 'Ann, Bob', 'nobody');

export const knightsAndKnaves = defineSuite({
  name: 'knights-and-knaves',
  title: 'Knights and knaves',
  domain: 'logic',
  description: 'Who tells the truth and who lies: exactly one answer fits (logic).',
  levelMeaning: 'the number of islanders less one: a level has twice as many cases as the one before',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 16, tokens: 1200, answerTokens: 64 },
  options,
  form: () => form,
  write: (level, random, { claims }) => writeIsland(level + 1, claims, random),
});

function writeIsland(count: number, kinds: readonly Claim['kind'][], random: Random): Draft<IslandData> | null {
  const names = random.sample(people, count);
  const world = names.map(() => random.next() < 0.5);
  const claims: { speaker: number; claim: Claim }[] = [];
  for (let speaker = 0; speaker < count; speaker += 1) {
    const claim = drawClaim(speaker, count, random.pick(kinds), random);
    // A knight's claim is true and a knave's is false, or nobody could have made it.
    if (holds(claim, world) !== world[speaker]) return null;
    claims.push({ speaker, claim });
  }
  const data = { names, claims: random.shuffle(claims) };
  const [only, another] = worldsOf(data);
  if (only === undefined || another !== undefined) return null;
  const knights = names.filter((_, index) => only[index]).sort();
  return { question: tell(data, random), answer: knights.join(', ') || 'nobody', data };
}

function drawClaim(speaker: number, count: number, kind: Claim['kind'], random: Random): Claim {
  const others = Array.from({ length: count }, (_, index) => index).filter((index) => index !== speaker);
  const [first] = random.sample(others, 1) as [number];
  const second = random.pick([speaker, ...others].filter((index) => index !== first));
  const knight = random.next() < 0.5;
  switch (kind) {
    case 'kind':
      return { kind, who: first, knight };
    case 'alike':
      return { kind, who: first, other: second, alike: knight };
    case 'count':
      return drawCount(count, random);
    default:
      return { kind, who: first, knight, other: second, otherKnight: random.next() < 0.5 };
  }
}

/** Nothing that is true whoever the knights are, such as "at least none". */
function drawCount(count: number, random: Random): Claim {
  const many = random.integer(0, count);
  const isExtreme = many === 0 || many === count;
  return { kind: 'count', many, how: isExtreme ? 'exactly' : random.pick(['exactly', 'at least', 'at most']) };
}

/** Every way to call each islander a knight or a knave under which all claims come from those who could make them. */
export function* worldsOf({ names, claims }: IslandData): Generator<boolean[]> {
  for (let code = 0; code < 2 ** names.length; code += 1) {
    const world = names.map((_, index) => ((code >> index) & 1) === 1);
    if (claims.every(({ speaker, claim }) => holds(claim, world) === world[speaker])) yield world;
  }
}

function tell({ names, claims }: IslandData, random: Random): string {
  const opening = random.pick([
    'On an island every inhabitant is either a knight, who always tells the truth, or a knave, who always lies.',
    'Knights always say what is true, knaves always say what is false, and everybody here is one or the other.',
    'In a far land there are two kinds of people: knights never lie and knaves never tell the truth.',
  ]);
  const meeting = random.pick([`You meet ${listed(names)}.`, `${listed(names)} live there.`]);
  const said = claims.map(({ speaker, claim }) => {
    const words = claimText(claim, speaker, names);
    return random.pick([`${names[speaker]} says: "${words}."`, `"${words}," says ${names[speaker]}.`]);
  });
  const asked = random.pick(['Who are the knights?', 'Which of them are knights?']);
  return [opening, meeting, ...said, asked].join(' ');
}
