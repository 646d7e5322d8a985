// Generated Dockerfiles against a second, small reading of the reference: https://docs.docker.com/reference/dockerfile/
import { describe, expect, it } from '@jest/globals';
import { dockerfileOf } from '../formats/dockerfile/reading.ts';
import fc from '../support/fast-check.ts';
import { imageOf } from './model.ts';

// ---- the second reading --------------------------------------------------------------------------------

interface Stage {
  readonly base: string;
  readonly name: string | undefined;
}

/** Instructions of a file: continued lines joined, comments and the text of here-documents left out. */
function instructionsOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const sign = /^#\s*escape\s*=\s*(\S)/i.exec(lines[0] ?? '')?.[1] ?? '\\';
  const found: string[] = [];
  let open: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^\s*#/.test(line) || (open !== null && line.trim() === '')) continue;
    const continues = line.trimEnd().endsWith(sign);
    const own = continues ? line.trimEnd().slice(0, -1) : line;
    open = (open ?? '') + own;
    if (continues) continue;
    if (open.trim() !== '') found.push(open.trim());
    const delimiter = /^(?:RUN|COPY)\s.*<<-?(["']?)(\w+)\1/i.exec(open.trim())?.[2];
    open = null;
    if (delimiter !== undefined) while (++at < lines.length && lines[at]?.trim() !== delimiter);
  }
  if (open !== null && open.trim() !== '') found.push(open.trim());
  return found;
}

function expanded(word: string, values: ReadonlyMap<string, string>): string {
  return word
    .replace(/^(["'])(.*)\1$/, '$2')
    .replace(/\$\{(\w+):([-+])([^${}]*)\}|\$\{?(\w+)\}?/g, (_, name, operator, other, plain) => {
      const value = values.get(name ?? plain) ?? '';
      if (operator === undefined) return value;
      return operator === '-' ? value || other : value && other;
    });
}

/** The stages with what each is built on; a stage that is built on another has the other's base. */
function stagesOf(text: string): readonly Stage[] {
  const values = new Map<string, string>();
  const stages: Stage[] = [];
  for (const instruction of instructionsOf(text)) {
    const [keyword = '', ...words] = instruction.split(/\s+/);
    if (keyword.toUpperCase() === 'ARG' && stages.length === 0) {
      const [name = '', ...value] = (words[0] ?? '').split('=');
      values.set(name, expanded(value.join('='), values));
    }
    if (keyword.toUpperCase() !== 'FROM') continue;
    const [image = '', as, name] = words.filter((word) => !word.startsWith('--'));
    const written = expanded(image, values);
    const below = stages.findLast((stage) => stage.name === written.toLowerCase());
    stages.push({
      base: below?.base ?? written,
      name: as?.toUpperCase() === 'AS' ? name?.toLowerCase() : undefined,
    });
  }
  return stages;
}

// ---- files ---------------------------------------------------------------------------------------------

const image = fc.constantFrom(
  'alpine:3.20',
  'gcr.io/distroless/static',
  'debian:12',
  'busybox',
  'golang:1.25',
);
const word = fc.constantFrom('A', 'B', 'C');
const stageName = fc.constantFrom('build', 'Base', 'run_time', 'x-1');
const blank = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\\n# FROM comment\n', ' \\\n\n  ');
const use = fc.oneof(
  word.map((name) => `$${name}`),
  word.map((name) => `\${${name}}`),
  fc.tuple(word, image).map(([name, other]) => `\${${name}:-${other}}`),
  image.map((other) => `\${UNDECLARED:-${other}}`),
  fc.tuple(word, image).map(([name, other]) => `\${${name}:+${other}}`),
);
const quote = fc.constantFrom('', '"');

const from = fc
  .tuple(
    fc.constantFrom('FROM', 'from', 'From'),
    blank,
    fc.constantFrom('', '--platform=$BUILDPLATFORM', '--platform=linux/amd64'),
    quote,
    fc.oneof(
      { weight: 3, arbitrary: image },
      { weight: 2, arbitrary: use },
      { weight: 2, arbitrary: stageName },
    ),
    fc.option(fc.tuple(blank, fc.constantFrom('AS', 'as'), blank, stageName)),
  )
  .map(([keyword, gap, platform, q, base, as]) => {
    const flags = platform === '' ? '' : `${platform}${gap}`;
    const name = as === null ? '' : as.join('');
    return `${keyword}${gap}${flags}${q}${base}${q}${name}`;
  });

const other = fc.constantFrom(
  'RUN echo FROM nothing',
  'run a && \\\n    FROM=b c \\\n# FROM d\n    d',
  'RUN <<EOF\nFROM hidden\nEOF',
  'COPY <<"END" /etc/x\nFROM hidden AS build\nEND',
  'ARG A=inside',
  'ENV B=inside C="FROM x"',
  'LABEL a="FROM y"',
  '# FROM comment AS build',
  '',
  'COPY --from=build /x /x',
  'CMD ["FROM"]',
);

const file = fc
  .tuple(
    fc.constantFrom('', '# syntax=docker/dockerfile:1\n', '# a comment\n', '# escape=`\n'),
    fc.tuple(image, fc.oneof(image, use), fc.oneof(image, use)),
    fc.array(fc.tuple(from, fc.array(other, { maxLength: 3 })), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '\r\n'),
    fc.constantFrom('', '\n'),
  )
  .map(([head, [a, b, c], stages, feed, end]) => {
    const body = stages.map(([first, others]) => [first, ...others].join('\n')).join('\n');
    const continued = head.includes('escape') ? body.replaceAll('\\\n', '`\n') : body;
    return `${head}ARG A=${a}\narg B=${b}\nARG C=${c}\n${continued}${end}`.replaceAll('\n', feed);
  })
  // A stage that is built on nothing has no image.
  .filter((text) => stagesOf(text).every(({ base }) => base !== ''));

describe('I21: generated files', () => {
  it('have the stages, and the base, that a second reading of the reference gives', () => {
    fc.assert(
      fc.property(file, (text) => {
        const wanted = stagesOf(text);
        expect(dockerfileOf(text).stages.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
        expect(imageOf(text).bases.map(({ reference }) => reference)).toEqual([wanted.at(-1)?.base]);
      }),
      { numRuns: 250 },
    );
  });
});
