import type { Outcome } from '../../src/domain/index.ts';
import type { Files } from '../support/mini-repository.ts';

/** One way to get something forbidden past a checker, and what has to be said of it. */
export interface Evasion {
  readonly lesson: string;
  /** The change adds these files to an empty tree. */
  readonly files: Files;
  /** The rules of all introduced findings, sorted, each once. */
  readonly rules: readonly string[];
  readonly outcome: Outcome;
}

/** A row of the table: what is tried, the files, the rules, and the outcome where it is not `block`. */
export function evasion(
  lesson: string,
  files: string | Files,
  rules: string,
  outcome: Outcome = 'block',
): Evasion {
  return {
    lesson,
    files: typeof files === 'string' ? { Dockerfile: files } : files,
    rules: rules.split(' ').sort(),
    outcome,
  };
}

export const STATIC = 'FROM gcr.io/distroless/static:nonroot\n';

/** A pod of an image that the policy governs, its container given as the lines under `- name: main`. */
export function pod(container: string, spec = ''): Files {
  const lines = container.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
  return {
    'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: dns}
spec:
${spec}  containers:
  - name: main
    image: registry.k8s.io/dns/dns:1.2.3
${lines.join('\n')}
`,
  };
}
