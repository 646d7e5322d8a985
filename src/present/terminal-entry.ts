import type { Report, ReportFinding, RuleId, RuleMeta } from '../domain/index.ts';
import { isBaseRule } from '../domain/index.ts';
import { counted, EXPLAIN_EXCEPTIONS } from '../domain/words.ts';
import { draftException, exceptionEntry, shortEntry } from './exception-entry.ts';

/** What is said under a finding of the exceptions file: a sentence, and lines that are copied as they are. */
export interface EntryNote {
  readonly said: string;
  readonly lines: readonly string[];
}

/** Where more could be excepted, the output would be entries above all; a policy that begins has its own command. */
const MOST_SHORT_ENTRIES = 5;

/**
 * The entries that would answer: in full where the policy asks for an exception, short where a finding is held up and only may be excepted. Each
 * image has one, since an exception for a base covers what the image needs of it (SEMANTICS 7.1).
 */
export function entryNotes(
  report: Report,
  findings: readonly ReportFinding[],
  rules: ReadonlyMap<RuleId, RuleMeta>,
): ReadonlyMap<ReportFinding, EntryNote> {
  const notes = new Map<ReportFinding, EntryNote>();
  for (const finding of findings)
    if (finding.level === 'needs-exception' && isBaseRule(finding.rule))
      notes.set(finding, {
        said: 'for the exceptions file; what only a person knows is left open:',
        lines: exceptionEntry(report, finding).split('\n'),
      });
  const optional = onceAnImage(
    report,
    findings.filter((finding) => mayBeExcepted(finding, rules)),
  );
  for (const finding of optional.slice(0, MOST_SHORT_ENTRIES))
    notes.set(finding, {
      said: 'if it has to stay, for the exceptions file:',
      lines: shortEntry(report, finding).split('\n'),
    });
  const rest = optional.slice(MOST_SHORT_ENTRIES);
  const [next] = rest;
  if (next !== undefined)
    notes.set(next, {
      said: `${counted(rest.length, 'further entry', 'further entries')} could be written in the same way`,
      lines: [],
    });
  return notes;
}

function mayBeExcepted({ level, rule }: ReportFinding, rules: ReadonlyMap<RuleId, RuleMeta>): boolean {
  const holdsUp = level === 'block' || level === 'inconclusive';
  return holdsUp && rules.get(rule)?.remedy.includes(EXPLAIN_EXCEPTIONS) === true;
}

/** Each base of an image once, and its needs only where its base is in no question. */
function onceAnImage(report: Report, findings: readonly ReportFinding[]): readonly ReportFinding[] {
  const drafted = findings.map((finding) => {
    const draft = draftException(report, finding);
    const image = JSON.stringify(draft.identity);
    return { finding, image, key: JSON.stringify([image, draft.rule, draft.base]) };
  });
  const byBase = new Set(drafted.filter(({ finding }) => isBaseRule(finding.rule)).map(({ image }) => image));
  const known = new Set<string>();
  return drafted
    .filter(({ finding, image, key }) => {
      if (known.has(key) || (byBase.has(image) && !isBaseRule(finding.rule))) return false;
      known.add(key);
      return true;
    })
    .map(({ finding }) => finding);
}
