import type {
  AndOr,
  ArithmeticExpression,
  Command,
  Pipeline,
  PipelineNode,
  TestExpression,
  Word,
} from 'unbash';
import { BOUNDS, compatible, joinConditions } from '../../../domain/index.ts';
import { compared, type Split, undecided } from '../../../formats/make/conditions.ts';
import type { Conjunction, Guards } from '../../../formats/make/guards.ts';
import { type Choice, closed, type Option, shown, textChoice } from '../../../formats/make/pieces.ts';
import { fitsPattern, plainPatterns } from '../../../formats/shell/patterns.ts';
import { setsVariables } from './arithmetic.ts';
import { arithmeticOf, textOfWord } from './expansion.ts';
import { placeAt, type Site } from './state.ts';
import { isMissingArgument, type ShellHost } from './variables.ts';

/** Where a command succeeds and where it fails; null for one that is taken to succeed. */
export function testOf(host: ShellHost, node: PipelineNode | AndOr, site: Site): Split | null {
  switch (node.type) {
    case 'Pipeline':
      return ofPipeline(host, node, site);
    case 'AndOr':
      return ofList(host, node, site);
    case 'TestCommand':
      return ofExpression(host, node.expression, site);
    case 'ArithmeticCommand':
      return ofArithmetic(host, node.expression, site);
    case 'Command':
      return ofCommand(host, node, site);
    default:
      return null;
  }
}

/** What has set a variable is not done again; it is taken to succeed. */
export function ofArithmetic(
  host: ShellHost,
  expression: ArithmeticExpression | undefined,
  site: Site,
): Split | null {
  const number = setsVariables(expression) ? null : arithmeticOf(host, expression, site);
  if (number === null) return null;
  return number === 0 ? { yes: [], no: [site.when] } : { yes: [site.when], no: [] };
}

/** As a condition: what is no test may go either way. */
export function conditionOf(host: ShellHost, node: PipelineNode | AndOr, site: Site): Split {
  return testOf(host, node, site) ?? either(textOf(site, node), site.when);
}

export function textOf(site: Site, node: { readonly pos: number; readonly end: number }): string {
  return site.source.text.slice(node.pos, Math.min(node.end, node.pos + 80)).replace(/\s+/g, ' ');
}

export function either(subject: string, when: Conjunction): Split {
  return undecided(when, { subject, equals: 'true' });
}

function negated({ yes, no }: Split): Split {
  return { yes: no, no: yes };
}

function ofPipeline(host: ShellHost, node: Pipeline, site: Site): Split | null {
  const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
  const [only, second] = node.commands;
  if (only === undefined || second !== undefined)
    return isNegated ? either(textOf(site, node), site.when) : null;
  const split = testOf(host, only, site);
  if (split === null) return isNegated ? negated(either(textOf(site, only), site.when)) : null;
  return isNegated ? negated(split) : split;
}

function ofList(host: ShellHost, node: AndOr, site: Site): Split | null {
  const [first, ...rest] = node.commands;
  if (first === undefined) return null;
  let all = testOf(host, first, site);
  if (all === null) return null;
  rest.forEach((command, index) => {
    const operator = node.operators[index];
    const before = all ?? { yes: [], no: [] };
    all = combined(before, operator === '||' ? '||' : '&&', (when) =>
      conditionOf(host, command, { ...site, when }),
    );
  });
  return all;
}

function combined(first: Split, operator: '&&' | '||', next: (when: Conjunction) => Split): Split {
  const open = operator === '&&' ? first.yes : first.no;
  const splits = open.slice(0, BOUNDS.alternativesPerValue).map(next);
  const yes = splits.flatMap((split) => split.yes);
  const no = splits.flatMap((split) => split.no);
  return operator === '&&' ? { yes, no: [...first.no, ...no] } : { yes: [...first.yes, ...yes], no };
}

function ofExpression(host: ShellHost, test: TestExpression, site: Site): Split {
  switch (test.type) {
    case 'TestGroup':
      return ofExpression(host, test.expression, site);
    case 'TestNot': {
      const split = ofExpression(host, test.operand, site);
      return test.negations.length % 2 === 1 ? negated(split) : split;
    }
    case 'TestLogical': {
      const [first, ...rest] = test.operands;
      if (first === undefined) return either('', site.when);
      return rest.reduce<Split>(
        (all, operand) =>
          combined(all, test.operator, (when) => ofExpression(host, operand, { ...site, when })),
        ofExpression(host, first, site),
      );
    }
    case 'TestUnary':
      return ofUnary(host, test.operator, test.operand, site, textOf(site, test));
    case 'TestBinary':
      return ofBinary(host, test, site, textOf(site, test));
    default:
      return test satisfies never;
  }
}

/** Text that may have come through make. */
function plain(host: ShellHost, text: string): string {
  return shown(host.marks.read(text, []));
}

/** `[ … ]`, `test …`, `true`, `false`. */
function ofCommand(host: ShellHost, node: Command, site: Site): Split | null {
  const name = plain(host, node.name?.text ?? '');
  if (name === 'true' || name === ':') return { yes: [site.when], no: [] };
  if (name === 'false') return { yes: [], no: [site.when] };
  const body = host.state.functions.get(name)?.body;
  // A function that ends with a test answers a question; any other command is taken to succeed.
  if (body !== undefined && endsInTest(body.at(-1)?.command)) return either(textOf(site, node), site.when);
  if (name !== '[' && name !== 'test') return null;
  const words = node.args.filter((word): word is Word => word.type === 'Word');
  if (name === '[' && words.at(-1)?.text === ']') words.pop();
  const isNegated = words[0]?.text === '!';
  if (isNegated) words.shift();
  const split = ofWords(host, words, site, textOf(site, node));
  return isNegated ? negated(split) : split;
}

function endsInTest(node: PipelineNode | AndOr | undefined): boolean {
  switch (node?.type) {
    case 'TestCommand':
      return true;
    case 'Command':
      return /^(?:\[|test|true|false|return|grep)$/.test(node.name?.text ?? '');
    case 'Pipeline':
    case 'AndOr':
      return endsInTest(node.commands.at(-1));
    case 'BraceGroup':
      return endsInTest(node.body.commands.at(-1)?.command);
    default:
      return false;
  }
}

function ofWords(host: ShellHost, words: readonly Word[], site: Site, text: string): Split {
  const [first, second, third] = words;
  if (first === undefined) return { yes: [], no: [site.when] };
  if (words.length === 1) return ofUnary(host, '-n', first, site, text);
  if (words.length === 2 && second !== undefined)
    return ofUnary(host, plain(host, first.text), second, site, text);
  if (words.length === 3 && second !== undefined && third !== undefined)
    return ofBinary(host, { operator: plain(host, second.text), left: first, right: third }, site, text);
  return either(text, site.when);
}

const NOTHING: Option = { when: [], pieces: [] };

function ofUnary(host: ShellHost, operator: string, operand: Word, site: Site, text: string): Split {
  if (operator !== '-z' && operator !== '-n') return either(text, site.when);
  const value = textOfWord(host, operand, site);
  const split = eachOption(value, site.when, (option, when) => compared(option, NOTHING, when));
  return operator === '-z' ? split : negated(split);
}

const COMPARES: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
};

/** Numbers that are known are compared; what only a run knows may go either way. */
function ofNumbers(
  host: ShellHost,
  compare: (left: number, right: number) => boolean,
  { left, right }: { readonly left: Word; readonly right: Word },
  site: Site,
  text: string,
): Split {
  const others = textOfWord(host, right, site);
  return eachOption(textOfWord(host, left, site), site.when, (option, when) =>
    eachOption(others, when, (other, both) => {
      const [first, second] = [option, other].map(({ pieces }) => closed(pieces) ?? '');
      if (![first, second].every((one) => /^-?\d{1,9}$/.test(one ?? ''))) return either(text, both);
      return compare(Number(first), Number(second)) ? { yes: [both], no: [] } : { yes: [], no: [both] };
    }),
  );
}

function ofBinary(
  host: ShellHost,
  { operator, left, right }: { readonly operator: string; readonly left: Word; readonly right: Word },
  site: Site,
  text: string,
): Split {
  const numeric = COMPARES[operator];
  if (numeric !== undefined) return ofNumbers(host, numeric, { left, right }, site, text);
  if (operator !== '=' && operator !== '==' && operator !== '!=') return either(text, site.when);
  const split = matches(textOfWord(host, left, site), host, right, site);
  return operator === '!=' ? negated(split) : split;
}

/** Where a value fits a pattern. */
export function matches(value: Choice, host: ShellHost, pattern: Word, site: Site): Split {
  const wanted = isQuoted(pattern) ? textOfWord(host, pattern, site) : patternOf(host, pattern, site);
  const isPattern = !isQuoted(pattern);
  return eachOption(value, site.when, (option, when) =>
    eachOption(wanted, when, (other, both) => {
      const text = closed(other.pieces);
      if (!isPattern || text === undefined || !/[*?[]|[@+!]\(/.test(text))
        return compared(option, other, both);
      if (/^\*+$/.test(text)) return { yes: [both], no: [] };
      const held = closed(option.pieces);
      const wanted = plainPatterns(text);
      if (held === undefined || wanted === null)
        return either(`${shown(option.pieces)} is like ${text}`, both);
      const fits = wanted.some((one) => fitsPattern(one, held));
      return fits ? { yes: [both], no: [] } : { yes: [], no: [both] };
    }),
  );
}

function isQuoted(word: Word): boolean {
  return /^(["']).*\1$/s.test(word.text);
}

/** The parser cuts patterns at their signs; their text is the pattern. */
function patternOf(host: ShellHost, word: Word, site: Site): Choice {
  return /[$`]/.test(word.text)
    ? textOfWord(host, word, site)
    : textChoice(word.value, [placeAt(site, word.pos)]);
}

function eachOption(
  choice: Choice,
  when: Conjunction,
  decide: (option: Option, when: Conjunction) => Split,
): Split {
  const yes: Conjunction[] = [];
  const no: Conjunction[] = [];
  for (const option of choice.options) {
    if (!compatible(when, option.when)) continue;
    const pieces = option.pieces.filter((piece) => !isMissingArgument(piece));
    const split = decide({ when: [], pieces }, joinConditions(when, option.when));
    yes.push(...split.yes);
    no.push(...split.no);
  }
  return { yes, no };
}

/** So many ways are followed apart; more are taken as one. */
const MOST_WAYS = 4;
/** What lies under more conditions counts as what may happen at all. */
const MOST_CONDITIONS = 8;

/** Ways to run something in, or the one that they all lie in. */
export function waysOf(guards: Guards, outer: Conjunction): Guards {
  const isMany = guards.length > MOST_WAYS || guards.some((guard) => guard.length > MOST_CONDITIONS);
  return isMany ? [outer] : guards;
}
