// Variables of generated makefiles against GNU make itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluated, texts } from './reading.ts';

const NAMES = ['VA', 'VB', 'VC', 'VD', 'VE'] as const;
const WORDS = ['a', 'b', 'c.o', 'd/e.c', 'x-y', '1', 'img:2', 'k8s.io/x', '%', 'a.c'];

const word = fc.constantFrom(...WORDS);
const words = fc.array(word, { maxLength: 4 }).map((list) => list.join(' '));

/** An expression over variables from `from` on, so that no recursive variable reaches itself. */
function expression(from: number, depth: number): fc.Arbitrary<string> {
  const names = NAMES.slice(from);
  const plain = names.length === 0 ? [words] : [words, fc.constantFrom(...names).map((name) => `$(${name})`)];
  if (depth === 0) return fc.oneof(...plain);
  const inner = expression(from, depth - 1);
  const one = (name: string) => inner.map((a) => `$(${name} ${a})`);
  const two = (name: string) => fc.tuple(word, inner).map(([a, b]) => `$(${name} ${a},${b})`);
  return fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...plain) },
    { weight: 2, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `${a} ${b}`) },
    { weight: 1, arbitrary: fc.tuple(inner, inner).map(([a, b]) => `${a}${b}`) },
    ...['strip', 'firstword', 'lastword', 'words', 'dir', 'notdir', 'suffix', 'basename', 'sort'].map(one),
    ...['findstring', 'filter', 'filter-out', 'addprefix', 'addsuffix'].map(two),
    fc.tuple(word, word, inner).map(([a, b, c]) => `$(subst ${a},${b},${c})`),
    fc.tuple(word, word, inner).map(([a, b, c]) => `$(patsubst ${a},${b},${c})`),
    fc.tuple(fc.integer({ min: 1, max: 4 }), inner).map(([n, a]) => `$(word ${n},${a})`),
    fc.tuple(fc.integer({ min: 1, max: 3 }), inner).map(([n, a]) => `$(wordlist ${n},3,${a})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(join ${a},${b})`),
    fc.tuple(inner, inner, inner).map(([a, b, c]) => `$(if ${a},${b},${c})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(or ${a},${b})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(and ${a},${b})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(foreach n,${a},<$(n)>${b})`),
    ...(names.length === 0
      ? []
      : [
          fc.constantFrom(...names).map((name) => `$(${name}:.c=.o)`),
          fc.constantFrom(...names).map((name) => `$(${name}:%.c=x/%)`),
          fc.constantFrom(...names).map((name) => `$(origin ${name})-$(flavor ${name})`),
          fc.tuple(fc.constantFrom(...names), inner).map(([name, a]) => `$(call ${name},${a})`),
        ]),
  );
}

const assignment = fc
  .tuple(fc.nat({ max: NAMES.length - 1 }), fc.constantFrom('=', ':=', '?=', '+=', '::='))
  .chain(([index, operator]) =>
    expression(operator === ':=' || operator === '::=' ? 0 : index + 1, 2).map(
      (value) => `${NAMES[index]} ${operator} ${value}\n`,
    ),
  );

const define = fc
  .tuple(fc.nat({ max: NAMES.length - 1 }), words, words)
  .map(([index, a, b]) => `define ${NAMES[index]}\n${a}\n${b}\nendef\n`);

const evaluation = fc
  .tuple(fc.nat({ max: NAMES.length - 1 }), words)
  .map(([index, text]) => `$(foreach n,${text},$(eval ${NAMES[index]} += $(n)))\n`);

const simple = fc.oneof({ weight: 6, arbitrary: assignment }, define, evaluation);

const conditional = fc
  .tuple(
    fc.constantFrom('ifeq', 'ifneq'),
    expression(0, 1),
    words,
    fc.array(simple, { maxLength: 2 }),
    fc.array(simple, { maxLength: 2 }),
    fc.constantFrom(...NAMES),
  )
  .map(
    ([keyword, a, b, yes, no, name]) =>
      `${keyword} (${a},${b})\n${yes.join('')}else ifdef ${name}\n${no.join('')}else\n${yes.join('')}endif\n`,
  );

const makefile = fc
  .array(fc.oneof({ weight: 3, arbitrary: simple }, conditional), { minLength: 1, maxLength: 8 })
  .map(
    (statements) => NAMES.map((name, index) => `${name} = ${WORDS[index]}\n`).join('') + statements.join(''),
  );

const MARK = '\u00a7';

/** What make itself says; null where it refuses the text. */
function byMake(text: string): readonly string[] | null {
  const shown = NAMES.map((name) => `$(info ${MARK}$(${name})${MARK})\n`).join('');
  const run = spawnSync('make', ['-rR', '-f', '-'], {
    input: `${text}${shown}all:;@:\n`,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  });
  if (run.status !== 0) return null;
  return run.stdout.split(MARK).filter((_, index) => index % 2 === 1);
}

function hasMake(): boolean {
  try {
    return execFileSync('make', ['--version'], { encoding: 'utf8' }).startsWith('GNU Make 4');
  } catch {
    return false;
  }
}

// Where GNU make 4 is not installed there is nothing to compare with.
const describeWithMake = hasMake() ? describe : describe.skip;

describeWithMake('variables of generated makefiles', () => {
  it('are what GNU make says', () => {
    let compared = 0;
    fc.assert(
      fc.property(makefile, (text) => {
        const wanted = byMake(text);
        if (wanted === null) return;
        const made = evaluated(text);
        const got = NAMES.map((name) => texts(made.value(name)).join(' | '));
        compared++;
        expect(got).toEqual(wanted);
      }),
      { numRuns: 300, seed: 20_260_101 },
    );
    expect(compared).toBeGreaterThan(250);
  });
});
