import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';

// RELIABILITY I07: every regular expression of the source meets texts that are made of its own parts, repeated. What takes time in
// proportion to the text needs some hundredths of a millisecond here; what tries every pair of places needs some fifty, and nine times as
// much for a text of three times the length.

// What hangs takes minutes; a busy machine takes seconds.
jest.setTimeout(30_000);

const LENGTH = 12_000;
/** What takes longer is held against a longer text. */
const SUSPECT_MS = 8;
const LONGER = 3;
const MOST_TIMES = 5;
const MOST_PUMPS = 60;

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** Expressions that only ever see short texts, with the bound that sees to it. */
const BOUNDED: readonly (readonly [file: string, expression: string, bound: string])[] = [
  ['domain/placeholder.ts', '/[})>%@\\s]+$/', 'a name of at most 64 characters'],
  ['domain/placeholder.ts', '/^_+|_+$/', 'a name of at most 64 characters'],
  ['domain/program.ts', '/(-static)?([-.]?\\d[\\d.]*)?$/', 'a name of at most 64 characters'],
];
/** The demo reads what Plinth itself wrote. */
const OWN_TEXT = /^demo\//;

interface Expression {
  readonly file: string;
  readonly written: string;
  readonly expression: RegExp;
}

const LITERAL =
  /(?<=[(=,:[!&|?{};]\s*|return\s+|^\s*)\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=\s*[.,;)\]}:?\n]|$)/gm;

function expressionsOf(file: string): readonly Expression[] {
  const found: Expression[] = [];
  for (const [, source = '', flags = ''] of readFileSync(SOURCE + file, 'utf8').matchAll(LITERAL)) {
    try {
      found.push({
        file,
        written: `/${source}/`,
        expression: new RegExp(source, flags.replace(/[gy]/g, '')),
      });
    } catch {
      // A division that looks like one.
    }
  }
  return found;
}

/** Characters that the expression speaks of, those of its classes and ranges included. */
function atomsOf(source: string): readonly string[] {
  const plain = source
    .replace(/\\u\{?[0-9a-fA-F]+\}?/g, '')
    .replace(/\\[sS]/g, ' ')
    .replace(/\\[wW]/g, 'a')
    .replace(/\\[dD]/g, '1')
    .replace(/\\([tnr])/g, (_, name: string) => ({ t: '\t', n: '\n', r: '\r' })[name] ?? '')
    .replace(/\\b/g, '')
    .replace(/\\(.)/g, '$1');
  const signs = /[\^$*+?()|{}[\]]/;
  const characters = [...plain].filter(
    (one) => !signs.test(one) || source.includes(`\\${one}`) || source.includes(`[^${one}`),
  );
  return [...new Set([...characters, 'a', '1', ' '])];
}

function textsFor(source: string, length = LENGTH): readonly string[] {
  const atoms = atomsOf(source);
  const pumps = [...atoms];
  for (const one of atoms) for (const other of atoms) if (one !== other) pumps.push(one + other);
  const literal = (/^\^?((?:[\w.:=@ -]|\\[./{}$[-])+)/.exec(source)?.[1] ?? '').replace(/\\/g, '');
  const beginnings = [...new Set(['', literal, literal.slice(0, -1), atoms[0] ?? ''])];
  const chosen = pumps.filter(
    (_, index) => index < MOST_PUMPS / 2 || index % Math.ceil(pumps.length / MOST_PUMPS) === 0,
  );
  return chosen.flatMap((pump) =>
    beginnings.map((start) => `${start}${pump.repeat(length / pump.length)}\0!`),
  );
}

/** Processor time in milliseconds; the least of three where the first is not next to nothing. */
function cost({ expression }: Expression, text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && least > SUSPECT_MS; attempt++) {
    const before = process.cpuUsage();
    expression.test(text);
    // Which of the two it was is told by ticks, their sum by the clock.
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** How it grows tells, whatever else the machine does: the figures of one moment are compared with each other. */
function slowText(one: Expression): string | undefined {
  const { source } = one.expression;
  return textsFor(source).find((text, index) => {
    const short = cost(one, text);
    if (short <= SUSPECT_MS) return false;
    const longer = textsFor(source, LENGTH * LONGER)[index] ?? '';
    return cost(one, longer) > MOST_TIMES * short;
  });
}

describe('I07: no expression takes more than its text', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const all = files.filter((file) => !OWN_TEXT.test(file)).flatMap(expressionsOf);

  it('the source has expressions, and those that are let off are there', () => {
    expect(all.length).toBeGreaterThan(250);
    for (const [file, expression] of BOUNDED)
      expect(
        all.some((one) => one.file === file && one.written === expression) ? '' : `${file} ${expression}`,
      ).toBe('');
  });

  it('catches one that tries every pair of places', () => {
    const quadratic = { file: '', written: '', expression: /x+y$/ };
    expect(slowText(quadratic)).toBeDefined();
  });

  it('all others grow with their text', () => {
    const slow: string[] = [];
    for (const one of all) {
      if (BOUNDED.some(([file, expression]) => file === one.file && expression === one.written)) continue;
      const text = slowText(one);
      if (text !== undefined)
        slow.push(`${one.file} ${one.written} on ${JSON.stringify(text.slice(0, 20))}…`);
    }
    expect(slow).toEqual([]);
  });
});
