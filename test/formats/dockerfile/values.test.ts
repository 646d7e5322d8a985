import { describe, expect, it } from '@jest/globals';
import { instruction, instructionsOf, place, unread } from './reading.ts';

describe('ENV', () => {
  it.each([
    ['the old form takes the rest of the line', 'ENV A b  c', [['A', 'b  c']]],
    [
      'pairs',
      'ENV A=1 B="x y" C=a\\ b',
      [
        ['A', '1'],
        ['B', '"x y"'],
        ['C', 'a\\ b'],
      ],
    ],
    [
      'over lines',
      'ENV A=1 \\\n  # note\n  B=2',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['a = in the value', 'ENV A=b=c', [['A', 'b=c']]],
    ['an empty value', 'ENV A=', [['A', '']]],
    [
      'a backslash in single quotes escapes nothing',
      "ENV A='x\\' B=2",
      [
        ['A', "'x\\'"],
        ['B', '2'],
      ],
    ],
  ])('%s', (_lesson, line, expected) => {
    expect(instruction('env', line).variables.map((one) => [one.name, one.value.text])).toEqual(expected);
  });

  it('a name without a value is said', () => {
    expect(unread('FROM a\nENV A')).toHaveLength(1);
    expect(unread('FROM a\nENV A=1 B')).toHaveLength(1);
  });
});

describe('COPY and ADD', () => {
  it('reads from, sources, destination', () => {
    const copy = instruction('copy', 'COPY --from=build --chown=1:1 --chmod=755 --link /a /b /c/');
    expect(copy.from?.text).toBe('build');
    expect(copy.sources.map((source) => source.text)).toEqual(['/a', '/b']);
    expect(copy.destination.text).toBe('/c/');
    expect(copy.from && place(copy.from.span)).toBe('2:13-2:18');
  });

  it('reads the JSON form', () => {
    const add = instruction('add', 'ADD ["a b.tar", "/"]');
    expect([add.sources[0]?.text, add.destination.text]).toEqual(['a b.tar', '/']);
  });

  it('quotes keep no blanks together here', () => {
    expect(instruction('copy', 'COPY "a b" /x').sources.map((source) => source.text)).toEqual(['"a', 'b"']);
  });

  it('quotes around a flag are no part of its value', () => {
    expect(instruction('copy', 'COPY "--from=x" --from="y" / /').from).toBeUndefined();
    expect(instruction('copy', 'COPY --from="y" / /').from?.text).toBe('y');
  });

  it.each(['COPY a', 'COPY', 'COPY --from b / /'])('%s is refused', (line) => {
    expect(unread(`FROM a\n${line}`)).toHaveLength(1);
  });
});

describe('USER, WORKDIR and the rest', () => {
  it('take all of the line', () => {
    expect(instruction('user', 'USER  1000:1000 ').value.text).toBe('1000:1000');
    expect(instruction('workdir', 'WORKDIR /a b').value.text).toBe('/a b');
  });

  it('instructions without a meaning here keep their keyword', () => {
    const text = 'FROM a\nLABEL a=b\nexpose 80\nVOLUME /x\nSTOPSIGNAL 9\nMAINTAINER me';
    expect(instructionsOf(text).map((one) => one.kind === 'other' && one.keyword)).toEqual([
      'LABEL',
      'EXPOSE',
      'VOLUME',
      'STOPSIGNAL',
      'MAINTAINER',
    ]);
    expect(unread(text)).toEqual([]);
  });

  it('ARG inside a stage is the stage’s', () => {
    expect(instruction('arg', 'ARG A B=1').declarations.map((one) => one.name)).toEqual(['A', 'B']);
  });
});
