import { describe, expect, it } from '@jest/globals';
import { DockerfileParser } from 'dockerfile-ast';
import type { Position, Span } from '../../../src/domain/index.ts';
import { expand, globalScope } from '../../../src/formats/dockerfile/evaluate.ts';
import { parseDockerfile } from '../../../src/formats/dockerfile/parse.ts';
import fc from '../../support/fast-check.ts';
import { dockerfileOf, read } from './reading.ts';

/** Pieces that mean something to a Dockerfile, so that random texts come near to real ones. */
const PIECES = (
  'FROM |RUN |CMD |ENTRYPOINT |COPY --from=x |ADD |ENV A=|ENV A |ARG X|ARG X=|USER |SHELL |HEALTHCHECK CMD |ONBUILD |' +
  'a|debian:12|${X}|${X:-|}|$|"|\'|\\|`|["sh","-c","a|"]|[|]|<<EOF|<< E|<<-"E"|EOF|E|#|# escape=`|# syntax=a/b|--mount=from=b|' +
  '{{|}}|{{ if }}| |  |\t|\r| AS |=|&& |;|\u00a0|é|😀|\0'
).split('|');

const hostile = fc
  .array(
    fc.oneof(fc.constantFrom(...PIECES), fc.constant('\n'), fc.constant('\\\n'), fc.string({ maxLength: 4 })),
    {
      maxLength: 40,
    },
  )
  .map((pieces) => pieces.join(''));

function spansIn(value: unknown): readonly Span[] {
  if (Array.isArray(value)) return value.flatMap(spansIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'span' in value ? [value.span as Span] : [];
  return [...own, ...Object.values(value).flatMap(spansIn)];
}

function inRange(text: string, { line, column }: Position): boolean {
  const content = text.split('\n')[line - 1];
  return content !== undefined && column >= 1 && column <= content.length + 1;
}

function inOrder({ start, end }: Span): boolean {
  return start.line < end.line || (start.line === end.line && start.column <= end.column);
}

describe('any text', () => {
  it('is read without a throw, twice alike, every place in range', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const facts = read(text);
        expect(read(text)).toEqual(facts);
        expect(facts.length).toBeGreaterThan(0);
        for (const span of spansIn(facts)) {
          expect([inRange(text, span.start), inRange(text, span.end), inOrder(span)]).toEqual([
            true,
            true,
            true,
          ]);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('expands without a throw', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const fact of read(text)) {
          if (fact.kind !== 'dockerfile') continue;
          const scope = globalScope(fact, new Map(), 'D');
          for (const { base } of fact.stages) {
            expect(expand(base.text, scope, { path: 'D', ...base.span }).alternatives.length).toBeGreaterThan(
              0,
            );
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9./:-]{0,8}$/);
const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\\n  # note\n  ', '\\\r\n ');
const keyword = fc.constantFrom('RUN', 'run', 'LABEL', 'ENV A', 'USER', 'WORKDIR', 'EXPOSE', 'Cmd');
const line = fc
  .tuple(keyword, gap, fc.array(word, { minLength: 1, maxLength: 4 }), gap)
  .map(([name, before, words, between]) => `${name}${before}${words.join(between)}`);
const comment = fc.constantFrom('', '# FROM x', '   ', '#');
const from = fc
  .tuple(fc.constantFrom('FROM', 'from', 'From'), gap, word, fc.option(word))
  .map(([name, blank, image, stage]) => `${name}${blank}${image}${stage === null ? '' : ` AS ${stage}`}`);
const plainFile = fc
  .tuple(from, fc.array(fc.oneof(from, line, comment), { maxLength: 12 }))
  .map(([first, others]) => [first, ...others].join('\n'));

describe('plain files', () => {
  it('hold as many stages as a naive second reading counts', () => {
    fc.assert(
      fc.property(plainFile, (text) => {
        const joined = text
          .split('\n')
          .filter((one) => !one.trimStart().startsWith('#') && one.trim() !== '')
          .join('\n')
          .replaceAll(/\\\r?\n/g, '');
        const naive = joined.split('\n').filter((one) => /^from\s/i.test(one));
        expect(dockerfileOf(text).stages.map((stage) => stage.base.text)).toEqual(
          naive.map((one) => one.split(/\s+/)[1]),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('have the instructions that dockerfile-ast finds, on the same lines', () => {
    fc.assert(
      fc.property(plainFile, (text) => {
        const second = DockerfileParser.parse(text)
          .getInstructions()
          .map((one) => [one.getKeyword(), one.getRange().start.line + 1]);
        const first = parseDockerfile(text).instructions.map((one) => [one.keyword, one.span.start.line]);
        expect(first).toEqual(second);
      }),
      { numRuns: 500 },
    );
  });
});
