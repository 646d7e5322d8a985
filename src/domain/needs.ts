import type { Standing } from './bases.ts';
import { worstStanding } from './bases.ts';
import type { Effect, Rest } from './finding.ts';
import type { BuiltImage, Container, EffectiveBase, Workload } from './project.ts';
import type { ShellThere } from './rule.ts';

/** How an image is called in a sentence. */
export function imageLabel(image: BuiltImage): string {
  return image.name === null ? `the image of ${image.id}` : `the image ${image.name}`;
}

/** True where every base that the image can have, or a layer of its own, brings a shell. */
export function hasShell(image: BuiltImage): boolean {
  if (image.brings.shell !== undefined || image.brings.programs.has('sh')) return true;
  return image.bases.every((base) => base.assessment.contents.shell || !base.assessment.contents.known);
}

/** The same where what is not resolved is told apart: nobody knows whether such a base has one. */
export function shellOf(image: BuiltImage): ShellThere {
  if (hasShell(image)) return 'yes';
  return image.bases.some(lacksShell) ? 'no' : 'open';
}

/** True for a base that is resolved and known to have no shell. */
export function lacksShell({ assessment, unresolved }: EffectiveBase): boolean {
  return unresolved === undefined && assessment.contents.known && !assessment.contents.shell;
}

/** True where every base that the image can have brings a package manager, or may. */
export function hasPackageManager(image: BuiltImage): boolean {
  return image.bases.every(
    (base) => base.assessment.contents.packageManager || !base.assessment.contents.known,
  );
}

/** What the need of a shell does on this image (SEMANTICS 4.1). */
export function shellEffect(image: BuiltImage): Effect {
  return hasShell(image) ? 'discouraged' : 'breaks';
}

/**
 * The standing that an image's needs follow from: the worst of its bases; an allowed base into which a shell is copied counts as one that needs
 * an exception (SEMANTICS 4.1).
 */
export function standingOf(image: BuiltImage): Standing {
  const worst = worstStanding(image.bases.map((base) => base.assessment.standing));
  return worst === 'allowed' && image.brings.shell !== undefined ? 'needs-exception' : worst;
}

/** True where the image, as far as known, has the program: from a base, by name from a layer, or maybe from unnamed layers. */
export function mayHaveProgram(image: BuiltImage, program: string): boolean {
  if (image.brings.programs.has(program) || image.brings.more) return true;
  return image.bases.every(
    (base) => base.assessment.contents.programs.has(program) || !base.assessment.contents.known,
  );
}

/** The bases in words: `alpine:3.5`, or several joined by `or`. */
export function basesInWords(image: BuiltImage): string {
  return referencesInWords(image.bases.map((base) => base.reference));
}

/** References in words, each once: those of several architectures joined by `or`. */
export function referencesInWords(references: readonly string[]): string {
  const names = [...new Set(references)];
  return names.length <= 3
    ? names.join(' or ')
    : `${names.slice(0, 3).join(', ')} or ${names.length - 3} more`;
}

/** What a manifest's judgement rests on: its file, or its own lines of another file (SEMANTICS 5.1). */
export function restOf(workload: Workload): Rest {
  return workload.embedded === true ? workload.at : workload.path;
}

/** How a container is called in a sentence: `container a of Pod b`. */
export function containerLabel(workload: { kind: string; name: string }, container: Container): string {
  const owner = workload.name === '' ? workload.kind : `${workload.kind} ${workload.name}`;
  return `container ${container.name === '' ? '(unnamed)' : container.name} of ${owner}`;
}
