import { placeholdersIn } from '../domain/placeholder.ts';
import { constantWords } from '../formats/kubernetes/evaluate.ts';

/** A call with a literal default inside a template action: `pillar.get('x', 'DEFAULT')`, `.Values.x | default "DEFAULT"`. */
const PILLAR_DEFAULT = /^\{\{\s*pillar\.get\(\s*['"][^'"]*['"]\s*,\s*['"]([^'"]*)['"]\s*\)\s*\}\}$/;
const PIPE_DEFAULT =
  /^\{\{-?\s*[$.\w]+\s*\|\s*default\s+"([^"]*)"\s*(?:\|\s*(?:quote|squote|toJson|toYaml)\s*)?-?\}\}$/;
const CALL_DEFAULT = /^\{\{-?\s*default\s+"([^"]*)"\s+[$.\w]+\s*-?\}\}$/;
const LONGEST = 4096;

/**
 * An image reference with its template actions replaced by their literal defaults, as far as they have any. `open` says that its name
 * (not only its tag) holds something which nothing decides: an action, a variable, a word that a substitution replaces.
 */
export function plainReference(text: string): { readonly reference: string; readonly open: boolean } {
  if (text.length > LONGEST) return { reference: text, open: true };
  const reference = text.includes('{{')
    ? pieces(text)
        .map((piece) => defaultOf(piece) ?? piece)
        .join('')
    : text;
  const name = nameIn(reference);
  return { reference, open: /\{\{|\$|%[A-Za-z_]/.test(name) || placeholdersIn(name).length > 0 };
}

/** The reference without tag and digest; what stands in template actions separates nothing. */
export function nameIn(reference: string): string {
  const blank = (text: string) => 'x'.repeat(text.length);
  const masked = pieces(reference)
    .map((piece) =>
      piece.startsWith('{{') ? blank(piece) : maskedCalls(piece.replace(/\$\{[^{}]*\}/g, blank)),
    )
    .join('');
  const digest = masked.indexOf('@');
  const end = digest < 0 ? masked.length : digest;
  const tag = masked.slice(0, end).indexOf(':', masked.slice(0, end).lastIndexOf('/') + 1);
  return reference.slice(0, tag < 0 ? end : tag);
}

/** A call that a build tool would put in (`$(shell cat a/b)`) separates nothing, whatever stands inside. */
function maskedCalls(text: string): string {
  let masked = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const opens = text[at] === '(' && (depth > 0 || text[at - 1] === '$');
    if (opens) depth++;
    masked += depth > 0 ? 'x' : (text[at] ?? '');
    if (text[at] === ')' && depth > 0) depth--;
  }
  return masked;
}

/** The words that a template action writes whatever the values are: `{{ "sh" | quote }}`, `{{ list "sh" "-c" | toJson }}`. */
export function literalWords(text: string): readonly string[] | undefined {
  return constantWords(text);
}

/** The text of an action's literal default, where the whole text is one action that has one. */
export function defaultText(text: string): string | undefined {
  return text.length > LONGEST ? undefined : defaultOf(text);
}

function defaultOf(action: string): string | undefined {
  if (!action.startsWith('{{')) return undefined;
  for (const pattern of [PILLAR_DEFAULT, PIPE_DEFAULT, CALL_DEFAULT]) {
    const match = pattern.exec(action);
    if (match !== null) return match[1] ?? '';
  }
  return undefined;
}

function pieces(text: string): readonly string[] {
  const list: string[] = [];
  let from = 0;
  while (from < text.length) {
    const start = text.indexOf('{{', from);
    const end = start < 0 ? -1 : text.indexOf('}}', start);
    if (start < 0 || end < 0) break;
    if (start > from) list.push(text.slice(from, start));
    list.push(text.slice(start, end + 2));
    from = end + 2;
  }
  if (from < text.length) list.push(text.slice(from));
  return list;
}
