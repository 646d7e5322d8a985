import type { Part, Value } from '../../domain/index.ts';
import { bounded } from '../../domain/index.ts';
import { BUNDLES, PUSHES, TARBALLS } from './rule-sets.ts';
import { labelsIn, type PlacedTarget, type Targets } from './targets.ts';
import { asText, joined } from './text.ts';
import { NONE, type StarlarkValue, type TextValue, text } from './values.ts';

/** Under which names an image is published. */
export interface Publication {
  readonly names: Value[];
  pushes: boolean;
}

/** Names that bundles and pushes give the image targets of a tree. */
export function publications(targets: Targets): ReadonlyMap<PlacedTarget, Publication> {
  const found = new Map<PlacedTarget, Publication>();
  const of = (target: PlacedTarget): Publication => {
    const known = found.get(target) ?? { names: [], pushes: false };
    found.set(target, known);
    return known;
  };
  for (const target of targets.all) for (const one of namings(target, targets)) give(one, of);
  return found;
}

interface Naming {
  readonly image: PlacedTarget;
  readonly name?: Value;
  readonly pushes: boolean;
}

function give({ image, name, pushes }: Naming, of: (target: PlacedTarget) => Publication): void {
  const publication = of(image);
  if (name !== undefined) publication.names.push(name);
  if (pushes) publication.pushes = true;
}

function* namings(target: PlacedTarget, targets: Targets): Iterable<Naming> {
  const value = (name: string) => target.attributes.get(name)?.value;
  if (BUNDLES.has(target.rule)) {
    yield* bundled(target, targets, false);
  } else if (PUSHES.has(target.rule)) {
    for (const label of labelsIn(value('bundle')))
      for (const bundle of targets.meant(label, target.folder)) yield* bundled(bundle, targets, true);
    for (const image of imagesOf(value('image'), target, targets))
      for (const name of pushedAs(value)) yield { image, name: nameValue(name, target), pushes: true };
  } else if (TARBALLS.has(target.rule)) {
    for (const image of imagesOf(value('image'), target, targets))
      for (const tag of textsIn(value('repo_tags')))
        yield { image, name: nameValue(tag, target), pushes: false };
  }
}

function imagesOf(
  value: StarlarkValue | undefined,
  target: PlacedTarget,
  targets: Targets,
): readonly PlacedTarget[] {
  return labelsIn(value).flatMap((label) => targets.meant(label, target.folder));
}

/** The entries of a bundle's dictionary: a name, and the image that gets it. */
function* bundled(bundle: PlacedTarget, targets: Targets, pushes: boolean): Iterable<Naming> {
  const images = bundle.attributes.get('images')?.value;
  const dicts = images?.kind === 'choice' ? images.alternatives.map(({ value }) => value) : [images];
  for (const one of dicts) {
    if (one?.kind !== 'dict') continue;
    for (const { key, value } of one.entries.values())
      for (const image of imagesOf(value, bundle, targets))
        yield { image, name: nameValue(asText(key), bundle), pushes };
  }
}

/** `registry/repository:tag` of a push, for each of its tags. */
function pushedAs(value: (name: string) => StarlarkValue | undefined): readonly TextValue[] {
  const repository = textsIn(value('repository'))[0];
  if (repository === undefined) return [];
  const registry = textsIn(value('registry'))[0];
  const name = registry === undefined ? repository : joined([registry, text('/'), repository]);
  const tags = [...textsIn(value('tag')), ...textsIn(value('remote_tags'))];
  return tags.length === 0 ? [name] : tags.map((tag) => joined([name, text(':'), tagText(tag)]));
}

/** A label in the place of a tag is a file that is made when it is pushed. */
function tagText(tag: TextValue): TextValue {
  const [first] = tag.pieces;
  if (first === undefined || !('text' in first) || !/^(?::|\/\/|@)/.test(first.text)) return tag;
  return { kind: 'text', pieces: [{ open: 'TAG', because: 'its tag is in a file that is made' }] };
}

function textsIn(value: StarlarkValue = NONE, depth = 0): readonly TextValue[] {
  if (value.kind === 'none' || depth > DEEPEST) return [];
  if (value.kind === 'list' || value.kind === 'tuple')
    return value.items.flatMap((item) => textsIn(item, depth + 1));
  if (value.kind === 'choice') return value.alternatives.flatMap((one) => textsIn(one.value, depth + 1));
  return [asText(value)];
}

/** Lists of names nest no deeper; one that holds itself has no end. */
const DEEPEST = 3;

const STAMP = /\{([A-Z][A-Z0-9_]{0,80})\}/g;

/** A name with what stamping puts in as open parts. */
function nameValue(name: TextValue, target: PlacedTarget): Value {
  const parts = name.pieces.flatMap((piece): readonly Part[] =>
    'text' in piece ? stamped(piece.text) : [{ open: piece.open, because: piece.because }],
  );
  return bounded([{ when: [], parts, chain: [target.site] }]);
}

function stamped(plain: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of plain.matchAll(STAMP)) {
    if (match.index > from) parts.push(plain.slice(from, match.index));
    parts.push({ open: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  if (from < plain.length) parts.push(plain.slice(from));
  return parts;
}
