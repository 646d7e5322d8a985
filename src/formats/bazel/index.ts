// Bazel's build files and extensions: text in, the statements that may lead to an image out.
// In: a blob's text. Out: one program (StarlarkFact), and what could not be read.
// Not here: what the program says (resolve/bazel evaluates it over the files of a tree).

import type { Format } from '../format.ts';
import { bazelFacts } from './facts.ts';
import { callsSomething } from './prefilter.ts';

const EXTENSION = 'extension';
const BUILD = 'build';
const NAMES: ReadonlyMap<string, string> = new Map([
  ['BUILD', BUILD],
  ['BUILD.bazel', BUILD],
  ['WORKSPACE', 'workspace'],
  ['WORKSPACE.bazel', 'workspace'],
  ['WORKSPACE.bzlmod', 'workspace'],
  ['MODULE.bazel', 'module'],
]);

function profileOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.bzl')) return EXTENSION;
  return NAMES.get(name) ?? (name.endsWith('.MODULE.bazel') ? 'module' : null);
}

export const bazel: Format = {
  id: 'bazel',
  version: 2,
  covers:
    'Bazel: `BUILD`, `BUILD.bazel`, `WORKSPACE`, `MODULE.bazel` and extensions (`*.bzl`): image rules, macros that lead to them, the images they pull, and the values between them. Not read: rules written in other repositories, what repository rules and actions do.',
  profileOf,
  mayMatter: (text, profile) => (profile === EXTENSION ? /\bdef\b|=/.test(text) : callsSomething(text)),
  facts: (text, profile) => bazelFacts(text, profile === EXTENSION),
};
