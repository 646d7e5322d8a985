import type { Location } from '../../domain/index.ts';

import type { Workspaces } from './labels.ts';
import { PULL_TAG, PULLS, RULE_DEFAULTS } from './rule-sets.ts';
import type { PlacedTarget } from './targets.ts';
import { asText, joined } from './text.ts';
import { lift, NONE, plainText, type StarlarkValue, type TextValue, text } from './values.ts';

/** An image that a workspace pulls under a name. */
export interface Pull {
  /** The repository's name; open where a loop over something unknown makes it. */
  readonly name: TextValue;
  /** What is pulled: text, or alternatives of it. */
  readonly reference: StarlarkValue;
  /** The rule that pulls it; null where a rule set does so itself. */
  readonly at: Location | null;
  /** The folder of the workspace. */
  readonly folder: string;
}

/** The images that the workspaces of a tree pull. */
export class Pulls {
  readonly #workspaces: Workspaces;
  readonly #byName = new Map<string, Pull[]>();
  readonly #open: Pull[] = [];

  constructor(workspaces: Workspaces, targets: readonly PlacedTarget[]) {
    this.#workspaces = workspaces;
    for (const target of targets) if (isPull(target)) this.#add(target);
    for (const target of targets) if (target.rule === 'use_repo') this.#rename(target);
  }

  #add(target: PlacedTarget): void {
    const given = target.attributes.get('name')?.value ?? NONE;
    const names = given.kind === 'choice' ? given.alternatives.map(({ value }) => value) : [given];
    for (const one of names) {
      const name = asText(one);
      const pull: Pull = { name, reference: referenceOf(target), at: target.at, folder: target.folder };
      const plain = plainText(name);
      if (plain === undefined) this.#open.push(pull);
      else this.#keep(plain, pull);
    }
  }

  #keep(name: string, pull: Pull): void {
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), pull]);
  }

  /** `use_repo(extension, mine = "theirs")`. */
  #rename(target: PlacedTarget): void {
    for (const [mine, { value }] of target.attributes) {
      const theirs = plainText(value);
      if (theirs === undefined || theirs === mine) continue;
      for (const pull of this.#byName.get(theirs) ?? []) this.#keep(mine, pull);
    }
  }

  /** What a repository's name may mean in a package; a name with open pieces means all that fit. */
  named(name: TextValue, folder: string): readonly Pull[] {
    const plain = plainText(name);
    if (plain === undefined) return this.#fitting(name);
    const found =
      this.#byName.get(plain) ??
      this.#ofPlatform(plain) ??
      this.#open.filter((pull) => fits(pull.name, plain));
    if (found.length > 0) return this.#nearest(found, folder);
    const own = RULE_DEFAULTS.get(plain);
    return own === undefined ? [] : [{ name, reference: text(own), at: null, folder: '' }];
  }

  /** rules_oci gives each platform of an image a repository of its own: `debian_linux_amd64`. */
  #ofPlatform(name: string): readonly Pull[] | undefined {
    const match = /^(.+?)_(?:linux|windows)_\w+$|^(.+)_single$/.exec(name.slice(0, 200));
    const base = match?.[1] ?? match?.[2];
    return base === undefined ? undefined : this.#byName.get(base);
  }

  #fitting(name: TextValue): readonly Pull[] {
    const all = [...this.#byName].filter(([plain]) => fits(name, plain)).flatMap(([, pulls]) => pulls);
    const own = [...RULE_DEFAULTS].filter(([plain]) => fits(name, plain) && all.length === 0);
    return [
      ...all,
      ...own.map(([, reference]): Pull => ({ name, reference: text(reference), at: null, folder: '' })),
    ];
  }

  /** Those of the workspace that the package stands in, where it has any. */
  #nearest(pulls: readonly Pull[], folder: string): readonly Pull[] {
    for (const root of this.#workspaces.rootsOf(`${folder === '' ? '' : `${folder}/`}BUILD`)) {
      const here = pulls.filter((pull) => pull.folder === root);
      if (here.length > 0) return here;
    }
    return pulls;
  }
}

function isPull({ rule }: PlacedTarget): boolean {
  return PULLS.has(rule) || rule.endsWith(`.${PULL_TAG}`);
}

/** True where a name with open pieces can be this one. */
function fits(pattern: TextValue, name: string): boolean {
  const closed = pattern.pieces.map((piece) => ('text' in piece ? piece.text : null));
  if (!closed.some((piece) => piece !== null)) return false;
  let at = 0;
  let isFree = false;
  for (const piece of closed) {
    if (piece === null) {
      isFree = true;
      continue;
    }
    const found = isFree ? name.indexOf(piece, at) : name.startsWith(piece, at) ? at : -1;
    if (found < 0) return false;
    at = found + piece.length;
    isFree = false;
  }
  return isFree || at === name.length;
}

/** `registry/repository:tag@digest`; the digest decides, the tag is what people call it. */
function referenceOf({ attributes }: PlacedTarget): StarlarkValue {
  const given = (name: string) => attributes.get(name)?.value ?? NONE;
  const [registry, repository, image, tag, digest] = ['registry', 'repository', 'image', 'tag', 'digest'].map(
    given,
  );
  return lift(
    [registry ?? NONE, repository ?? NONE, image ?? NONE, tag ?? NONE, digest ?? NONE],
    ([ofRegistry = NONE, ofRepository = NONE, whole = NONE, ofTag = NONE, ofDigest = NONE]) => {
      const name = whole.kind === 'none' ? joinedName(ofRegistry, ofRepository) : asText(whole);
      const hasTag = ofTag.kind !== 'none' && plainText(ofTag) !== '';
      const hasDigest = ofDigest.kind !== 'none' && plainText(ofDigest) !== '';
      return joined([
        name,
        ...(hasTag ? [text(':'), asText(ofTag)] : []),
        ...(hasDigest ? [text('@'), asText(ofDigest)] : []),
      ]);
    },
  );
}

function joinedName(registry: StarlarkValue, repository: StarlarkValue): TextValue {
  const path = asText(repository);
  if (registry.kind === 'none') return path;
  const host = asText(registry);
  return joined([host, text('/'), path]);
}
