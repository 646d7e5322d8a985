import { OPEN } from '../domain/reference-shape.ts';

/**
 * True where some completion of a shape's open parts fits a glob. With `tail`, a tag or digest may follow what the glob describes.
 * All positions are walked at once, so the time is bounded by shape times glob.
 */
export function mayMatch(pattern: string, shape: string, tail: boolean): boolean {
  const steps = stepsOf(pattern);
  let at = closure(steps, new Set([0]));
  for (const character of shape) {
    const next =
      character === OPEN ? afterAnything(at, steps.length, tail) : after(at, steps, character, tail);
    if (next.size === 0) return false;
    at = closure(steps, next);
  }
  return at.has(steps.length) || at.has(steps.length + 1);
}

/** Positions after an open part, which may be any text; the one past the end stands for a tag or digest begun. */
function afterAnything(at: ReadonlySet<number>, end: number, tail: boolean): Set<number> {
  const next = new Set<number>();
  for (let index = Math.min(...at); index <= end; index++) next.add(index);
  if (tail) next.add(end + 1);
  return next;
}

function after(
  at: ReadonlySet<number>,
  steps: readonly string[],
  character: string,
  tail: boolean,
): Set<number> {
  const end = steps.length;
  const next = new Set<number>();
  for (const index of at) {
    // A tag or digest holds no slash.
    const tailed = index > end ? character !== '/' : index === end && tail && /[:@]/.test(character);
    if (tailed) next.add(end + 1);
    else advance(steps, index, character, next);
  }
  return next;
}

/** True where every completion fits: an open part may only stand where the glob takes anything. */
export function mustMatch(
  glob: { readonly pattern: string; matches(text: string): boolean },
  shape: string,
): boolean {
  if (shape.includes(OPEN) && glob.pattern.includes('?')) return false;
  return glob.matches(shape);
}

/** A glob as steps: characters, `?`, `*`, and `**` as one. */
function stepsOf(pattern: string): readonly string[] {
  const steps: string[] = [];
  for (const character of pattern) {
    if (character === '*' && steps.at(-1)?.startsWith('*')) steps[steps.length - 1] = '**';
    else steps.push(character);
  }
  return steps;
}

function advance(steps: readonly string[], index: number, character: string, next: Set<number>): void {
  const step = steps[index] ?? '';
  if (step === '**' || (step === '*' && character !== '/')) next.add(index);
  else if (step === character || (step === '?' && character !== '/')) next.add(index + 1);
}

/** Stars may take nothing. */
function closure(steps: readonly string[], positions: Set<number>): Set<number> {
  for (const index of positions) if (steps[index]?.startsWith('*')) positions.add(index + 1);
  return positions;
}
