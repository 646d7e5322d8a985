import { describe, expect, it } from '@jest/globals';
import { environmentFile } from '../../../src/formats/environment-file/index.ts';

describe('a file of variables', () => {
  it.each<[line: string, value: string, column: number]>([
    ['A=b', 'b', 3],
    ['export A = b # why', 'b', 12],
    ['A="b c" # why', 'b c', 4],
    ["A='$b'", '$b', 4],
    ['A=b#c', 'b#c', 3],
    ['A=', '', 3],
  ])('%j', (line, text, column) => {
    expect(environmentFile.facts(`# a comment\n${line}\n`, 'environment-file')).toMatchObject([
      {
        kind: 'environment-file',
        values: [{ name: 'A', value: { text, span: { start: { line: 2, column } } } }],
      },
    ]);
  });

  it('counts the last value of a name', () => {
    const [fact] = environmentFile.facts('A=b\nA=c\n', 'environment-file');
    expect(fact).toMatchObject({ values: [{ value: { text: 'c' } }] });
  });

  it('without one is nothing', () => {
    expect(environmentFile.facts('# =\n2x=3\n', 'environment-file')).toEqual([]);
  });
});
