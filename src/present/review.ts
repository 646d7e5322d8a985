import type { NonEmpty, Policy, Report, ReportFinding, RuleId, RuleMeta } from '../domain/index.ts';
import { LEVELS } from '../domain/index.ts';
import { counted, EXPLAIN_EXCEPTIONS } from '../domain/words.ts';
import { clipBytes } from './clip.ts';
import { code, fence, linkedCode, prose } from './escape.ts';
import { exceptionEntry } from './exception-entry.ts';
import { countingFindings, definitionOf, failedRuleReasons, isCovered } from './findings.ts';
import { allAdded, type Hunk, hunksOf, inOneHunk } from './patch.ts';
import { redact } from './redact.ts';
import { visible } from './visible.ts';
import { askLine, grantLine, levelWord, proposalFor, remedyWithLink, shortCommit } from './words.ts';

/** What a review is planned from. */
export interface ReviewGiven {
  /** `patch` of each changed file, by its path at head; undefined where GitHub gave none. */
  readonly patches: ReadonlyMap<string, string | undefined>;
  /** Fingerprints that stand in an open comment of our own; comments marked as fixed are left out, so that a return is told. */
  readonly alreadyCommented: ReadonlySet<string>;
  readonly review: Policy['review'];
  readonly rules?: ReadonlyMap<RuleId, RuleMeta>;
  readonly pageOf?: (rule: RuleId) => string | undefined;
  /** Address of the page that says how an exception is given. */
  readonly exceptionsPage?: string;
}

/** A review comment in the terms of the domain; the adapter writes GitHub's field names. */
export interface ReviewComment {
  readonly fingerprint: string;
  readonly path: string;
  readonly line: number;
  /** First line, where the comment stands on several. */
  readonly startLine?: number;
  readonly side: 'RIGHT';
  readonly body: string;
}

/** A review to write: its body and its line comments. */
export interface ReviewPlan {
  readonly body: string;
  /** At most 10, worst first. */
  readonly comments: NonEmpty<ReviewComment>;
  /** The same on added lines only, for when GitHub refuses the first; may be empty: then the review is not sent again with comments. */
  readonly onAddedLines: readonly ReviewComment[];
}

const MOST_COMMENTS = 10;
/** GitHub takes 65,536 characters. */
const MOST_BYTES = 65_000;
const CUT = '\n\n*Cut here: the comment is larger than GitHub takes.*';

/**
 * Line comments where a click or an answer is expected (DESIGN.md 6): introduced findings on a line of the diff with a safe fix, or that
 * need an exception; with `all`, every introduced finding on a line of the diff. Null where there is nothing new to say.
 */
export function planReview(report: Report, given: ReviewGiven): ReviewPlan | null {
  if (given.review === 'off') return null;
  const hunks = new Map<string, readonly Hunk[]>();
  for (const [path, patch] of given.patches) hunks.set(path, hunksOf(patch));
  const told = new Set(given.alreadyCommented);
  const asked = alreadyAsked(report, told);
  const comments: ReviewComment[] = [];
  let more = 0;
  for (const finding of baseFirst(countingFindings(report))) {
    if (finding.state !== 'introduced' || told.has(finding.fingerprint)) continue;
    const asks = finding.level === 'needs-exception' && !asked.has(definitionOf(report, finding));
    const comment = commentOn(report, given, hunks, { finding, asks });
    if (comment === undefined) continue;
    told.add(finding.fingerprint);
    if (asks) asked.add(definitionOf(report, finding));
    if (comments.length < MOST_COMMENTS) comments.push(comment);
    else more++;
  }
  const [first, ...rest] = comments;
  if (first === undefined) return null;
  return {
    body: bodyOf(report, comments.length, more),
    comments: [first, ...rest],
    onAddedLines: comments.filter((comment) =>
      allAdded(hunks.get(comment.path) ?? [], comment.startLine ?? comment.line, comment.line),
    ),
  };
}

/** Base and needs of one image are one question (SEMANTICS 4.5): it is asked once, on the base where that has a line. */
function alreadyAsked(report: Report, told: ReadonlySet<string>): Set<string> {
  return new Set(
    report.findings
      .filter((finding) => finding.level === 'needs-exception' && told.has(finding.fingerprint))
      .map((finding) => definitionOf(report, finding)),
  );
}

function baseFirst(findings: readonly ReportFinding[]): readonly ReportFinding[] {
  const rank = (finding: ReportFinding) =>
    LEVELS.indexOf(finding.level) * 2 + (finding.rule === 'base-needs-exception' ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

function bodyOf(report: Report, count: number, more: number): string {
  const head = report.head === null ? '' : ` in ${code(shortCommit(report.head))}`;
  const rest =
    more === 0 ? '' : ` ${counted(more, 'further finding')} can be answered too; the check lists all.`;
  const observes =
    report.policy.enforcement === 'observe' ? ' Plinth only observes here: nothing is held up.' : '';
  return `Plinth: ${counted(count, 'finding')}${head} with a change to accept or a question to answer.${rest}${observes}`;
}

// ---- one comment ---------------------------------------------------------------------------------------

interface Candidate {
  readonly finding: ReportFinding;
  /** True where the comment is the one that asks for the image's exception. */
  readonly asks: boolean;
}

interface Anchor {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Text to put in the place of exactly these lines. */
  readonly suggestion?: string;
}

function commentOn(
  report: Report,
  given: ReviewGiven,
  hunks: ReadonlyMap<string, readonly Hunk[]>,
  { finding, asks }: Candidate,
): ReviewComment | undefined {
  const fits = (anchor: Anchor) => inOneHunk(hunks.get(anchor.path) ?? [], anchor.startLine, anchor.endLine);
  const suggested = suggestionOf(finding);
  const anchor = suggested !== undefined && fits(suggested) ? suggested : placesOf(finding).find(fits);
  if (anchor === undefined) return undefined;
  if (given.review === 'actionable' && anchor.suggestion === undefined && !asks) return undefined;
  return {
    fingerprint: finding.fingerprint,
    path: anchor.path,
    line: anchor.endLine,
    ...(anchor.startLine < anchor.endLine ? { startLine: anchor.startLine } : {}),
    side: 'RIGHT',
    body: clipBytes(commentBody(report, given, { finding, asks }, anchor), MOST_BYTES, CUT),
  };
}

/** Where a comment without a suggestion may stand: the finding, its first line alone, then the changed line that caused it. */
function placesOf(finding: ReportFinding): readonly Anchor[] {
  const { path, line, cause } = finding;
  return [
    { path, startLine: line, endLine: Math.max(line, finding.endLine ?? line) },
    { path, startLine: line, endLine: line },
    ...(cause === undefined ? [] : [{ path: cause.path, startLine: cause.line, endLine: cause.line }]),
  ];
}

const LONGEST_SUGGESTION = 10_000;

/** A safe fix of one edit, of text that can be shown as it is: what hides something, or looks like a secret, is left to a person. */
function suggestionOf(finding: ReportFinding): Anchor | undefined {
  const { fix } = finding;
  if (fix === undefined || !fix.safe || fix.edits.length !== 1) return undefined;
  const [{ path, startLine, endLine, newText }] = fix.edits;
  if (newText === '' || newText.length > LONGEST_SUGGESTION || endLine < startLine) return undefined;
  const shown = newText.replaceAll('\n', ' ').replaceAll('\t', ' ');
  if (redact(newText) !== newText || visible(shown) !== shown) return undefined;
  return { path, startLine, endLine, suggestion: newText };
}

function commentBody(
  report: Report,
  given: ReviewGiven,
  { finding, asks }: Candidate,
  anchor: Anchor,
): string {
  // A comment that says how to ask has no need of the remedy that leads there.
  const remedy = asks ? undefined : given.rules?.get(finding.rule)?.remedy;
  const rule = linkedCode(finding.rule, given.pageOf?.(finding.rule));
  return [
    // First, so that a cut never takes it: without the marker the finding would be told again.
    findingMarker(finding.fingerprint),
    `**${levelWord(report, finding.level)}** ${prose(finding.message)} (${rule}, finding ${code(finding.id)})`,
    ...(anchor.suggestion === undefined
      ? remedy === undefined
        ? []
        : [remedyWithLink(remedy, given.exceptionsPage)]
      : [`Suggested: ${prose(finding.fix?.title ?? '')}`, fence(anchor.suggestion, 'suggestion')]),
    ...(asks ? exceptionQuestion(report, given, finding) : []),
  ].join('\n\n');
}

function exceptionQuestion(report: Report, given: ReviewGiven, finding: ReportFinding): readonly string[] {
  const how =
    given.exceptionsPage === undefined ? code(EXPLAIN_EXCEPTIONS) : `[how](${given.exceptionsPage})`;
  const written = proposalFor([report], finding)?.entry.id;
  if (written !== undefined)
    return [
      `The change writes an entry for this, which counts once it is granted (${how}) by the comment:`,
      fence(visible(grantLine(written)), 'text'),
    ];
  return [
    `If the image cannot do without, ask for an exception (${how}) in a comment:`,
    fence(askLine(finding.id), 'text'),
    'Or put this entry into the exceptions file with the change, and have that granted:',
    fence(exceptionEntry(report, finding), 'yaml'),
  ];
}

// ---- comments of earlier pushes ------------------------------------------------------------------------

const FIXED_MARKER = '<!-- plinth:fixed -->';

/** The hidden line by which our own comment on a finding is known again. */
export function findingMarker(fingerprint: string): string {
  return `<!-- plinth:finding=${fingerprint} -->`;
}

/** The fingerprint that a comment of ours is about, and whether it says that it is fixed; null for any other text. */
export function readMarker(body: string): { readonly fingerprint: string; readonly fixed: boolean } | null {
  const fingerprint = /^<!-- plinth:finding=([0-9a-f]{8,64}) -->/.exec(body)?.[1];
  return fingerprint === undefined ? null : { fingerprint, fixed: body.includes(FIXED_MARKER) };
}

/**
 * New bodies for earlier comments (fingerprint → body) whose finding is gone. None where anything is undecided: what was not read is not
 * fixed.
 */
export function fixedEdits(
  report: Report,
  earlier: ReadonlyMap<string, string>,
): readonly { readonly fingerprint: string; readonly body: string }[] {
  if (report.head === null || failedRuleReasons(report).length > 0) return [];
  if (report.unread.some((file) => file.counts)) return [];
  const open = new Set(
    report.findings.filter((finding) => finding.state !== 'fixed').map((finding) => finding.fingerprint),
  );
  const covered = new Set(report.findings.filter(isCovered).map((finding) => finding.fingerprint));
  const done = `Fixed in ${code(shortCommit(report.head))}.`;
  const edits: { readonly fingerprint: string; readonly body: string }[] = [];
  for (const [fingerprint, body] of earlier) {
    if (open.has(fingerprint) || covered.has(fingerprint) || body.includes(FIXED_MARKER)) continue;
    const marker = findingMarker(fingerprint);
    const told = body.startsWith(marker) ? body.slice(marker.length).trimStart() : body;
    edits.push({
      fingerprint,
      body: clipBytes(`${marker}\n${FIXED_MARKER}\n\n**${done}**\n\n${told}`, MOST_BYTES, CUT),
    });
  }
  return edits;
}
