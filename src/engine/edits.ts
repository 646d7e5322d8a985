import type { Edit, Fix, ProposedFix } from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import type { Placer } from './placer.ts';

/** Whole-line edits from a fix's replacements; undefined where a replaced line is not there to be edited. */
export function editsOf(fix: ProposedFix, placer: Placer): Fix | undefined {
  // The lines of a merged file are not head's, those of a link are another file's: an edit by line number would hit other text.
  if (fix.replacements.some(({ at }) => placer.isMerged(at.path) || placer.isLink(at.path))) return undefined;
  const edits: Edit[] = [];
  for (const { at, text } of fix.replacements) {
    const lines = placer.sources('head').lines(at.path);
    const first = lines[at.start.line - 1];
    const last = lines[at.end.line - 1];
    if (first === undefined || last === undefined) return undefined;
    const newText = first.slice(0, at.start.column - 1) + text + last.slice(at.end.column - 1);
    const place = placer.place(at, 'head');
    edits.push({ path: at.path, startLine: place.line, endLine: place.endLine ?? place.line, newText });
  }
  return isNonEmpty(edits) ? { title: fix.title, safe: fix.safe, edits } : undefined;
}
