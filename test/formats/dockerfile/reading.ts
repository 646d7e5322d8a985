import type { DockerfileFact, Fact, Instruction, Span } from '../../../src/domain/index.ts';
import { dockerfile } from '../../../src/formats/dockerfile/index.ts';

export function read(text: string, profile = 'dockerfile'): readonly Fact[] {
  return dockerfile.facts(text, profile);
}

/** The one Dockerfile fact of a text; fails where there is none. */
export function dockerfileOf(text: string): DockerfileFact {
  const facts = read(text).filter((fact) => fact.kind === 'dockerfile');
  if (facts.length !== 1 || facts[0] === undefined) throw new Error(`${facts.length} Dockerfile facts`);
  return facts[0];
}

/** What could not be read, as it is told. */
export function unread(text: string, profile?: string): readonly string[] {
  return read(text, profile).flatMap((fact) => (fact.kind === 'unreadable' ? [fact.because] : []));
}

/** The instructions of the last stage. */
export function instructionsOf(text: string): readonly Instruction[] {
  return dockerfileOf(text).stages.at(-1)?.instructions ?? [];
}

/** The instruction under one FROM. */
export function instruction<K extends Instruction['kind']>(
  kind: K,
  lines: string,
): Instruction & { kind: K } {
  const [first] = instructionsOf(`FROM base\n${lines}`);
  if (first?.kind !== kind) throw new Error(`read as ${first?.kind}`);
  return first as Instruction & { kind: K };
}

/** `2:5-2:9`. */
export function place(span: Span): string {
  return `${span.start.line}:${span.start.column}-${span.end.line}:${span.end.column}`;
}
