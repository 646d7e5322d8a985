import type { Fact, UnreadableFact } from '../../domain/index.ts';
import type { Profile } from '../format.ts';
import { LineTable, readYaml, type YamlDocument, type YamlProblem } from '../yaml/index.ts';
import { maskTemplate } from './mask.ts';
import { objectFacts } from './objects.ts';
import { hasContainerList, hasKey, mayHoldBrokenPod, mayHoldFacts } from './prefilter.ts';
import { isTemplate } from './profile.ts';
import type { Source } from './words.ts';

/** Problems that cost content whatever the file is. */
const FATAL: ReadonlySet<string> = new Set([
  'TOO_DEEP',
  'TOO_MANY_ANCHORS',
  'ALIAS_BOUND',
  'CYCLIC_ALIAS',
  'FAILED',
]);

/** Problems that cost nothing where a tool replaces what offends: `image: @IMAGE@`. */
const HARMLESS_IN_TEMPLATES: ReadonlySet<string> = new Set(['BAD_SCALAR_START']);

/** The workloads, ConfigMaps with scripts and unread places of a manifest file. */
export function manifestFacts(text: string, profile: Profile): readonly Fact[] {
  const masked = maskTemplate(text);
  const source: Source = { text, masked, lines: new LineTable(text) };
  const documents = readYaml(masked.text, {
    original: text,
    decide: masked.decide,
    matters: (piece) => mayHoldFacts(piece, profile) || mayHoldDecided(piece, source, profile),
  });
  const fragments = isTemplate(profile);
  const unclosed: readonly Fact[] = fragments ? unclosedFacts(source) : [];
  return unclosed.concat(documents.flatMap((document) => documentFacts(document, source, fragments)));
}

/** As `mayHoldFacts`, where actions that write nothing stand inside of a word. */
function mayHoldDecided(piece: string, { masked }: Source, profile: Profile): boolean {
  const decided = masked.decide(piece);
  return decided !== piece && mayHoldFacts(decided, profile);
}

function documentFacts(document: YamlDocument, source: Source, fragments: boolean): readonly Fact[] {
  const found = document.root === null ? [] : objectFacts(document.root, source, fragments);
  return found.concat(unreadFacts(document, source, fragments));
}

function unclosedFacts({ masked, lines }: Source): readonly UnreadableFact[] {
  const [first] = masked.unclosed;
  if (first === undefined) return [];
  const span = lines.span(first, first + 2);
  return [
    { kind: 'unreadable', span, because: `line ${span.start.line}: a template action that nothing closes` },
  ];
}

/** One fact for a document that could not be read as written: its first problem. */
function unreadFacts(document: YamlDocument, source: Source, isFilledIn: boolean): readonly UnreadableFact[] {
  const problem = document.problems.find((one) => counts(one, document, source, isFilledIn));
  if (problem === undefined) return [];
  const { span, message } = problem;
  const said = message.charAt(0).toLowerCase() + message.slice(1);
  return [{ kind: 'unreadable', span, because: `line ${span.start.line}: ${said}` }];
}

/** Where a template fills the text in, what is no object at all (a page, a program) is nobody's manifest. */
function counts(problem: YamlProblem, document: YamlDocument, source: Source, isFilledIn: boolean): boolean {
  if (FATAL.has(problem.code)) return true;
  if (isFilledIn && HARMLESS_IN_TEMPLATES.has(problem.code)) return false;
  const text = source.masked.text.slice(document.start, document.end);
  if (hasKey(text, 'kind') && hasContainerList(text)) return true;
  // What a template brings may mend what looks broken.
  return source.masked.actions.length === 0 && !isFilledIn && mayHoldBrokenPod(text);
}
