import type {
  ConfigMapFact,
  ContainerFact,
  Span,
  UnreadableFact,
  WorkloadFact,
} from '../../../src/domain/index.ts';
import { kubernetes } from '../../../src/formats/kubernetes/index.ts';

/** Facts of a text, by kind; fails where the prefilter would have kept the text from being read. */
export function read(text: string, profile = 'manifest') {
  const facts = kubernetes.facts(text, profile);
  if (facts.length > 0 && !kubernetes.mayMatter(text, profile))
    throw new Error('the prefilter loses this text');
  return {
    workloads: facts.filter((fact): fact is WorkloadFact => fact.kind === 'workload'),
    configMaps: facts.filter((fact): fact is ConfigMapFact => fact.kind === 'config-map'),
    unreadable: facts.filter((fact): fact is UnreadableFact => fact.kind === 'unreadable'),
  };
}

export function containersOf(text: string, profile = 'manifest'): readonly ContainerFact[] {
  return read(text, profile).workloads.flatMap((workload) => workload.containers);
}

/** The only container of a text. */
export function containerOf(text: string, profile = 'manifest'): ContainerFact {
  const [first, ...more] = containersOf(text, profile);
  if (first === undefined || more.length > 0)
    throw new Error(`${more.length + (first ? 1 : 0)} containers, not one`);
  return first;
}

export function texts(
  words: readonly { readonly text: string }[] | undefined,
): readonly string[] | undefined {
  return words?.map((word) => word.text);
}

/** What stands at a span; the text as its reader sees it. */
export function at(text: string, { start, end }: Span): string {
  const lines = text.split('\n');
  const offset = (place: Span['start']) =>
    lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + place.column - 1;
  return text.slice(offset(start), offset(end));
}

/** A Pod with one container of these lines, indented to stand under `- name: c`. */
export function podWith(...lines: readonly string[]): string {
  const body = lines.map((line) => `    ${line}\n`).join('');
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n${body}`;
}
