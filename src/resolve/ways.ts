import type { DockerfileFact, Invocation, Location, Value } from '../domain/index.ts';
import { closedText, folderOf, isNonEmpty } from '../domain/index.ts';
import { isDockersFrontend } from '../formats/dockerfile/facts.ts';

/** One way to build a definition; null for its defaults. */
export type Way = Invocation | null;

/** A way that says only who builds a definition, in its own folder. */
export function plainWay(definition: string, by: Pick<Invocation, 'workflow' | 'at' | 'rule'>): Invocation {
  return {
    ...by,
    definition,
    context: folderOf(definition),
    buildArguments: new Map(),
    substitutions: [],
    tags: [],
    contexts: new Map(),
    pushes: false,
  };
}

/** Ways that differ in what a definition can see. */
const MOST_WAYS = 64;
/** Instructions that are read for one definition over all ways to build it. */
const MOST_INSTRUCTIONS = 400_000;

/** Each way that may give another image, once; and how many are left out because no hand writes that many. */
export function distinctWays(
  fact: DockerfileFact,
  ways: readonly Way[],
): { readonly ways: readonly Way[]; readonly left: number } {
  const seen = new Map<string, Way>();
  const declared = ways.length < 2 ? new Set<string>() : declaredArguments(fact);
  for (const way of ways) {
    const key = ways.length < 2 ? '' : keyOf(way, declared);
    if (!seen.has(key)) seen.set(key, way);
  }
  const distinct = [...seen.values()];
  const instructions = fact.stages.reduce((sum, stage) => sum + 1 + stage.instructions.length, 0);
  const most = Math.min(MOST_WAYS, Math.max(1, Math.floor(MOST_INSTRUCTIONS / instructions)));
  return { ways: distinct.slice(0, most), left: Math.max(0, distinct.length - most) };
}

/** Names of the arguments that a definition declares, above its stages and in them. */
export function declaredArguments(fact: DockerfileFact): ReadonlySet<string> {
  const own = fact.stages.flatMap(({ instructions }) =>
    instructions.flatMap((one) => (one.kind === 'arg' ? one.declarations : [])),
  );
  return new Set([...fact.globalArguments, ...own].map(({ name }) => name));
}

/** What of a way the definition can see: platform arguments are seen without a declaration. */
function keyOf(way: Way, declared: ReadonlySet<string>): string {
  if (way === null) return '';
  const { buildArguments, substitutions, contexts, context, from } = way;
  const seen = [...buildArguments]
    .filter(([name]) => declared.has(name) || /^(TARGET|BUILD)/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([seen, substitutions, [...contexts], context, from]);
}

/** A frontend that a build rule hands the file to: it may give the text any meaning (SEMANTICS 3.6). */
export function foreignFrontend(
  way: Way,
): { readonly chain: readonly Location[]; readonly reason: string } | null {
  const value: Value | undefined = way?.buildArguments.get('BUILDKIT_SYNTAX');
  if (way === null || value === undefined) return null;
  for (const alternative of value.alternatives) {
    const text = closedText(alternative);
    if (text !== undefined && (text === '' || isDockersFrontend(text))) continue;
    const named = text === undefined ? 'one that is not decided' : text.slice(0, 80);
    const chain = isNonEmpty(alternative.chain) ? alternative.chain : [way.at];
    return {
      chain,
      reason: `its build rule hands the file to a frontend that is not Docker's own: ${named}`,
    };
  }
  return null;
}
