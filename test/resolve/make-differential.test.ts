// Makes that start makes, against GNU make: with which base a definition is built.
import { expect, it } from '@jest/globals';
import {
  compareWithReal,
  describeWithReal,
  type ProgramFiles,
  runInFolders,
} from '../support/differential.ts';
import fc from '../support/fast-check.ts';
import { modelOf } from './model.ts';

const FAILED = '\u00a4';
const DEFINITION = 'sub/Dockerfile';

const base = fc.constantFrom('alpine:3', 'debian:12', 'busybox:1', 'ubuntu:24.04');
const operator = fc.constantFrom('=', ':=', '?=');
const exported = fc.constantFrom('', 'export BASE\n', 'export\n', 'export BASE\nunexport BASE\n');

/** What the makefile above says of the base, and what it does not say. */
const outer = fc
  .tuple(fc.option(fc.tuple(fc.constantFrom('', 'export '), operator, base)), exported, base)
  .map(
    ([own, how, other]) =>
      // Make exports a variable that nobody sets as an empty one.
      `OTHER = ${other}\n${own === null ? how.replaceAll(/^.*BASE\n/gm, '') : `${own[0]}BASE ${own[1]} ${own[2]}\n${how}`}`,
  );

const start = fc.constantFrom(
  '$(MAKE) -C sub',
  '$(MAKE) -C sub image',
  '$(MAKE) -C sub BASE=$(OTHER)',
  '$(MAKE) BASE="$(OTHER)" --directory=sub image',
  'cd sub && $(MAKE)',
  'cd sub; $(MAKE) -f Makefile BASE=$(OTHER) image',
  'BASE=$(OTHER) $(MAKE) -C sub',
  'export BASE=$(OTHER) && $(MAKE) -C sub',
  '$(MAKE) -C sub image OTHER=$(OTHER)',
  'for d in sub; do $(MAKE) -C $$d BASE=$(OTHER); done',
);

const inner = fc.oneof(
  fc.tuple(fc.constantFrom('', 'override '), operator, base).map(([o, s, b]) => `${o}BASE ${s} ${b}\n`),
  fc.tuple(base, base).map(([a, b]) => `ifdef BASE\nBASE = ${a}\nelse\nBASE = ${b}\nendif\n`),
  fc.tuple(base, base, base).map(([a, b, c]) => `BASE ?= ${a}\nifeq ($(BASE),${b})\nBASE := ${c}\nendif\n`),
  fc.tuple(base, base).map(([a, b]) => `OTHER ?= ${a}\nBASE ?= $(or $(OTHER),${b})\n`),
  base.map((b) => `BASE ?= ${b}\nimage: BASE = $(if $(OTHER),$(OTHER),${b})\n`),
);

const trees: fc.Arbitrary<ProgramFiles> = fc
  .tuple(outer, start, inner, outer)
  .map(([above, how, below, behind]) => ({
    Makefile: `${above}all:\n\t${how}\n${behind.replace(/^OTHER.*\n/, '')}`,
    'sub/Makefile': `${below}image:\n\tdocker build --build-arg BASE=$(BASE) -t registry.example/one .\n`,
    [DEFINITION]: 'ARG BASE\nFROM ${BASE}\n',
  }));

/** The bases with which the definition is built: from above, and by itself. */
function basesByMake(programs: readonly ProgramFiles[]): readonly (string | null)[] {
  return runInFolders(
    programs,
    (folders) =>
      folders
        .map(
          (folder) =>
            `printf '${FAILED}'; cd ${folder}; (make -rRn all && make -rRn -C sub image) 2>/dev/null || printf 'refused'\n`,
        )
        .join(''),
    FAILED,
  ).map((said) => (said.includes('refused') ? null : said));
}

describeWithReal('make', 'I21: makes that start makes', () => {
  it('build on what GNU make gives them', () => {
    let sure = 0;
    const compared = compareWithReal({
      programs: trees,
      runs: 80,
      real: basesByMake,
      agree: (files, said) => {
        const real = [...said.matchAll(/^docker build --build-arg BASE=(\S*)/gm)].map(([, name]) => name);
        const bases = modelOf(files)
          .images.filter(({ path }) => path === DEFINITION)
          .flatMap((image) => image.bases.map(({ reference }) => reference));
        expect(bases).toEqual(expect.arrayContaining(real));
        // A base that stays open is one that the environment may give.
        const closed = bases.filter((reference) => !reference.includes('$'));
        if (closed.length === bases.length) sure++;
        expect([...new Set(closed)].sort()).toEqual([...new Set(real)].sort());
      },
    });
    expect(compared).toBeGreaterThan(65);
    expect(sure).toBeGreaterThan(60);
  });
});
