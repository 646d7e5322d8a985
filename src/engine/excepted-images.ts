import { Exceptions } from '../decide/index.ts';
import type {
  BuiltImage,
  EffectiveBase,
  ExceptionEntry,
  Inventory,
  ListedBase,
  Policy,
  Problem,
  RuleId,
} from '../domain/index.ts';
import { compareText, rulesAskingAbout } from '../domain/index.ts';
import type { AnalysisPorts } from './analyse.ts';
import { exceptedTree } from './exceptions.ts';
import { outlineOf } from './image-outline.ts';
import { type InventoryRequest, readInventory } from './inventory.ts';

/** The list of a tree's images, with the exceptions to their bases. */
export interface ExceptedInventory {
  readonly inventory: Inventory;
  /** By base of the list: the entry that is for it, whether it has ended or not. */
  readonly exceptions: ReadonlyMap<ListedBase, ExceptionEntry>;
}

/** Before every day: what is listed with its end does not depend on the day on which it is. */
const AT_ANY_TIME = '';

/** Lists the images of a tree, each base with the entry that is for it; of several, the one that ends last. */
export async function listExceptedImages(
  request: InventoryRequest & { readonly entries: readonly ExceptionEntry[] },
  policy: Policy,
  ports: AnalysisPorts,
): Promise<ExceptedInventory> {
  const { inventory, images } = await readInventory(request, policy, ports);
  const tree = exceptedTree(
    {
      tip: null,
      result: images.map(({ built }) => outlineOf(built)),
      renamed: new Map(),
      movedPrograms: new Map(),
      tipTree: null,
    },
    AT_ANY_TIME,
  );
  const evaluator = new Exceptions({ ...tree, entries: request.entries.toSorted(lastEndFirst), granted: [] });
  const exceptions = new Map<ListedBase, ExceptionEntry>();
  for (const { built, listed } of images)
    for (const [index, base] of built.bases.entries()) {
      const rule = ruleAbout(base);
      const entry = rule === undefined ? undefined : evaluator.covering(rule, problemOf(built, base));
      const shown = listed.bases[index];
      if (entry !== undefined && shown !== undefined) exceptions.set(shown, entry);
    }
  return { inventory, exceptions };
}

function lastEndFirst(a: ExceptionEntry, b: ExceptionEntry): number {
  if (a.expires === null || b.expires === null)
    return Number(b.expires === null) - Number(a.expires === null);
  return compareText(b.expires, a.expires);
}

/** The rule that asks about a base; undefined where none does. */
function ruleAbout({ reference, assessment }: EffectiveBase): RuleId | undefined {
  return rulesAskingAbout(assessment.standing).findLast(
    (rule) => rule !== 'base-scratch' || reference === 'scratch',
  );
}

/** What that rule finds, as far as an exception looks at it. */
function problemOf({ id, path, at }: BuiltImage, { assessment }: EffectiveBase): Problem {
  return {
    kind: 'base',
    path,
    at,
    subject: '',
    message: '',
    standing: assessment.standing,
    rests: [],
    concerns: { built: [id], base: assessment.identity },
  };
}
