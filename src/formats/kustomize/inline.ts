import { type Fact, movedPositions, type Position } from '../../domain/index.ts';
import { kubernetes } from '../kubernetes/index.ts';
import { readYaml, type YamlNode, type YamlScalar } from '../yaml/index.ts';

/** A text that stands in a scalar, read as manifests, every place where it is in the file. */
export function manifestsIn(scalar: YamlScalar): readonly Fact[] {
  if (!kubernetes.mayMatter(scalar.text, 'manifest')) return [];
  const place = placing(scalar);
  return kubernetes
    .facts(scalar.text, 'manifest')
    .filter((fact) => fact.kind === 'workload')
    .map((fact) => ({ ...movedPositions(fact, place), embedded: true }));
}

/** The root of a text that stands in a scalar, for what needs no places. */
export function rootIn(scalar: YamlScalar): YamlNode | null {
  return readYaml(scalar.text).find(({ root }) => root !== null)?.root ?? null;
}

type Place = (position: Position) => Position;

/** From a place in the scalar's text to the place in the file. */
export function placing(scalar: YamlScalar): Place {
  const starts = [0];
  for (let at = scalar.text.indexOf('\n'); at !== -1; at = scalar.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  return ({ line, column }) => scalar.placeOf((starts[line - 1] ?? scalar.text.length) + column - 1);
}
