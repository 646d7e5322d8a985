import { describe, expect, it } from '@jest/globals';
import type { ShellScript, SimpleCommand } from '../../../src/domain/index.ts';
import { comparePositions } from '../../../src/domain/index.ts';
import { placeIn, readShell } from '../../../src/formats/shell/index.ts';
import fc from '../../support/fast-check.ts';

function read(text: string): ShellScript {
  return readShell(text, placeIn(text));
}

/** The words of each command as one line. */
function lines(text: string): readonly string[] {
  return read(text).commands.map(({ words }) => words.map((word) => word.text).join(' '));
}

/** The names of the commands of which something holds. */
function names(text: string, holds: (command: SimpleCommand) => boolean): readonly string[] {
  return read(text)
    .commands.filter(holds)
    .map(({ words }) => words[0]?.text ?? '');
}

describe('finds every simple command in text order', () => {
  it.each<[string, readonly string[]]>([
    ['a b; c\nd & e', ['a b', 'c', 'd', 'e']],
    ['a && b || ! c', ['a', 'b', 'c']],
    ['a | b |& c', ['a', 'b', 'c']],
    ['(a; b) ; { c; }', ['a', 'b', 'c']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['for x in $(a); do b "$x"; done', ['a', 'b $x']],
    ['while a; do b; done < <(c)', ['a', 'b', 'c']],
    ['until a; do b; done', ['a', 'b']],
    ['case $x in a|b) c;; *) d;; esac', ['c', 'd']],
    ['f() { a; }; function g { b; }', ['a', 'b']],
    ['x=$(a "$(b)") y=`c`', ['', 'a $(b)', 'b', 'c']],
    ['[[ $(a) == b ]] && (( $(c) > 1 ))', ['a', 'c']],
    ['[ -f x ] && test -d y', ['[ -f x ]', 'test -d y']],
    ['echo "${x:-$(a)}" >"$(b)"', ['echo ${x:-$(a)}', 'a', 'b']],
    ['cat <<EOF\n$(a) b\nEOF\nc', ['cat', 'a', 'c']],
    ["cat <<'EOF'\n$(a) b\nEOF\nc", ['cat', 'c']],
    ['cat <<-EOF | a\n\tb\n\tEOF\nc', ['cat', 'a', 'c']],
    ['a <<<"$(b)"', ['a', 'b']],
    ['time -p a; coproc b; exec c; ! d', ['a', 'b', 'exec c', 'd']],
    ['a # b; c\n# d\ne', ['a', 'e']],
    ['echo `a \\`b\\``', ['echo `a \\`b\\``', 'a `b`', 'b']],
    ['tee >(a) </dev/null', ['tee >(a)', 'a']],
    ['echo "a; b" \'c | d\' e\\;f', ['echo a; b c | d e;f']],
    ['', []],
    ['# only a comment', []],
  ])('%j', (text, expected) => {
    expect(lines(text)).toEqual(expected);
    expect(read(text).unreadable).toBeUndefined();
  });

  it('text that other commands run is left alone', () => {
    expect(lines(`trap 'rm x' EXIT; eval "a b"; sh -c 'c; d'`)).toEqual([
      'trap rm x EXIT',
      'eval a b',
      'sh -c c; d',
    ]);
  });

  it('the text of a RUN: continuations, and comments as substitutions of nothing', () => {
    const text =
      'apt-get update && \\\n  apt-get install -y \\\n    `# to fetch` \\\n    curl=1:2 \\\n && rm -rf /var/lib/apt/lists/*';
    expect(lines(text)).toEqual([
      'apt-get update',
      'apt-get install -y curl=1:2',
      'rm -rf /var/lib/apt/lists/*',
    ]);
  });

  it('carriage returns at line ends are no part of words, and places stay those of the file', () => {
    const { commands, unreadable } = read('a b \\\r\n  c\r\ncat <<E\r\nx\r\nE\r\nd\r\n');
    expect(unreadable).toBeUndefined();
    expect(commands.map(({ words }) => words.map((word) => word.text))).toEqual([
      ['a', 'b', 'c'],
      ['cat'],
      ['d'],
    ]);
    expect(commands[0]?.words[2]?.span).toEqual({
      start: { line: 2, column: 3 },
      end: { line: 2, column: 4 },
    });
    expect(commands[2]?.span.start).toEqual({ line: 6, column: 1 });
  });
});

describe('words', () => {
  it.each<[string, string, boolean]>([
    ['plain', 'plain', true],
    ['"a b"', 'a b', true],
    ["'$x'", '$x', true],
    ['a\\ b', 'a b', true],
    ['a\\\nb', 'ab', true],
    ["$'a\\tb'", 'a\tb', true],
    ['"\\$x"', '$x', true],
    ['\\*', '*', true],
    ['"*"', '*', true],
    ['{}', '{}', true],
    ['[', '[', true],
    ['a~', 'a~', true],
    ['$x', '$x', false],
    ['"$HOME/bin"', '$HOME/bin', false],
    ['a${x:-b}c', 'a${x:-b}c', false],
    ['$(a)', '$(a)', false],
    ['`a`', '`a`', false],
    ['$((1+1))', '$((1+1))', false],
    ['*.deb', '*.deb', false],
    ['a?', 'a?', false],
    ['[ab]', '[ab]', false],
    ['{a,b}', '{a,b}', false],
    ['~/bin', '~/bin', false],
    ['$(NODE_NAME)', '$(NODE_NAME)', false],
  ])('%j is %j, literal: %s', (word, text, literal) => {
    expect(read(`x ${word}`).commands[0]?.words[1]).toMatchObject({ text, literal });
  });

  it('know their place, in UTF-16 units', () => {
    const [, word] = read('é😀 "a\n b"').commands[0]?.words ?? [];
    expect(word?.span).toEqual({ start: { line: 1, column: 5 }, end: { line: 2, column: 4 } });
  });

  it('assignments in front are none; behind the name they are words', () => {
    const [first, second, third] = read('A=1 B="x $y" run C=2; D=$(date); export E="f g" H=$i').commands;
    expect(first?.assignments).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: 'x $y' },
    ]);
    expect(first?.words.map(({ text }) => text)).toEqual(['run', 'C=2']);
    expect(second).toMatchObject({ words: [], assignments: [{ name: 'D', value: '$(date)' }] });
    expect(read('export E="f g" H=$i').commands[0]?.words).toMatchObject([
      { text: 'export' },
      { text: 'E=f g', literal: true },
      { text: 'H=$i', literal: false },
    ]);
    expect(third?.words[0]?.text).toBe('date');
  });
});

describe('redirections', () => {
  function written(text: string): readonly string[] {
    return read(text).commands.map(
      ({ words, redirections }) =>
        `${words[0]?.text ?? ''}: ${redirections.map((each) => `${each.descriptor ?? ''}${each.operator}${each.target}`).join(' ')}`,
    );
  }

  it.each<[string, readonly string[]]>([
    ['a 1>>/var/log/a.log 2>&1', ['a: 1>>/var/log/a.log 2>&1']],
    ['a &>"/x y" </in', ['a: &>/x y </in']],
    ['a >|x 2>&- 3<>y &>>z', ['a: >|x 2>&- 3<>y &>>z']],
    ['a >&"$x" <<<b', ['a: >&$x <<<b']],
    ['a <<-"E"\n\tx\n\tE\n', ['a: <<E']],
    ['>x', [': >x']],
    ['exec >>/var/log/x 2>&1', ['exec: >>/var/log/x 2>&1']],
    ['{ a; b 2>e; } >out', ['a: >out', 'b: 2>e >out']],
    ['for i in 1; do a; done >out; b', ['a: >out', 'b: ']],
    ['f() { a; } 2>e; (b) >o | c', ['a: 2>e', 'b: >o', 'c: ']],
    // What is captured does not go where the output around it goes.
    ['{ x=$(a); } >out', [': >out', 'a: ']],
  ])('%j', (text, expected) => {
    expect(written(text)).toEqual(expected);
  });
});

describe('where a command stands', () => {
  it('in a function', () => {
    expect(names('a; f() { b; $(c); }; d', ({ inFunction }) => inFunction)).toEqual(['b', '$(c)', 'c']);
  });

  it('in a substitution, whose output is captured', () => {
    expect(names('a "$(b | c)" `d` <(e) >(f); (g)', ({ substituted }) => substituted)).toEqual([
      'b',
      'c',
      'd',
      'e',
    ]);
  });

  it('before a pipe', () => {
    expect(names('a 2>&1 | b | c; { d; e; } | f && g', ({ piped }) => piped)).toEqual(['a', 'b', 'd', 'e']);
  });

  it('a substitution inside a pipeline is not piped itself', () => {
    expect(names('a $(b) | c', ({ piped }) => piped)).toEqual(['a']);
  });
});

describe('text of manifests', () => {
  it('template actions are parts of words that are not literal', () => {
    const [command] = read(
      `exec /usr/local/bin/x {{params}} --a={{pillar.get("x", "y z")}} 1>>/var/log/{{name}}.log 2>&1`,
    ).commands;
    expect(command?.words).toMatchObject([
      { text: 'exec', literal: true },
      { text: '/usr/local/bin/x', literal: true },
      { text: '{{params}}', literal: false },
      { text: '--a={{pillar.get("x", "y z")}}', literal: false },
    ]);
    expect(command?.redirections[0]?.target).toBe('/var/log/{{name}}.log');
    expect(command?.words[3]?.span).toEqual({ start: { line: 1, column: 34 }, end: { line: 1, column: 64 } });
  });

  it.each<[string, readonly string[]]>([
    ['a \\\n  {{- if .Values.x }}\n  --b \\\n  {{- end }}\n  --c', ['a --b --c']],
    ['{{ if x }}\na\n{{ else }}\nb {{ x }}{{ y }} z\n{{ end }}', ['a', 'b {{ x }}{{ y }} z']],
    [`docker inspect -f '{{.Id}} {{.Name}}' x`, ['docker inspect -f {{.Id}} {{.Name}} x']],
    ['{{ .Values.command }} --flag', ['{{ .Values.command }} --flag']],
    ['run ${{ github.ref }}', ['run ${{ github.ref }}']],
    ['a {{ unclosed', ['a {{ unclosed']],
  ])('%j', (text, expected) => {
    expect(lines(text)).toEqual(expected);
    expect(read(text).unreadable).toBeUndefined();
  });

  it('$(NAME) is put in by Kubernetes, $(name) by the shell', () => {
    expect(lines('a --node=$(NODE_NAME) $(date)')).toEqual(['a --node=$(NODE_NAME) $(date)', 'date']);
  });
});

describe('text that cannot be read to the end', () => {
  it.each(['${|\\', '${\n\\', '|\\'])('%j: places stay inside', (text) => {
    const last = placeIn(text)(text.length);
    for (const { span } of read(text).commands)
      expect(comparePositions(span.end, last)).toBeLessThanOrEqual(0);
  });

  it('says where, in lines of the file', () => {
    const text = 'a\nb; }\nc';
    const read = readShell(text, (offset) => {
      const { line, column } = placeIn(text)(offset);
      return { line: line + 10, column };
    });
    expect(read.unreadable).toBe("line 12: unexpected token '}'");
    expect(read.commands.map(({ words }) => words[0]?.text)).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, readonly string[]]>([
    ['a "unclosed\nb; c | d', ['a unclosed', 'b', 'c', 'd']],
    ["a 'unclosed\nb {{x}} >y", ['a unclosed', 'b {{x}}']],
    ['a $(b\nif c; then d', ['c', 'd']],
    ['for x in; do; "\na; A=1 b', ['a', 'b']],
  ])('%j: commands behind the failure are found', (text, expected) => {
    expect(read(text).unreadable).toMatch(/^line 1: |^line 2: /);
    expect(lines(text)).toEqual(expect.arrayContaining([...expected]));
  });

  it.each<[string, string, RegExp]>([
    ['10,000 parentheses', '('.repeat(10_000), /nesting depth|unterminated|unexpected|expected/],
    ['10,000 closed parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`, /nesting depth/],
    ['10,000 substitutions', `a; ${'$('.repeat(10_000)}`, /deep|nesting|unterminated/],
    ['10,000 substitutions in quotes', '"$('.repeat(10_000), /deep|nesting|unterminated/],
    ['10,000 expansions', `a; ${'${a:-'.repeat(10_000)}`, /deep|nesting|unterminated/],
    ['100,000 functions in a chain', 'f() '.repeat(100_000), /^more than 1500 functions$/],
    ['100,000 coprocesses', 'coproc '.repeat(100_000), /functions/],
    ['200,000 here-documents on a line', `cat${' <<E'.repeat(200_000)}`, /^more than 4096 here-documents$/],
    [
      'a tail below 250 substitutions',
      `${'$('.repeat(250)}${'a;'.repeat(400_000)}`,
      /deep|more than|unterminated/,
    ],
    ['300,000 commands', 'a;'.repeat(300_000), /^line 1: more than 20000 commands$/],
    ['more than 2,000,000 characters', ' '.repeat(2_000_001), /^longer than 2000000 characters$/],
    ['an unclosed quote of 1 MB', `a "${'b '.repeat(500_000)}`, /unterminated double quote/],
  ])('%s', (_, text, why) => {
    expect(read(text).unreadable).toMatch(why);
  });

  it('the commands that are kept of too many are the first ones', () => {
    expect(lines(`first; ${'a;'.repeat(30_000)}`)[0]).toBe('first');
  });

  it.each<[string, string]>([
    ['a line of 1 MB', 'a '.repeat(500_000)],
    ['a word of 1 MB', 'a'.repeat(1_000_000)],
    ['continuations', '\\\n'.repeat(500_000)],
    ['comments', '# x\n'.repeat(250_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['NUL', '\0'.repeat(1_000_000)],
    ['100,000 template actions', '{{ a }}'.repeat(100_000)],
    ['an open template action', '{{'.repeat(400_000)],
    ['lone surrogates', '\ud800'.repeat(500_000)],
    ['1 MB of assignments', 'a=b '.repeat(250_000)],
  ])('%s is read', (_, text) => {
    const { commands, unreadable } = read(text);
    expect(unreadable).toBeUndefined();
    expect(commands.length).toBeLessThanOrEqual(1);
  });

  it('redirections of nested groups do not multiply', () => {
    const text = `${'{ '.repeat(250)}${'a;'.repeat(2_000)}${'} >x'.repeat(250)}`;
    for (const { redirections } of read(text).commands) expect(redirections.length).toBeLessThanOrEqual(8);
  });
});

it('is total: any text gives commands in order, with places in the text', () => {
  const pieces = [
    'a',
    ' ',
    '\n',
    ';',
    '|',
    '&',
    '(',
    ')',
    '{',
    '}',
    '$',
    '`',
    '"',
    "'",
    '\\',
    '<',
    '>',
    '<<E\n',
    'E\n',
    'if ',
    'fi',
    'do ',
    'done',
    'case ',
    'esac',
    ' in ',
    '((',
    '[[',
    '{{',
    '}}',
    '#',
    '=',
    '*',
    '\r\n',
    '\ue0fe',
    '~',
    '!',
    'f() ',
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => list.join(''));
  fc.assert(
    fc.property(text, (source) => {
      const last = placeIn(source)(source.length);
      let before = { line: 1, column: 1 };
      for (const { span, words } of read(source).commands) {
        expect(comparePositions(before, span.start)).toBeLessThanOrEqual(0);
        expect(comparePositions(span.start, span.end)).toBeLessThanOrEqual(0);
        expect(comparePositions(span.end, last)).toBeLessThanOrEqual(0);
        for (const word of words)
          expect(comparePositions(span.start, word.span.start)).toBeLessThanOrEqual(0);
        before = span.start;
      }
    }),
    { numRuns: 2_000, seed: 4 },
  );
});
