import type { Profile } from '../format.ts';
import { isTemplate } from './profile.ts';

/** Quick looks at raw text: linear, and never false for a text that holds a workload or a script. */
export function mayHoldFacts(text: string, profile: Profile): boolean {
  if (mayHoldContainers(text, profile)) return true;
  if (mayHoldScripts(text)) return true;
  const decoded = decodeEscapes(text);
  return decoded !== null && (mayHoldContainers(decoded, profile) || mayHoldScripts(decoded));
}

/** A workload needs `containers`, `initContainers` or `ephemeralContainers`, and a kind where no template brings it. */
function mayHoldContainers(text: string, profile: Profile): boolean {
  if (!text.includes('ontainers')) return false;
  return isTemplate(profile) || hasKey(text, 'kind');
}

function mayHoldScripts(text: string): boolean {
  if (!text.includes('ConfigMap')) return false;
  return text.includes('#!') || SCRIPT_ENDINGS.some((ending) => text.includes(ending));
}

export const SCRIPT_ENDINGS: readonly string[] = ['.sh', '.bash', '.ksh', '.dash'];

/** True where the word stands as a key: only quotes and blanks between it and a colon. */
export function hasKey(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + key.length)) {
    let after = at + key.length;
    while (isPadding(text.charCodeAt(after))) after++;
    if (text[after] === ':') return true;
  }
  return false;
}

function isPadding(code: number): boolean {
  return code === 32 || code === 34 || code === 39 || code === 9 || code === 10 || code === 13;
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U0000([0-9a-fA-F]{4})|\r?\n)/g;

/** The text with the escapes that can hide a key (`"\x63ontainers"`) resolved; null where it has none. */
function decodeEscapes(text: string): string | null {
  if (!text.includes('\\x') && !text.includes('\\u') && !text.includes('\\U') && !/\\\r?\n/.test(text))
    return null;
  return text.replace(ESCAPE, (_, ...codes: (string | undefined)[]) => {
    const code = codes[0] ?? codes[1] ?? codes[2];
    return typeof code === 'string' ? String.fromCharCode(Number.parseInt(code, 16)) : '';
  });
}
