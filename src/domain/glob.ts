/** A pattern over slash-separated text, compiled. */
export interface Glob {
  /** Without the leading `!`. */
  readonly pattern: string;
  /** True for a leading `!`: what it matches is taken out again. */
  readonly negated: boolean;
  matches(text: string): boolean;
}

/** Why a text is no glob. */
export interface GlobFault {
  /** One clause: `braces are not part of a glob here`. */
  readonly because: string;
}

const LONGEST_PATTERN = 512;

/**
 * Compiles a glob: `*` and `?` inside one component, `**` as a whole component for any number of them (at the end: at least one),
 * a leading `!` to take out. No braces, no character classes, no escapes. Matching takes time in proportion to text times pattern at worst,
 * and never more.
 */
export function compileGlob(source: string): Glob | GlobFault {
  const negated = source.startsWith('!');
  const pattern = negated ? source.slice(1) : source;
  const because = faultOf(pattern);
  if (because !== undefined) return { because };
  const components = collapse(pattern.split('/'));
  const beginning = pattern.slice(0, literalLength(pattern));
  return {
    pattern,
    negated,
    matches: (text) => text.startsWith(beginning) && matchComponents(components, componentsOf(text)),
  };
}

/** The globs of a list; what is none was refused where the list was read. */
export function compileGlobs(sources: readonly string[]): readonly Glob[] {
  return sources.map(compileGlob).filter((glob): glob is Glob => !isGlobFault(glob));
}

let lastSplit: { readonly text: string; readonly components: readonly string[] } = {
  text: '',
  components: [''],
};

/** One text is tried on a list of globs in turn, so its parts are kept until the next. */
function componentsOf(text: string): readonly string[] {
  if (lastSplit.text !== text) lastSplit = { text, components: text.split('/') };
  return lastSplit.components;
}

/** How much of a pattern every text that fits begins with; most texts are told apart by it. */
function literalLength(pattern: string): number {
  const wild = pattern.search(/[*?]/);
  if (wild < 0) return pattern.length;
  // `a/**` fits `a` where other components follow: the slash in front of it is not sure to be there.
  return pattern.startsWith('**', wild) ? Math.max(0, wild - 1) : wild;
}

/** Tells a compiled glob from the reason why there is none. */
export function isGlobFault(compiled: Glob | GlobFault): compiled is GlobFault {
  return 'because' in compiled;
}

/** The last glob that matches decides, so that a later `!pattern` takes out what an earlier one took in. */
export function matchesList(globs: readonly Glob[], text: string): boolean {
  return decidingGlob(globs, text) !== null;
}

/** The glob by which a list takes a text in; null where it does not. */
export function decidingGlob(globs: readonly Glob[], text: string): Glob | null {
  const last = globs.findLast((glob) => glob.matches(text));
  return last === undefined || last.negated ? null : last;
}

function faultOf(pattern: string): string | undefined {
  if (pattern === '') return 'the glob is empty';
  if (pattern.length > LONGEST_PATTERN) return `the glob is longer than ${LONGEST_PATTERN} characters`;
  if (/[{}]/.test(pattern)) return 'braces are not part of a glob here: write one glob for each alternative';
  if (/[[\]]/.test(pattern)) return 'character classes are not part of a glob here: write `?` or `*`';
  if (pattern.includes('\\'))
    return 'a backslash is not part of a glob here: components are separated by `/`';
  if (pattern.includes('!')) return '`!` stands at the beginning of a glob only';
  if (pattern.split('/').some((component) => component.includes('**') && component !== '**'))
    return '`**` stands for whole components only: write `**/*x` for names that end in x at any depth';
  return undefined;
}

/** `**` after `**` adds nothing but work. */
function collapse(components: readonly string[]): readonly string[] {
  return components.filter(
    (component, index) =>
      component !== '**' || components[index + 1] !== '**' || index === components.length - 1,
  );
}

/** The greedy walk with one point to return to: where a later `**` was reached, an earlier one never needs to take more. */
function matchComponents(pattern: readonly string[], text: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let starText = 0;
  let index = 0;
  while (index < text.length) {
    const component = pattern[at];
    if (component === '**') {
      if (at === pattern.length - 1) return true;
      star = at++;
      starText = index;
    } else if (component !== undefined && matchComponent(component, text[index] ?? '')) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++starText;
    } else {
      return false;
    }
  }
  return at === pattern.length;
}

function matchComponent(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let starText = 0;
  let index = 0;
  while (index < text.length) {
    const character = pattern[at];
    if (character === '*') {
      star = at++;
      starText = index;
    } else if (character !== undefined && (character === '?' || character === text[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
