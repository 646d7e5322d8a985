// Every file format that Plinth reads: a folder each, a line here.
// In: a file's path and text. Out: facts.
// Not here: what facts of several files mean together (resolve).
import { baseImages } from './base-images/index.ts';
import { dockerfile } from './dockerfile/index.ts';
import type { Format, Profile } from './format.ts';
import { go } from './go/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { make } from './make/index.ts';
import { buildScript, shell } from './shell/index.ts';

/** When a file is read under a format: always where its name fits, only where the change touches it, only where another file refers to it. */
export type ReadWhen = 'always' | 'changed' | 'wanted';

export const FORMATS: readonly { readonly format: Format; readonly when: ReadWhen }[] = [
  { format: dockerfile, when: 'always' },
  { format: kubernetes, when: 'always' },
  { format: make, when: 'always' },
  { format: baseImages, when: 'always' },
  { format: go, when: 'changed' },
  { format: buildScript, when: 'always' },
  { format: shell, when: 'wanted' },
];

export function formatById(id: string): Format | undefined {
  return FORMATS.find(({ format }) => format.id === id)?.format;
}

/** The first format that claims a path by its name, with the profile and when it is read; undefined where none does. */
export function formatOf(
  path: string,
): { readonly format: Format; readonly profile: Profile; readonly when: ReadWhen } | undefined {
  for (const { format, when } of FORMATS) {
    const profile = format.profileOf(path);
    if (profile !== null) return { format, profile, when };
  }
  return undefined;
}
