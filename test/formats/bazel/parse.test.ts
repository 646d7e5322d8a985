import { describe, expect, it } from '@jest/globals';
import type { StarlarkExpression } from '../../../src/domain/index.ts';
import { parseStarlark } from '../../../src/formats/bazel/parse.ts';

/** An expression as a short text with every operation in parentheses. */
function written(node: StarlarkExpression): string {
  switch (node.kind) {
    case 'name':
      return node.name;
    case 'text':
      return JSON.stringify(node.text);
    case 'number':
      return String(node.value);
    case 'list':
      return `[${node.items.map(written).join(', ')}]`;
    case 'tuple':
      return `(${node.items.map((item) => `${written(item)},`).join(' ')})`;
    case 'dict':
      return `{${node.entries.map(({ key, value }) => `${written(key)}: ${written(value)}`).join(', ')}}`;
    case 'call':
      return `${written(node.callee)}(${node.arguments
        .map(
          ({ name, spread, value }) =>
            `${spread ?? ''}${name === undefined ? '' : `${name}=`}${written(value)}`,
        )
        .join(', ')})`;
    case 'attribute':
      return `${written(node.of)}.${node.name}`;
    case 'index':
      return `${written(node.of)}[${written(node.index)}]`;
    case 'slice':
      return `${written(node.of)}[${[node.from, node.to, node.step].map((one) => (one === undefined ? '' : written(one))).join(':')}]`;
    case 'unary':
      return `(${node.operator} ${written(node.operand)})`;
    case 'binary':
      return `(${written(node.left)} ${node.operator} ${written(node.right)})`;
    case 'choice':
      return `(${written(node.then)} if ${written(node.test)} else ${written(node.otherwise)})`;
    case 'comprehension':
      return `<${written(node.element)}${node.value === undefined ? '' : `: ${written(node.value)}`}${node.clauses
        .map((clause) =>
          clause.kind === 'for'
            ? ` for ${written(clause.target)} in ${written(clause.over)}`
            : ` if ${written(clause.test)}`,
        )
        .join('')}>`;
    case 'lambda':
      return `lambda ${node.parameters.map(({ name }) => name).join(', ')}: ${written(node.body)}`;
    default:
      return node satisfies never;
  }
}

function expression(text: string): string {
  const { statements, unread } = parseStarlark(text);
  const [statement] = statements;
  if (unread.length > 0) return `unread: ${unread[0]?.because}`;
  return statement?.kind === 'expression' ? written(statement.value) : `no expression: ${statement?.kind}`;
}

describe('expressions', () => {
  it.each([
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['not a in b', '(not (a in b))'],
    ['a not in b and c or d', '(((a not in b) and c) or d)'],
    ['x if a else y if b else z', '(x if a else (y if b else z))'],
    ['-a % 2', '((- a) % 2)'],
    ['"%s-%s" % (a, b)', '("%s-%s" % (a, b,))'],
    ['f(a, *b, name = "x", **c)', 'f(a, *b, name="x", **c)'],
    ['a.b(c)[0][1:]', 'a.b(c)[0][1::]'],
    ['[f(x) for x, y in d.items() if y]', '<f(x) for (x, y,) in d.items() if y>'],
    ['{k: v for k, v in d}', '<k: v for (k, v,) in d>'],
    ['{"a": 1, "b": [2,],}', '{"a": 1, "b": [2]}'],
    ['(a,)', '(a,)'],
    ['()', '()'],
    ['lambda x, y: x + y', 'lambda x, y: (x + y)'],
    ['"a" "b"', '"ab"'],
    ['r\'\\d\' + \'\\n\\x41\\[\' + """a\nb"""', '(("\\\\d" + "\\nA\\\\[") + "a\\nb")'],
    ['select({":a": 1}) + [\n  2,  # two\n]', '(select({":a": 1}) + [2])'],
  ])('%s', (text, wanted) => {
    expect(expression(text)).toBe(wanted);
  });
});

describe('statements', () => {
  it('reads functions with blocks, defaults and spreads', () => {
    const { statements, unread } = parseStarlark(
      'def image(name, base = "x", *args, tag, **kwargs):\n    """Makes one."""\n    if not base: fail("no base")\n    elif tag:\n        pass\n    else:\n        for a in args:\n            f(a)\n\n    return [name]\n\nX = 1\n',
    );
    expect(unread).toEqual([]);
    expect(statements.map(({ kind }) => kind)).toEqual(['def', 'assign']);
    const [def] = statements;
    if (def?.kind !== 'def') throw new Error('no function');
    expect(def.parameters.map(({ name, spread }) => `${spread ?? ''}${name}`)).toEqual([
      'name',
      'base',
      '*args',
      'tag',
      '**kwargs',
    ]);
    expect(def.body.map(({ kind }) => kind)).toEqual(['expression', 'if', 'return']);
  });

  it('reads loads with and without new names', () => {
    const { statements } = parseStarlark('load("//a:b.bzl", "one", two = "zwei",)\n');
    expect(statements).toMatchObject([
      {
        from: '//a:b.bzl',
        names: [
          { local: 'one', original: 'one' },
          { local: 'two', original: 'zwei' },
        ],
      },
    ]);
  });

  it('keeps places in characters, whatever stands before', () => {
    const { statements } = parseStarlark('# ä\nx = """\n𝒳""" + y("z")\n');
    const [assign] = statements;
    if (assign?.kind !== 'assign' || assign.value.kind !== 'binary') throw new Error('no sum');
    expect(assign.value.right.at).toEqual([3, 9, 3, 15]);
  });

  it('reads files with carriage returns, tabs, a last line without an end, and continuations', () => {
    const { statements, unread } = parseStarlark('def f():\r\n\treturn 1 + \\\r\n\t\t2\r\n\r\nx = f()');
    expect(unread).toEqual([]);
    expect(statements.map(({ kind }) => kind)).toEqual(['def', 'assign']);
  });
});

describe('text that is no Starlark', () => {
  it('costs the statement that it stands in, and is said', () => {
    const { statements, unread } = parseStarlark('a = 1\nb = = 2\nc = 3\n');
    expect(statements.map(({ at }) => at[0])).toEqual([1, 3]);
    expect(unread.map(({ because }) => because)).toEqual(['line 2: = is not expected here']);
  });

  it('says a bracket that is never closed, and goes on behind its line', () => {
    const { statements, unread } = parseStarlark('f(\n  a,\ng(b)\nh(c)\n');
    expect(unread.length).toBeGreaterThan(0);
    expect(statements.length).toBeGreaterThan(0);
  });

  it.each([
    ['brackets', '('.repeat(50_000)],
    ['lists', '['.repeat(200_000)],
    ['not', `${'not '.repeat(100_000)}x`],
    ['minus', `x = ${'-'.repeat(100_000)}1`],
    ['conditions', `x = ${'a if b else '.repeat(50_000)}c`],
    ['sums', `x = ${'a + '.repeat(100_000)}b`],
    ['calls', `x = f${'()'.repeat(100_000)}`],
    ['lambdas', `x = ${'lambda: '.repeat(50_000)}1`],
    ['blocks', Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}if a:\n`).join('')],
    ['unclosed brackets on each line', 'f(\n'.repeat(50_000)],
    ['unclosed strings on each line', 'f("\n'.repeat(50_000)],
    ['an unclosed long string', `x = """${'a\n'.repeat(100_000)}`],
    ['stray signs', '?'.repeat(100_000)],
    [
      'deep indentation that jumps',
      Array.from({ length: 5000 }, (_, i) => `${' '.repeat(i % 7)}a\n`).join(''),
    ],
  ])('ends on many nested or broken %s, and says so', (_, text) => {
    const { unread } = parseStarlark(text);
    expect(unread.length).toBeGreaterThan(0);
    expect(unread.length).toBeLessThan(20);
  });

  it('reads a dictionary of a megabyte', () => {
    const text = `X = {\n${Array.from({ length: 25_000 }, (_, i) => `    "key-${i}": "sha256:${i}",\n`).join('')}}\n`;
    const { statements, unread } = parseStarlark(text);
    expect(unread).toEqual([]);
    expect(statements).toHaveLength(1);
  });
});
