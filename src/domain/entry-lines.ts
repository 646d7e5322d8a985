import { yamlQuoted } from './escape-in-json.ts';
import type { ExceptionEntry } from './exception.ts';

/** What an entry is about as the exceptions file writes it, a `key: value` of YAML each. */
export function aboutLines({
  identity,
  rule,
  base,
}: Pick<ExceptionEntry, 'identity' | 'rule' | 'base'>): readonly string[] {
  return [
    ...Object.entries(identity).map(([key, value]) => `${key}: ${yamlQuoted(String(value))}`),
    `rule: ${rule}`,
    ...(base === null ? [] : [`base: ${yamlQuoted(base)}`]),
  ];
}

/** Lines of one entry as an item of the list below the key `exceptions`, each so many columns in. */
export function asListItem(lines: readonly string[], indent: number): readonly string[] {
  const before = ' '.repeat(indent);
  return lines.map((line, index) => `${before}${index === 0 ? '- ' : '  '}${line}`);
}
