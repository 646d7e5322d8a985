import type { Alternative, DockerfileFact, Location, Part, Value } from '../domain/index.ts';
import { isArchitecture, isArchitectureName, placeholdersIn } from '../domain/placeholder.ts';
import { ROOT } from '../formats/make/tree-path.ts';
import { nameIn } from './templates.ts';

/** One thing that an image reference can be, in the report's notation. */
export interface ReferenceAlternative {
  /** Open variables are written `${NAME}`, an open architecture `$(ARCH)`. */
  readonly reference: string;
  /** True where a variable other than the architecture is open. */
  readonly open: boolean;
  /** Words that stand for something which a substitution puts in. */
  readonly placeholders: readonly string[];
  /** A variable of the caller's environment among its open parts. */
  readonly fromCaller?: string;
  /** Its first open part, where that is a variable's plain name. */
  readonly variable?: string;
  /** Why its first open part is not known, where the file's own language says it. */
  readonly because?: string;
  readonly chain: readonly Location[];
  /** The architecture that it holds for; null where it holds for all. */
  readonly platform: string | null;
}

export function referencesOf(value: Value): readonly ReferenceAlternative[] {
  return value.alternatives.map(referenceOf);
}

function referenceOf(alternative: Alternative): ReferenceAlternative {
  let reference = '';
  let open = false;
  for (const part of alternative.parts) {
    if (typeof part === 'string') {
      reference += part;
    } else if (isArchitectureName(part.open)) {
      reference += '$(ARCH)';
    } else {
      reference += shownOpen(part);
      open = true;
    }
  }
  // What make or a shell would put in is no text of Docker's.
  open ||= CONSTRUCT.test(reference);
  const placeholders: string[] = [];
  for (const word of placeholdersIn(reference)) {
    const name = nameIn(reference);
    if (isArchitectureName(word)) {
      reference = reference.replaceAll(word, '$(ARCH)');
    } else if (name.includes(word)) {
      placeholders.push(word);
    } else {
      // In a tag it is one of many values, and often all of them stand alike.
      reference = name + reference.slice(name.length).replaceAll(word, `\${${word}}`);
      open = true;
    }
  }
  const construct = callIn(nameIn(reference));
  if (construct !== undefined) placeholders.push(construct);
  const caller = alternative.parts.find((part) => typeof part !== 'string' && part.fromCaller === true);
  return {
    reference,
    open,
    placeholders,
    ...(typeof caller === 'object' ? { fromCaller: caller.open } : {}),
    ...variableOf(alternative),
    ...because(alternative),
    chain: alternative.chain,
    platform: platformOf(alternative),
  };
}

/** `$(ARCH) = arm64` among its conditions. */
function platformOf({ when }: Alternative): string | null {
  for (const condition of when)
    if ('equals' in condition && isArchitectureName(condition.subject) && isOneArchitecture(condition.equals))
      return condition.equals;
  return null;
}

function isOneArchitecture(text: string): boolean {
  return /^[^\s,]+$/.test(text) && isArchitecture(text);
}

function variableOf({ parts }: Alternative): { variable?: string } {
  for (const part of parts)
    if (typeof part !== 'string' && !isArchitectureName(part.open))
      return /^[A-Za-z_]\w*$/.test(part.open) ? { variable: part.open } : {};
  return {};
}

function because({ parts }: Alternative): { because?: string } {
  for (const part of parts)
    if (typeof part !== 'string' && part.because !== undefined) return { because: part.because };
  return {};
}

/** A call that a build tool would have put in: `$(shell git describe)`. */
function callIn(text: string): string | undefined {
  const start = text.search(/\$[({][^\s(){}]{1,64}\s/);
  if (start < 0) return undefined;
  const [opens, closes] = text[start + 1] === '(' ? ['(', ')'] : ['{', '}'];
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === opens) depth++;
    else if (text[at] === closes && --depth === 0) return text.slice(start, at + 1);
  }
  return undefined;
}

const CONSTRUCT = /\$\((?!ARCH\))[^()]*\)/;

/** A variable by its name; a construct (`$(shell git describe)`, `$(./base.sh)`) as it is written. What says why it is open may be a file's path. */
function shownOpen({ open, because }: Exclude<Part, string>): string {
  const name = open.replaceAll(`${ROOT}/`, '');
  if (/^\$[({].*[)}]$/s.test(name)) return name;
  return /\s/.test(name) || (because === undefined && name.includes('/')) ? `$(${name})` : `\${${name}}`;
}

/** What a reason is told from. */
type OpenReference = Pick<
  ReferenceAlternative,
  'reference' | 'placeholders' | 'open' | 'fromCaller' | 'because'
>;

/**
 * Why a reference is not decided by the files read, one clause; undefined where nothing is missing. `decidedIn` is the file where its chain ends,
 * where that is another than the definition.
 */
export function describeOpen(
  fact: DockerfileFact,
  alternative: OpenReference,
  decidedIn?: string,
): string | undefined {
  if (alternative.because !== undefined) return alternative.because;
  const by = decidedIn ?? 'the build rule';
  const [placeholder] = alternative.placeholders;
  if (placeholder !== undefined) {
    const isCall = placeholder.startsWith('$');
    // A call that the definition does not hold is a build rule's own.
    if (isCall && !fact.stages.some(({ base }) => base.text.includes(placeholder)))
      return describeCall(placeholder, by);
    return `${isCall ? 'the call' : 'the word'} ${placeholder} stands for something that a build rule puts in, and none that was read does`;
  }
  if (alternative.reference === '') return 'its value is empty';
  if (!alternative.open) return undefined;
  if (alternative.fromCaller !== undefined)
    return `${by} takes ${alternative.fromCaller} from the environment of whoever calls it`;
  const construct = callIn(alternative.reference) ?? CONSTRUCT.exec(alternative.reference)?.[0];
  if (construct !== undefined) return describeCall(construct, by);
  const name = openNameIn(alternative.reference);
  if (decidedIn !== undefined && name === STEM)
    return `${by} takes it from what a pattern rule stands for ($*), which no goal that was read names`;
  if (decidedIn !== undefined) return `${by} takes it from ${name}, which nothing that was read sets`;
  const declared = fact.globalArguments.some((argument) => argument.name === name);
  return declared
    ? `the build argument ${name} has no default, and no build rule that was read gives it a value`
    : `no ARG above the first FROM declares ${name}`;
}

/** What the part of a target's name is called that the `%` of a pattern stands for. */
const STEM = '*';

function openNameIn(reference: string): string {
  return /\$[{(]([^{}()]*)[)}]/.exec(reference)?.[1] ?? '?';
}

/** The other file than the definition that hands over what stays open: where the chain ends, or where a variable is passed that the definition does not declare. */
export function handedOverIn(
  fact: DockerfileFact,
  { reference, open, chain }: Pick<ReferenceAlternative, 'reference' | 'open' | 'chain'>,
  definition: string,
): string | undefined {
  const end = chain.at(-1);
  if (end !== undefined && end.path !== definition) return end.path;
  const name = openNameIn(reference);
  if (!open || fact.globalArguments.some((argument) => argument.name === name)) return undefined;
  return chain.findLast(({ path }) => path !== definition)?.path;
}

/** `$(argument 1)` is how an argument of a script or function is written; anything else is run. */
function describeCall(call: string, by: string): string {
  const argument = /^\$\(argument (\d+)\)$/.exec(call)?.[1];
  return argument === undefined
    ? `${by} takes it from ${call}, which is known only when that runs`
    : `${by} takes it from argument ${argument}, which no call that was read gives`;
}
