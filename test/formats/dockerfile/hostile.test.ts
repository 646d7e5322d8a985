import { describe, expect, it } from '@jest/globals';
import type { Fact } from '../../../src/domain/index.ts';
import { expand, globalScope } from '../../../src/formats/dockerfile/evaluate.ts';
import { read } from './reading.ts';

// RELIABILITY I06 allows a second each; here nothing is timed: these are so large that what is not linear would not end.

const CASES: readonly (readonly [lesson: string, text: string])[] = [
  ['100k continuations', `FROM a\nRUN x${' \\\n y'.repeat(100_000)}`],
  ['100k empty continuations', `FROM \\\n${'\\\n'.repeat(100_000)} a`],
  ['comments inside a continued instruction', `FROM a\nRUN a \\\n${'# x\n'.repeat(200_000)}b`],
  ['a heredoc of 100k lines without an end', `FROM a\nRUN <<EOF\n${'echo hi\n'.repeat(100_000)}`],
  ['10k heredocs on one line', `FROM a\nRUN ${'<<E '.repeat(10_000)}\n${'E\n'.repeat(10_000)}`],
  ['spaced heredocs that nothing ends', `FROM a\n${'RUN a << x\n'.repeat(20_000)}`],
  ['50k instructions', `FROM a\n${'RUN echo hi\n'.repeat(50_000)}`],
  ['30k ENV', `FROM a\n${'ENV A b\n'.repeat(30_000)}`],
  ['30k variables in one ENV', `FROM a\nENV ${'A=b '.repeat(30_000)}`],
  [
    '30k ARG that follow each other',
    `${Array.from({ length: 30_000 }, (_, i) => `ARG A${i}=$A${i - 1}`).join('\n')}\nFROM $A29999`,
  ],
  ['the escape directive', `# escape=\`\nFROM a\nRUN a \`\n${' b `\n'.repeat(100_000)}`],
  [
    'a ring of 1,000 stages',
    Array.from({ length: 1000 }, (_, i) => `FROM s${(i + 1) % 1000} AS s${i}`).join('\n'),
  ],
  ['50k stages', 'FROM a AS b\n'.repeat(50_000)],
  ['deep JSON', `FROM a\nCMD ${'['.repeat(500_000)}`],
  ['long JSON', `FROM a\nCMD [${'"a",'.repeat(200_000)}"b"]`],
  ['quotes', `FROM a\nENV ${'"'.repeat(1_000_001)}`],
  ['patterns', `ARG X=${'a'.repeat(500)}\n${'ARG Y=${X//a*a*a*b/}\n'.repeat(20_000)}FROM $Y`],
  ['nested defaults', `FROM ${'${A:-'.repeat(200_000)}`],
  ['open template actions', `FROM ${'{{'.repeat(200_000)}`],
  ['mounts', `FROM a\nRUN ${'--mount=type=bind,from=a '.repeat(50_000)}x`],
  ['triggers in triggers', `FROM a\n${'ONBUILD '.repeat(100_000)}RUN x`],
  ['a line of 1 MB', `FROM ${'a'.repeat(1_000_000)}`],
  ['1 MB of blanks', ' '.repeat(1_000_000)],
  ['1 MB of carriage returns', '\r'.repeat(1_000_000)],
  ['100k unknown lines', `FROM a\n${'foo bar\n'.repeat(100_000)}`],
];

function readAndExpand(text: string): readonly Fact[] {
  const facts = read(text);
  for (const fact of facts) {
    const base = fact.kind === 'dockerfile' ? fact.stages.at(-1)?.base : undefined;
    if (fact.kind === 'dockerfile' && base !== undefined)
      expand(base.text, globalScope(fact, new Map(), 'D'), { path: 'D', ...base.span });
  }
  return facts;
}

describe('hostile text is read in linear time (RELIABILITY I06)', () => {
  it.each(CASES)(
    '%s',
    (_lesson, text) => {
      const facts = readAndExpand(text);
      expect(facts.length).toBeGreaterThan(0);
      expect(facts.length).toBeLessThan(30);
    },
    60_000,
  );
});
