import {
  compareText,
  type NonEmpty,
  type PolicyProblem,
  type PolicyText,
  type Tier,
} from '../domain/index.ts';
import { type BaseTable, readBaseTable } from './base-table.ts';
import { readDocument } from './document.ts';
import { type PolicyLayer, readLayer } from './layer.ts';
import { shippedNamesOf, type TierStack } from './tiers.ts';

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

/**
 * The texts that count, each read and checked. An operator's text stands alone, as if it locked every key; one that names what it locks
 * leaves the rest to the weaker tiers, which then stand on it (docs/decisions/0008-policy-tiers.md).
 */
export function readTiers(
  texts: readonly PolicyText[],
  given: PolicyGiven,
  table: BaseTable,
): { readonly stack: TierStack } | { readonly problems: NonEmpty<PolicyProblem> } {
  const problems: PolicyProblem[] = [];
  const context = { table, ruleIds: given.ruleIds, shippedNames: Object.keys(given.shipped) };
  const read = (text: PolicyText): PolicyLayer | undefined => {
    const found = readLayer(text, context);
    if ('layer' in found) return found.layer;
    problems.push(...found.problems);
    return undefined;
  };
  const readAll = (some: readonly PolicyText[]) => some.flatMap((text) => read(text) ?? []);
  const operator = readAll(texts.filter((text) => text.tier === 'operator'));
  const isOpen = operator.some(({ config }) => config.lock !== undefined);
  const isAlone = !isOpen && texts.some((text) => text.tier === 'operator');
  const others = isAlone ? [] : inOrder(texts.filter(({ tier }) => STRENGTH.includes(tier)));
  const own = [...readAll(others), ...operator];
  const offered = texts.find((text) => text.tier === 'shipped');
  const known = new Map<string | undefined, PolicyLayer | undefined>();
  const shipped = (name: string | undefined): PolicyLayer | undefined => {
    if (known.has(name)) return known.get(name);
    const text =
      name === undefined && offered !== undefined ? offered.text : shippedText(given, name ?? DEFAULT_POLICY);
    const layer = text === undefined ? undefined : read({ tier: 'shipped', from: 'shipped', text });
    known.set(name, layer);
    return layer;
  };
  for (const name of shippedNamesOf(own)) {
    // An unknown `extends` is a problem of its text already.
    if (shipped(name) === undefined && problems.length === 0)
      problems.push(missingPolicy(name ?? DEFAULT_POLICY));
  }
  const [first, ...rest] = problems;
  return first === undefined ? { stack: { own, shipped } } : { problems: [first, ...rest] };
}

/** Whether an operator's text names what it locks, so that it leaves the other keys to weaker tiers. */
export function leavesKeys({ text }: PolicyText): boolean {
  const read = readDocument(text);
  return 'document' in read && Object.hasOwn(read.document.data, 'lock');
}

function shippedText({ shipped }: PolicyGiven, name: string): string | undefined {
  return Object.hasOwn(shipped, name) ? shipped[name] : undefined;
}

function missingPolicy(name: string): PolicyProblem {
  const message = `the policy ${name} is missing from this installation: install Plinth again`;
  return { from: 'shipped', line: 1, column: 1, message };
}

/** Below the operator, the weakest first. */
const STRENGTH: readonly Tier[] = ['worktree', 'repository', 'organisation'];

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
