// Manifests that stand in other files: in heredocs of scripts, in strings of Go sources.
// In: the file's text. Out: workloads and ConfigMaps with their places in that file.
// Not here: what a script does with them.
import { type Fact, movedPositions, type Position } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { kubernetes } from '../kubernetes/index.ts';
import { heredocsIn, type Piece, stringsIn } from './pieces.ts';

const VENDORED = /(^|\/)(vendor|third_party|Godeps|node_modules)\//;
/** A tool fills the text in, so that it may hold what is no YAML: `image: %s`. */
const PROFILE = 'template';

export const embeddedManifests: Format = {
  id: 'embedded-manifests',
  version: 2,
  covers:
    'Manifests in heredocs of shell scripts and in string literals of Go sources (tests and vendored ones left out). Not read: texts that are put together of several literals.',
  profileOf(path) {
    if (/\.(sh|bash|ksh|dash)$/.test(path)) return 'shell';
    return path.endsWith('.go') && !path.endsWith('_test.go') && !VENDORED.test(path) ? 'go' : null;
  },
  mayMatter: (text, profile) =>
    text.includes('ontainers') &&
    text.includes('kind') &&
    (profile === 'go' ? text.includes('apiVersion') && text.includes('command') : text.includes('<<')),
  facts: (text, profile) =>
    (profile === 'go' ? stringsIn(text) : heredocsIn(text)).flatMap((piece) => factsOf(piece)),
};

function factsOf(piece: Piece): readonly Fact[] {
  if (!piece.text.includes('kind') || !kubernetes.mayMatter(piece.text, PROFILE)) return [];
  return kubernetes.facts(piece.text, PROFILE).map((fact) => movedPositions(embedded(fact), placing(piece)));
}

/** What rests on the manifest rests on its own lines, not on all of the file. */
function embedded(fact: Fact): Fact {
  return fact.kind === 'workload' ? { ...fact, embedded: true } : fact;
}

type Place = (position: Position) => Position;

function placing({ line, column, escaped }: Piece): Place {
  if (escaped === true) return () => ({ line, column: 1 });
  return (position) => ({
    line: position.line + line - 1,
    column: position.column + (position.line === 1 ? column : 0),
  });
}
