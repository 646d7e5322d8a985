import type { Alternative, DockerfileFact, Location, Value } from '../domain/index.ts';
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
      reference += shownOpen(part.open);
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

/** A variable by its name; a construct (`$(shell git describe)`) as it is written. */
function shownOpen(open: string): string {
  const name = open.replaceAll(`${ROOT}/`, '');
  if (/^\$[({].*[)}]$/s.test(name)) return name;
  return /\s/.test(name) ? `$(${name})` : `\${${name}}`;
}

/** Why a reference is not decided by the files read, one clause; undefined where nothing is missing. */
export function describeOpen(
  fact: DockerfileFact,
  alternative: Pick<ReferenceAlternative, 'reference' | 'placeholders' | 'open' | 'fromCaller' | 'because'>,
): string | undefined {
  if (alternative.because !== undefined) return alternative.because;
  const [placeholder] = alternative.placeholders;
  if (placeholder !== undefined) {
    const isCall = placeholder.startsWith('$');
    // A call that the definition does not hold is a build rule's own.
    if (isCall && !fact.stages.some(({ base }) => base.text.includes(placeholder)))
      return `what ${placeholder} gives is not known here`;
    return `${isCall ? 'the call' : 'the word'} ${placeholder} stands for something that a build rule puts in, and none that was read does`;
  }
  if (alternative.reference === '') return 'its value is empty';
  if (!alternative.open) return undefined;
  if (alternative.fromCaller !== undefined)
    return `the build rule takes ${alternative.fromCaller} from the environment of whoever calls it`;
  const construct = callIn(alternative.reference);
  if (construct !== undefined) return `what ${construct} gives is not known here`;
  const name = /\$[{(]([^{}()]*)[)}]/.exec(alternative.reference)?.[1] ?? '?';
  const declared = fact.globalArguments.some((argument) => argument.name === name);
  return declared
    ? `the build argument ${name} has no default, and no build rule that was read gives it a value`
    : `no ARG above the first FROM declares ${name}`;
}
