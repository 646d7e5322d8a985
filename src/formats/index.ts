// Every file format that Plinth reads: a folder each, a line here.
// In: a file's path and text. Out: facts.
// Not here: what facts of several files mean together (resolve).
import { baseImages } from './base-images/index.ts';
import { bazel } from './bazel/index.ts';
import { ciJobs } from './ci-jobs/index.ts';
import { ciScripts } from './ci-scripts/index.ts';
import { cloudbuild } from './cloudbuild/index.ts';
import { compose } from './compose/index.ts';
import { dockerfile } from './dockerfile/index.ts';
import { embeddedManifests } from './embedded-manifests/index.ts';
import { engineLines } from './engine-lines/index.ts';
import { environmentFile } from './environment-file/index.ts';
import { foreignBuild } from './foreign-build/index.ts';
import type { Format, Profile } from './format.ts';
import { go } from './go/index.ts';
import { goDependencies } from './go-dependencies/index.ts';
import { goModule } from './go-module/index.ts';
import { helmChart, helmTemplate, helmValues } from './helm/index.ts';
import { ko } from './ko/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { jsonPatch, kustomization } from './kustomize/index.ts';
import { make } from './make/index.ts';
import { buildScript, calledScript, shell } from './shell/index.ts';
import { buildProgram, isProgramName } from './shell/program.ts';
import { variants } from './variants/index.ts';
import { workflow } from './workflow/index.ts';

export { isProgramName } from './shell/program.ts';

/** When a file is read under a format: always where its name fits, only where the change touches it, only where another file refers to it. */
export type ReadWhen = 'always' | 'changed' | 'wanted';

interface Registered {
  readonly format: Format;
  readonly when: ReadWhen;
  /** Looks for something inside files of other formats: read beside the format that claims the file by its name. */
  readonly beside?: true;
}

export const FORMATS: readonly Registered[] = [
  { format: dockerfile, when: 'always' },
  { format: ko, when: 'always' },
  { format: goModule, when: 'always' },
  { format: goDependencies, when: 'always' },
  { format: cloudbuild, when: 'always' },
  { format: workflow, when: 'always' },
  { format: compose, when: 'always' },
  { format: variants, when: 'always' },
  { format: foreignBuild, when: 'always' },
  { format: kubernetes, when: 'always' },
  { format: ciJobs, when: 'always', beside: true },
  { format: ciScripts, when: 'always', beside: true },
  { format: engineLines, when: 'always', beside: true },
  { format: helmChart, when: 'always', beside: true },
  { format: kustomization, when: 'always', beside: true },
  { format: make, when: 'always' },
  { format: baseImages, when: 'always' },
  { format: bazel, when: 'always' },
  { format: go, when: 'changed' },
  { format: buildScript, when: 'always' },
  { format: environmentFile, when: 'wanted' },
  { format: shell, when: 'wanted' },
  { format: calledScript, when: 'wanted' },
  { format: buildProgram, when: 'wanted' },
  { format: helmValues, when: 'wanted' },
  { format: helmTemplate, when: 'wanted' },
  { format: jsonPatch, when: 'wanted' },
  { format: embeddedManifests, when: 'always', beside: true },
];

export function formatById(id: string): Format | undefined {
  return FORMATS.find(({ format }) => format.id === id)?.format;
}

/** A format under which a file is read, with the profile and when. */
export interface ClaimedFormat {
  readonly format: Format;
  readonly profile: Profile;
  readonly when: ReadWhen;
}

/** The first format that claims a path by its name; undefined where none does. */
export function formatOf(path: string): ClaimedFormat | undefined {
  return formatsOf(path)[0];
}

/** The first format that claims a path by its name, then those that look inside such files as well. */
export function formatsOf(path: string): readonly ClaimedFormat[] {
  const claimed: ClaimedFormat[] = [];
  let isTaken = false;
  for (const { format, when, beside } of FORMATS) {
    if (isTaken && beside !== true) continue;
    const profile = format.profileOf(path);
    if (profile === null) continue;
    claimed.push({ format, profile, when });
    if (beside !== true) isTaken = true;
  }
  return claimed;
}

/** How a file that no format claims by its name is read where it may be executed; undefined where its name has an extension. */
export function programFormat(path: string): ClaimedFormat | undefined {
  if (!isProgramName(path) || formatOf(path) !== undefined) return undefined;
  return { format: buildProgram, profile: buildProgram.id, when: 'always' };
}
