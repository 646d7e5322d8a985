import { createHash } from 'node:crypto';
import { compareText } from '../domain/index.ts';
import { isPlainMap, type PlainData } from './document.ts';

/** Data as JSON in one spelling: keys in order, no blanks. */
export function canonical(data: PlainData): string {
  if (Array.isArray(data)) return `[${data.map(canonical).join(',')}]`;
  if (!isPlainMap(data)) return JSON.stringify(data);
  const keys = Object.keys(data).sort(compareText);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(data[key] ?? null)}`).join(',')}}`;
}

/** The SHA-256 of a text in UTF-8, in hex digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
