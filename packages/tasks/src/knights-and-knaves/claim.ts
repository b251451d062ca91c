import { sentence } from '../wording.js';

/** What an islander may say; people are places in the list of names. */
export type Claim =
  | { readonly kind: 'kind'; readonly who: number; readonly knight: boolean }
  | { readonly kind: 'alike'; readonly who: number; readonly other: number; readonly alike: boolean }
  | {
      readonly kind: 'both' | 'either';
      readonly who: number;
      readonly knight: boolean;
      readonly other: number;
      readonly otherKnight: boolean;
    }
  | { readonly kind: 'count'; readonly many: number; readonly how: 'exactly' | 'at least' | 'at most' };

/** Whether the claim is true where `world` says who is a knight. */
export function holds(claim: Claim, world: readonly boolean[]): boolean {
  if (claim.kind === 'kind') return world[claim.who] === claim.knight;
  if (claim.kind === 'alike') return (world[claim.who] === world[claim.other]) === claim.alike;
  if (claim.kind === 'count') {
    const knights = world.filter(Boolean).length;
    if (claim.how === 'exactly') return knights === claim.many;
    return claim.how === 'at least' ? knights >= claim.many : knights <= claim.many;
  }
  const [first, second] = [world[claim.who] === claim.knight, world[claim.other] === claim.otherKnight];
  return claim.kind === 'both' ? first && second : first || second;
}

/** The claim as the speaker would say it, without the full stop. */
export function claimText(claim: Claim, speaker: number, names: readonly string[]): string {
  const is = (who: number, knight: boolean) =>
    `${who === speaker ? 'I am' : `${names[who]} is`} a ${knight ? 'knight' : 'knave'}`;
  if (claim.kind === 'kind') return is(claim.who, claim.knight);
  if (claim.kind === 'alike') {
    const pair =
      claim.other === speaker ? `${names[claim.who]} and I` : `${names[claim.who]} and ${names[claim.other]}`;
    return `${pair} are of ${claim.alike ? 'the same kind' : 'different kinds'}`;
  }
  if (claim.kind === 'count') {
    if (claim.many === 0) return 'None of us is a knight';
    if (claim.many === names.length) return 'All of us are knights';
    return `${sentence(claim.how)} ${claim.many} of us ${claim.many === 1 ? 'is a knight' : 'are knights'}`;
  }
  const [first, second] = [is(claim.who, claim.knight), is(claim.other, claim.otherKnight)];
  return claim.kind === 'both' ? `${first} and ${second}` : `${first}, or ${second}, or both`;
}
