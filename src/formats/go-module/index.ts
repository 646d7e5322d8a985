// go.mod: what a module is called, which Go and which modules it needs itself.
// In: a blob's text. Out: one fact.
// Not here: replaced modules, go.sum, what an import means.
import type { Fact, GoModuleFact, Span } from '../../domain/index.ts';
import type { Format } from '../format.ts';

const MODULE = /^module[ \t]+"?([^\s"]{1,512})"?/;
const GO = /^go[ \t]+(\d{1,3}\.\d{1,3})/;
const REQUIRE = /^(?:require[ \t]+)?([^\s"()]{1,512})[ \t]+(v[^\s]{1,128})(?:[ \t]*\/\/[ \t]*(indirect))?/;
const MOST_LINES = 20_000;

function facts(text: string): readonly Fact[] {
  const requires: GoModuleFact['requires'][number][] = [];
  let module: string | undefined;
  let go: string | undefined;
  let isInBlock = false;
  text.split('\n', MOST_LINES).forEach((line, index) => {
    const trimmed = line.slice(0, 2048).trim();
    module ??= MODULE.exec(trimmed)?.[1];
    go ??= GO.exec(trimmed)?.[1];
    if (/^require[ \t]*\(/.test(trimmed)) isInBlock = true;
    else if (trimmed === ')') isInBlock = false;
    else if (isInBlock || trimmed.startsWith('require')) {
      const match = REQUIRE.exec(trimmed);
      if (match?.[1] === undefined || match[2] === undefined || match[3] !== undefined) return;
      requires.push({ path: match[1], version: match[2], span: spanOf(index, line) });
    }
  });
  if (module === undefined) return [];
  return [{ kind: 'go-module', module, ...(go === undefined ? {} : { go }), requires }];
}

function spanOf(index: number, line: string): Span {
  const start = line.length - line.trimStart().length + 1;
  return {
    start: { line: index + 1, column: start },
    end: { line: index + 1, column: Math.max(start, line.trimEnd().length + 1) },
  };
}

export const goModule: Format = {
  id: 'go-module',
  version: 2,
  covers: 'The name of a Go module, its version of Go and what it requires directly (`go.mod`).',
  profileOf: (path) => (/(^|\/)go\.mod$/.test(path) ? 'go-module' : null),
  mayMatter: (text) => text.includes('module'),
  facts: (text) => facts(text),
};
