// Generated makefiles against GNU make itself.
import { expect, it } from '@jest/globals';
import {
  compareWithReal,
  describeWithReal,
  type ProgramFiles,
  runInFolders,
} from '../../support/differential.ts';
import fc from '../../support/fast-check.ts';
import { evaluated, recipeTexts, texts } from './reading.ts';

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
const FAILED = '\u00a4';

// ---- variables -----------------------------------------------------------------------------------------

/** What make itself says of each makefile's variables; null where it refuses the text. */
function valuesByMake(programs: readonly ProgramFiles[]): readonly (string | null)[] {
  const shown = NAMES.map((name) => `$(info $(${name})${MARK})\n`).join('');
  return runInFolders(
    programs.map((files) => ({ ...files, Makefile: `${files.Makefile}${shown}all:;@:\n` })),
    (folders) =>
      folders
        .map((folder) => `printf '${FAILED}'; cd ${folder}; make -rR 2>/dev/null || printf 'refused'\n`)
        .join(''),
    FAILED,
  ).map((said) => (said.endsWith('refused') ? null : said));
}

const included = fc.record({
  before: fc.array(simple, { maxLength: 3 }),
  inside: fc.array(fc.oneof({ weight: 3, arbitrary: simple }, conditional), { minLength: 1, maxLength: 3 }),
  how: fc.constantFrom(
    'include rules.mk',
    '-include missing.mk rules.mk',
    'include $(wildcard *.mk)',
    'sinclude rules.mk',
  ),
  behind: fc.array(simple, { maxLength: 3 }),
});

const DEFAULTS = NAMES.map((name, index) => `${name} = ${WORDS[index]}\n`).join('');

const withInclude: fc.Arbitrary<ProgramFiles> = included.map(({ before, inside, how, behind }) => ({
  Makefile: `${DEFAULTS}${before.join('')}${how}\n${behind.join('')}`,
  'rules.mk': inside.join(''),
}));

const variables: fc.Arbitrary<ProgramFiles> = fc.oneof(
  { weight: 4, arbitrary: makefile.map((text) => ({ Makefile: text })) },
  { weight: 1, arbitrary: withInclude },
);

describeWithReal('make', 'I21: variables of generated makefiles', () => {
  it('are what GNU make says', () => {
    const compared = compareWithReal({
      programs: variables,
      runs: 200,
      real: valuesByMake,
      agree: (files, said) => {
        const made = evaluated(files);
        const got = NAMES.map((name) => texts(made.value(name)).join(' | '));
        const wanted = said
          .split(MARK)
          .slice(0, -1)
          .map((text, index) => (index === 0 ? text : text.replace(/^\n/, '')));
        expect(got).toEqual(wanted);
      },
    });
    expect(compared).toBeGreaterThan(170);
  });
});

// ---- recipes -------------------------------------------------------------------------------------------

const TARGETS = ['all', 'image', 'push', 'tools.img'] as const;

/** What holds for targets alone: of each flavour, for one, for two, and for a pattern. */
const forTargets = fc
  .tuple(
    fc.constantFrom(...TARGETS, 'image push', '%.img'),
    fc.constantFrom('', '', '', 'override ', 'export '),
    fc.nat({ max: NAMES.length - 1 }),
    fc.constantFrom('=', ':=', '+=', '?='),
  )
  .chain(([target, modifier, index, operator]) =>
    // What make does with a plain assignment behind an `override` that appends is a slip of its own.
    expression(index + 1, 1).map(
      (value) => `${target}: ${operator === '+=' ? '' : modifier}${NAMES[index]} ${operator} ${value}\n`,
    ),
  );

const dependencies = fc.subarray([1, 2, 3, 6, 7, 11] as const).map((edges) =>
  edges
    .map((edge) => [Math.floor(edge / 4), edge % 4] as const)
    .map(([from, to]) => `${TARGETS[from]}: ${TARGETS[to]}\n`)
    .join(''),
);

const RECIPES = TARGETS.map(
  (target) => `${target}:\n\t@: at $@ ${NAMES.map((name) => `[$(${name})]`).join(' ')} from $(@F) $^\n`,
).join('');

const recipes: fc.Arbitrary<ProgramFiles> = fc
  .tuple(
    fc.array(assignment, { maxLength: 2 }),
    fc.array(forTargets, { minLength: 1, maxLength: 4 }),
    dependencies,
    fc.array(assignment, { maxLength: 2 }),
  )
  .map(([before, specific, needed, behind]) => ({
    Makefile: `${DEFAULTS}${before.join('')}${specific.join('')}${needed}${RECIPES}${behind.join('')}`,
  }))
  // `$(origin …)` of what was set by `override` is not told.
  .filter(({ Makefile }) => !(Makefile?.includes('override') && Makefile.includes('origin')));

/** Each line that a run prints, for each target as the goal. */
function recipesByMake(programs: readonly ProgramFiles[]): readonly (string | null)[] {
  return runInFolders(
    programs,
    (folders) =>
      folders
        .map((folder) => {
          const runs = TARGETS.map((goal) => `make -rRn ${goal} 2>/dev/null || printf 'refused'`).join('; ');
          return `printf '${FAILED}'; cd ${folder}; ${runs}\n`;
        })
        .join(''),
    FAILED,
  ).map((said) => (said.includes('refused') ? null : said));
}

describeWithReal('make', 'I21: recipes of generated makefiles', () => {
  it('run what GNU make runs, whichever target is made', () => {
    const compared = compareWithReal({
      programs: recipes,
      runs: 80,
      real: recipesByMake,
      agree: (files, said) => {
        const wanted = new Map<string, Set<string>>(TARGETS.map((target) => [target, new Set()]));
        for (const line of said.split('\n')) wanted.get(line.split(' ')[2] ?? '')?.add(line.trim());
        const ours = recipeTexts(evaluated(files));
        // Of several that need a target, make takes the one that reaches it first; in parallel that may be any.
        const isSure = TARGETS.every((target) => (files.Makefile?.split(`: ${target}\n`).length ?? 0) <= 2);
        for (const [target, lines] of wanted) {
          const said = ours.get(target) ?? new Set();
          expect([...said]).toEqual(expect.arrayContaining([...lines]));
          if (isSure) expect([target, said]).toEqual([target, lines]);
        }
      },
    });
    expect(compared).toBeGreaterThan(60);
  });
});
