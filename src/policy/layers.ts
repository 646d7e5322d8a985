import {
  compareText,
  type NonEmpty,
  type PolicyProblem,
  type PolicyText,
  type Tier,
} from '../domain/index.ts';
import { type BaseTable, readBaseTable } from './base-table.ts';
import { type PolicyLayer, readLayer } from './layer.ts';

/** What a policy is compiled with. */
export interface PolicyGiven {
  /** The text of `policies/bases.yaml`, as it is or packed. */
  readonly basesText: string;
  /** The texts of the policies that ship with Plinth, by name. */
  readonly shipped: Readonly<Record<string, string>>;
  /** Every rule that exists: a policy that names another one is refused. */
  readonly ruleIds: readonly string[];
  /** Whether somebody chose this policy, so that it governs its names; by default: where a tier other than `shipped` has a text. */
  readonly chosen?: boolean;
}

/** The policy that applies where no tier has one, and that a text without `extends` stands on. */
export const DEFAULT_POLICY = 'kep-1729';

/** The texts that count, each read and checked: strongest first, the shipped one last. */
export function readLayers(
  texts: readonly PolicyText[],
  given: PolicyGiven,
  table: BaseTable,
): { readonly layers: readonly PolicyLayer[] } | { readonly problems: NonEmpty<PolicyProblem> } {
  const operator = texts.filter((text) => text.tier === 'operator');
  const counting = operator.length > 0 ? operator : inOrder(texts.filter((text) => text.tier !== 'shipped'));
  const layers: PolicyLayer[] = [];
  const problems: PolicyProblem[] = [];
  const context = { table, ruleIds: given.ruleIds, shippedNames: Object.keys(given.shipped) };
  const add = (text: PolicyText): void => {
    const read = readLayer(text, context);
    if ('problems' in read) problems.push(...read.problems);
    else layers.push(read.layer);
  };
  counting.forEach(add);
  const named = layers.find((layer) => layer.config.extends !== undefined)?.config.extends;
  const offered = texts.find((text) => text.tier === 'shipped');
  const shipped =
    named === undefined && offered !== undefined ? offered.text : shippedText(given, named ?? DEFAULT_POLICY);
  if (shipped !== undefined) add({ tier: 'shipped', from: 'shipped', text: shipped });
  // An unknown `extends` is a problem of its text already.
  else if (problems.length === 0) problems.push(missingPolicy(named ?? DEFAULT_POLICY));
  const [first, ...rest] = problems;
  return first === undefined ? { layers } : { problems: [first, ...rest] };
}

function shippedText({ shipped }: PolicyGiven, name: string): string | undefined {
  return Object.hasOwn(shipped, name) ? shipped[name] : undefined;
}

function missingPolicy(name: string): PolicyProblem {
  const message = `the policy ${name} is missing from this installation: install Plinth again`;
  return { from: 'shipped', line: 1, column: 1, message };
}

const STRENGTH: readonly Tier[] = ['worktree', 'repository', 'organisation'];

/** The most specific first: it stands on the others. */
function inOrder(texts: readonly PolicyText[]): readonly PolicyText[] {
  return [...texts].sort(
    (a, b) => STRENGTH.indexOf(a.tier) - STRENGTH.indexOf(b.tier) || compareText(a.from, b.from),
  );
}

let lastTable: { readonly text: string; readonly read: ReturnType<typeof readBaseTable> } | undefined;

/** The same text gives the same table; one process judges with one. */
export function tableOf(text: string): ReturnType<typeof readBaseTable> {
  if (lastTable?.text !== text) lastTable = { text, read: readBaseTable(text) };
  return lastTable.read;
}
