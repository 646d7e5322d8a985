// I20: every format reads whatever it is given. The texts are those of the scenarios, cut, glued and salted; CI draws other ones for a minute,
// `npm run fuzz` for an hour. What evaluates (make, shell) is held against the real programs (I21), and on whole trees by content.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import type { Position, Span } from '../../src/domain/index.ts';
import { FORMATS } from '../../src/formats/index.ts';
import fc from '../support/fast-check.ts';

const SCENARIOS = fileURLToPath(new URL('../scenarios/', import.meta.url));
/** In the suite a few of each; a seed of one's own asks for a longer look. */
const isFuzzing = process.env.PLINTH_TEST_SEED !== undefined;
const RUNS = isFuzzing ? 1000 : 40;
/** Of processor time, so that a busy machine is no hang. */
const MOST_MS = 1000;
jest.setTimeout(isFuzzing ? 600_000 : 30_000);

/** Files of the scenarios by the name that formats know them by, equal ones once. */
const corpus = [
  ...new Map(
    readdirSync(SCENARIOS, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`)
      .filter((path) => /\/(?:base|head|tip)\//.test(path))
      .map((path): [string, string] => [
        readFileSync(path, 'utf8'),
        relative(SCENARIOS, path).replace(/^[^/]+\/[^/]+\//, ''),
      ]),
  ),
].map(([text, path]) => ({ text, path }));

/** What means something to one format or another. */
const SALT = (
  '\n|\r\n|\r|\t|  |\0|\u00a0|\u2028|\ufeff|é|😀|\ud83d|"|\'|`|\\|\\\n|$|${X|${X:-|$(|$(( |`|}|)|]|{|[|(|{{|}}|{{/*|{{- if |<<EOF\n|<<-E|' +
  ': |- |? |&a |*a|!!x |---\n|...\n|>-\n|# |#!/bin/sh\n|# escape=`\n|%YAML 9\n|__proto__: |constructor|<<: |' +
  'FROM |RUN |ONBUILD |define X\n|endef\n|ifeq (|else\n|endif\n|include |$(eval |$(call X,|case x in\n|esac\n|if \n|fi\n|for x in |do\n|done\n|' +
  'package x\n|import (\n|func f() {\n|"""|r"|select({|load("|}: '
)
  .split('|')
  .concat('|', '||');

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 8 }) }, fc.nat({ max: 400 })),
  put: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...SALT) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    // A piece of another text, or the same thing again and again.
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...corpus), fc.nat({ max: 2000 }))
        .map(([{ text }, from]) => text.slice(from, from + 200)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...SALT), fc.nat({ max: 60 }))
        .map(([piece, times]) => piece.repeat(times)),
    },
  ),
});

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((now, { at, cut, put }) => {
    const from = Math.floor(at * now.length);
    return `${now.slice(0, from)}${put}${now.slice(from + cut)}`;
  }, text);
}

function isPosition(value: unknown): value is Position {
  return typeof value === 'object' && value !== null && 'line' in value && 'column' in value;
}

function spansIn(value: unknown): readonly Span[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'start' in value && 'end' in value && isPosition(value.start) && isPosition(value.end);
  return [...(own ? [value as Span] : []), ...Object.values(value).flatMap(spansIn)];
}

/** Places that are none of the text, or end before they begin. */
function wrongSpans(text: string, facts: unknown): readonly Span[] {
  const lines = text.split('\n');
  const isThere = ({ line, column }: Position): boolean =>
    column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1;
  return spansIn(facts).filter(
    ({ start, end }) =>
      !isThere(start) ||
      !isThere(end) ||
      start.line > end.line ||
      (start.line === end.line && start.column > end.column),
  );
}

describe('I20: any text', () => {
  it.each(FORMATS.map(({ format }) => ({ id: format.id, format })))(
    'is read as $id without a throw or a hang, every place in range',
    async ({ format }) => {
      await format.prepare?.();
      const own = corpus.filter(({ path }) => format.profileOf(path) !== null);
      const seeds = fc.constantFrom(...(own.length === 0 ? corpus : own));
      const texts = fc.oneof(
        { weight: 4, arbitrary: seeds },
        { weight: 1, arbitrary: fc.constantFrom(...corpus) },
      );
      fc.assert(
        fc.property(texts, fc.array(edit, { maxLength: 6 }), ({ text, path }, edits) => {
          const hostile = edited(text, edits);
          const profile = format.profileOf(path) ?? format.id;
          const before = process.cpuUsage();
          format.mayMatter(hostile, profile);
          const facts = format.facts(hostile, profile);
          expect(process.cpuUsage(before).user / 1000).toBeLessThan(MOST_MS);
          expect(wrongSpans(hostile, facts)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
  );
});
