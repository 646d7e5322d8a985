import type { ExceptionEntry, ExceptionReason } from '../../domain/index.ts';
import { compareText, identityName, isBaseRule } from '../../domain/index.ts';
import { counted } from '../../domain/words.ts';
import { prose } from '../escape.ts';
import { alignedTable, asCell, codeCell } from '../markdown-table.ts';
import { ReferenceLinks } from './links.ts';

/** What the document is made of. */
export interface ExceptionsGiven {
  readonly entries: readonly ExceptionEntry[];
  /** Path of the exceptions file. */
  readonly file: string;
  /** Path of the definition that an entry is for; null where the tree does not tell. */
  readonly definitionOf: (entry: ExceptionEntry) => string | null;
}

/**
 * The exception list as a document of the repository: a table for each base, in columns that `plinth exceptions import` reads, then what is no
 * matter of a base. Nothing in it depends on the day: an entry that has ended stands there with its end.
 */
export function exceptionsDocument(given: ExceptionsGiven): string {
  const links = new ReferenceLinks();
  const rowOf = (entry: ExceptionEntry) => cellsFor(entry, given, links);
  const ofBases = Map.groupBy(given.entries.filter(isOnKnownBase).toSorted(byName), ({ base }) => base ?? '');
  const others = given.entries.filter((entry) => !isOnKnownBase(entry)).toSorted(byRule);
  const sections = [...ofBases]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([base, entries]) => [
      '',
      `## On ${codeCell(base)}`,
      '',
      ...alignedTable([HEAD, ...entries.map(rowOf)]),
    ]);
  const ofOthers = others.map((entry) => {
    const [image = '', ...rest] = rowOf(entry);
    return [image, codeCell(entry.rule), ...rest];
  });
  // Last, since every row may link.
  const definitions = links.definitions();
  return `${[
    '# Base image exceptions',
    '',
    'Images that keep what the base image policy does not allow without asking, why, and until when.',
    `Written by \`plinth docs exceptions\` from ${codeCell(given.file)}: do not edit.`,
    '',
    given.entries.length === 0 ? 'No exceptions.' : `${counted(given.entries.length, 'exception')}.`,
    ...sections,
    ...(others.length === 0
      ? []
      : ['', '## Other exceptions', '', ...alignedTable([['For', 'Rule', ...HEAD.slice(1)], ...ofOthers])]),
    ...(definitions.length === 0 ? [] : ['', ...definitions]),
  ].join('\n')}\n`;
}

const HEAD = ['Image', 'Reason for exception', 'Owner', 'Issue', 'Until'] as const;

function isOnKnownBase({ rule, base }: ExceptionEntry): boolean {
  return base !== null && isBaseRule(rule) && rule !== 'unresolved-base';
}

function cellsFor(
  entry: ExceptionEntry,
  { definitionOf }: ExceptionsGiven,
  links: ReferenceLinks,
): readonly string[] {
  const { owner, issue, expires } = entry;
  const path = definitionOf(entry);
  const name = identityName(entry.identity);
  return [
    path === null ? codeCell(name) : links.toFile(name, path),
    reasonIn(entry),
    owner === '' ? '' : asCell(prose(owner)),
    issue === '' ? '' : links.toPage(issue),
    expires ?? 'no end',
  ];
}

const REASONS: Readonly<Record<ExceptionReason, string>> = {
  'needs-shell': 'needs a shell',
  'needs-iptables': 'needs iptables',
  'needs-debugging': 'needs tools for debugging',
  'non-static-binary': 'is no static binary',
  'third-party': 'third party',
  other: '',
};

function reasonIn({ reason, text }: ExceptionEntry): string {
  return [REASONS[reason], asCell(prose(text))].filter((part) => part !== '').join(': ');
}

function byName(a: ExceptionEntry, b: ExceptionEntry): number {
  return (
    compareText(identityName(a.identity), identityName(b.identity)) ||
    compareText(a.expires ?? '9999', b.expires ?? '9999') ||
    compareText(a.id, b.id)
  );
}

function byRule(a: ExceptionEntry, b: ExceptionEntry): number {
  return compareText(a.rule, b.rule) || byName(a, b);
}
