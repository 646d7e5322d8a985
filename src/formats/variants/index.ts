// Variants of an image build: values for its substitutions, by variant.
// In: a blob's text. Out: one fact.
// Not here: which build they belong to (resolve).
import type { Fact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { childrenOf, namedWordsOf, readMaps } from '../yaml/words.ts';

function facts(text: string): readonly Fact[] {
  const { maps, unread } = readMaps(text);
  const found = maps.flatMap((map): readonly Fact[] => {
    const variants = childrenOf(map, 'variants').map(({ name, node }) => ({
      name,
      values: namedWordsOf(node),
    }));
    return variants.length === 0 ? [] : [{ kind: 'variants', variants }];
  });
  return [...found, ...unread];
}

export const variants: Format = {
  id: 'variants',
  version: 1,
  isPlaced: true,
  covers:
    'Variants of an image build (`variants.yaml` beside a `cloudbuild.yaml`): the values of its substitutions.',
  profileOf: (path) => (/(^|\/)variants\.ya?ml$/.test(path) ? 'variants' : null),
  mayMatter: (text) => text.includes('variants'),
  facts: (text) => facts(text),
};
