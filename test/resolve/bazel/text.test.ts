import { describe, expect, it } from '@jest/globals';
import type { BoundArguments } from '../../../src/resolve/bazel/arguments.ts';
import { callStringMethod } from '../../../src/resolve/bazel/string-methods.ts';
import { decidingLiteral, interpolated } from '../../../src/resolve/bazel/text.ts';
import {
  list,
  plainText,
  type StarlarkValue,
  type TextValue,
  text,
} from '../../../src/resolve/bazel/values.ts';
import fc from '../../support/fast-check.ts';

const given = (...positional: StarlarkValue[]): BoundArguments => ({ positional, named: new Map() });
const place = (line: number) => ({ path: 'BUILD', start: { line, column: 1 }, end: { line, column: 2 } });

/** A text in pieces that come from lines of their own. */
const pieces = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', ' ', ':'), maxLength: 4 }), { maxLength: 5 })
  .map(
    (parts): TextValue => ({
      kind: 'text',
      pieces: parts
        .filter((part) => part !== '')
        .map((part, index) => ({ text: part, at: place(index + 1) })),
    }),
  );
const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '/'), minLength: 1, maxLength: 2 });

function plain(value: StarlarkValue): unknown {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.map(plain);
  return value.kind === 'boolean' || value.kind === 'number' ? value.value : plainText(value);
}

/** What the methods give for whole texts, written without pieces. */
const REFERENCE: Readonly<Record<string, (self: string, argument: string) => unknown>> = {
  split: (self, by) => self.split(by),
  replace: (self, from) => self.split(from).join('+'),
  startswith: (self, other) => self.startsWith(other),
  endswith: (self, other) => self.endsWith(other),
  find: (self, other) => self.indexOf(other),
  rfind: (self, other) => self.lastIndexOf(other),
  count: (self, other) => self.split(other).length - 1,
  upper: (self) => self.toUpperCase(),
  removeprefix: (self, other) => (self.startsWith(other) ? self.slice(other.length) : self),
  removesuffix: (self, other) => (self.endsWith(other) ? self.slice(0, -other.length) : self),
  partition: (self, by) => {
    const at = self.indexOf(by);
    return at < 0 ? [self, '', ''] : [self.slice(0, at), by, self.slice(at + by.length)];
  },
  rpartition: (self, by) => {
    const at = self.lastIndexOf(by);
    return at < 0 ? ['', '', self] : [self.slice(0, at), by, self.slice(at + by.length)];
  },
  strip: (self, signs) => {
    const [first, last] = [
      [...self].findIndex((c) => !signs.includes(c)),
      [...self].findLastIndex((c) => !signs.includes(c)),
    ];
    return first < 0 ? '' : self.slice(first, last + 1);
  },
};

describe('texts in pieces', () => {
  it.each(Object.keys(REFERENCE))('%s as on the whole text, wherever the pieces end', (name) => {
    const wanted = REFERENCE[name];
    if (wanted === undefined) throw new Error(name);
    fc.assert(
      fc.property(pieces, word, (value, argument) => {
        const whole = plainText(value) ?? '';
        // An occurrence across two literals is replaced in neither: nobody writes a name so.
        fc.pre(name !== 'replace' || value.pieces.length < 2);
        const got = callStringMethod(value, name, given(text(argument), text('+')));
        expect(plain(got)).toEqual(wanted(whole, argument));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('joins and splits back to the same', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const joined = callStringMethod(text(':'), 'join', given(list(words.map((one) => text(one)))));
        if (joined.kind !== 'text') throw new Error(joined.kind);
        expect(plain(callStringMethod(joined, 'split', given(text(':'))))).toEqual(words);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it.each([
    ['{}-{}', [text('a'), text('b')], 'a-b'],
    ['{1}-{0}', [text('a'), text('b')], 'b-a'],
    ['{{X}}-{}', [text('a')], '{X}-a'],
  ])('formats %s', (template, values, wanted) => {
    expect(plain(callStringMethod(text(template), 'format', given(...values)))).toBe(wanted);
  });

  it('leaves a field open that nothing gives, under its name', () => {
    const got = callStringMethod(text('@base-{ARCH}//image'), 'format', given());
    expect(got).toMatchObject({ pieces: [{ text: '@base-' }, { open: 'ARCH' }, { text: '//image' }] });
  });

  it.each([
    ['%s-%s', list([text('a'), text('b')], null, 'tuple'), 'a-b'],
    ['%s', text('a'), 'a'],
    ['100%% %d', { kind: 'number', value: 3 } as const, '100% 3'],
  ])('interpolates %s', (template, value, wanted) => {
    expect(plainText(interpolated(text(template), value))).toBe(wanted);
  });

  it('knows the literal that most of a range comes from', () => {
    const value: TextValue = {
      kind: 'text',
      pieces: [
        { text: '@debian-', at: place(1) },
        { text: 'arm', at: place(2) },
        { text: '//image', at: place(3) },
      ],
    };
    expect(decidingLiteral(value, 1, 11)?.start.line).toBe(1);
    expect(decidingLiteral(value, 8, 18)?.start.line).toBe(3);
  });

  it('does not grow without end', () => {
    let value: TextValue = text('x'.repeat(60_000));
    for (let i = 0; i < 40; i++) {
      const next = callStringMethod(text(''), 'join', given(list([value, value])));
      if (next.kind !== 'text') throw new Error(next.kind);
      value = next;
    }
    expect(JSON.stringify(value).length).toBeLessThan(200_000);
  });
});
