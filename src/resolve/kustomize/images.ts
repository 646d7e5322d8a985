import type { KustomizeImage, Location, Word } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import type { ImageChoice } from '../filled.ts';
import { nameAsWritten } from '../names.ts';
import type { Kustomization } from './tree.ts';

/** Names that one image may get, as far as they are looked at. */
const MOST_CHOICES = 64;

/** The images that run instead of these where kustomizations rename them, the ones given first. */
export function renamed(
  given: readonly ImageChoice[],
  by: readonly Kustomization[],
  cut: (because: string) => void,
): readonly ImageChoice[] {
  const choices = [...given];
  const known = new Set(choices.map(({ word }) => word.text));
  for (const { path, fact } of by) {
    for (const image of fact.images) {
      for (const choice of choices.slice()) {
        const other = renamedBy(image, choice, path);
        if (other === null || known.has(other.word.text)) continue;
        if (choices.length >= MOST_CHOICES) {
          cut(`kustomizations give an image more than ${MOST_CHOICES} names`);
          return choices;
        }
        known.add(other.word.text);
        choices.push(other);
      }
    }
  }
  return choices;
}

function renamedBy(
  image: KustomizeImage,
  { word, nameAt, tagAt }: ImageChoice,
  path: string,
): ImageChoice | null {
  const name = nameAsWritten(word.text);
  if (name !== image.name) return null;
  const { newName, newTag, digest } = image;
  const place = (one: Word): Location => locate(path, one.span);
  const last = digest ?? newTag;
  const suffix =
    digest !== undefined
      ? `@${digest.text}`
      : newTag !== undefined
        ? `:${newTag.text}`
        : word.text.slice(name.length);
  const decidesName = newName === undefined ? nameAt : place(newName);
  const decidesTag = last === undefined ? tagAt : place(last);
  return {
    word: { ...word, text: `${newName?.text ?? name}${suffix}` },
    ...(decidesName === undefined ? {} : { nameAt: decidesName }),
    ...(decidesTag === undefined ? {} : { tagAt: decidesTag }),
  };
}
