import type { Compared } from '../decide/index.ts';
import { Exceptions, fingerprintOf, verdictOf } from '../decide/index.ts';
import type {
  ChangedPath,
  ExceptionEntry,
  FailedRule,
  Location,
  Policy,
  Report,
  ReportBase,
  ReportFinding,
  ReportImage,
  UnreadFile,
  UsedException,
} from '../domain/index.ts';
import { compareText, isNonEmpty, restPath } from '../domain/index.ts';
import { writeGrant } from '../policy/exceptions/index.ts';
import { unreadFile } from '../rules/unread-file.ts';
import { Causes } from './causes.ts';
import { editsOf } from './edits.ts';
import {
  type ExceptionsFile,
  exceptedTree,
  exceptionNotes,
  leftOverNotes,
  usedExceptions,
} from './exceptions.ts';
import type { LoadCounts } from './fact-loader.ts';
import { asGranted, type GrantsInForce, grantsInForce, proposalsOf } from './grants.ts';
import type { BaseOutline, ImageOutline } from './image-outline.ts';
import type { JudgedTree } from './judged-tree.ts';
import type { Merge } from './merge.ts';
import { Placer } from './placer.ts';
import { policyNotes } from './policy-notes.ts';
import type { Judgement } from './ports.ts';
import { type ItemVerdicts, verdictsOf } from './preview.ts';
import { previewNotes } from './preview-notes.ts';
import { pathSelector } from './selection.ts';
import { blobsBehind } from './sources.ts';
import { Touch } from './touch.ts';
import { ENGINE_VERSION } from './version.ts';

export interface Assembly {
  readonly judgement: Judgement;
  readonly policy: Policy;
  readonly merge: Merge;
  readonly tip: JudgedTree | null;
  readonly result: JudgedTree;
  readonly compared: readonly Compared[];
  readonly exceptions: ExceptionsFile;
  /** Entries that only the change has. */
  readonly proposed: readonly ExceptionEntry[];
  /** Path of the file that holds those. */
  readonly exceptionsPath: string;
  /** What becomes of images and manifests once the policy or exceptions that the change writes count; null where it writes none. */
  readonly later: ItemVerdicts | null;
  /** By id in the result: programs that another file named at the tip, as they were there. */
  readonly movedPrograms: ReadonlyMap<string, ImageOutline>;
  /** Of either side and of the change; one that failed on both is named once. */
  readonly failedRules: readonly FailedRule[];
  /** Tip path → result path. */
  readonly renamed: ReadonlyMap<string, string>;
  /** False where the search for renames was cut short. */
  readonly isEveryRenameFound: boolean;
  readonly counts: LoadCounts;
  readonly milliseconds: number;
}

/** Turns what was found into the report: places in head, causes, touched images, verdict. */
export async function assembleReport(given: Assembly): Promise<Report> {
  const { judgement, policy, merge, tip, result } = given;
  const touch = new Touch(given);
  await touch.read();
  const alone = tip === null;
  const listed = given.compared.filter(
    (one) => alone || one.state !== 'existing' || touch.isProblemTouched(one.problem, 'head'),
  );
  const placer = new Placer(given);
  await placer.read(listed);
  const causes = new Causes(given, placer);
  await causes.read(listed);
  const inForce = grantsInForce(judgement.grants ?? [], given.exceptions, given.proposed);
  const { grants, file } = inForce;
  const tree = exceptedTree(
    {
      tip: tip?.images ?? null,
      result: result.images,
      renamed: given.renamed,
      movedPrograms: given.movedPrograms,
      tipTree: judgement.tip?.tree ?? null,
    },
    judgement.date,
  );
  const exceptions = new Exceptions({ ...tree, entries: file.entries, granted: grants.map(asGranted) });
  const proposals = proposalsOf(given.proposed, { listed, tree, grants, path: given.exceptionsPath });
  const unread = unreadFiles(given, touch, exceptions);
  const parts = [...result.unread, ...(given.exceptions.unread === null ? [] : [given.exceptions.unread])];
  const lines = new Map(parts.map((part) => [part.path, part.at?.start.line ?? 1]));
  const findings = [
    ...listed.map((one) => ({ ...findingOf(one, placer, causes), ...coveredBy(one, exceptions) })),
    ...unread
      .filter((file) => file.counts)
      .map((file) => ({
        ...unreadFinding(file, lines.get(file.path) ?? 1, alone),
        ...(file.exception == null ? {} : { exception: file.exception }),
      })),
  ].sort(byPlace);
  const touchedPrints = new Set(
    listed
      .filter((one) => touch.isProblemTouched(one.problem, one.state === 'fixed' ? 'tip' : 'head'))
      .map((one) => one.fingerprint),
  );
  const used = usedExceptions(file, grants, [...findings, ...unread]);
  const images = imagesOf(given, touch, placer);
  const notes = notesOf(given, { inForce, exceptions, listed, used, images });
  const failedRules = [...new Map(given.failedRules.map((one) => [one.rule, one])).values()];
  const verdict = verdictOf({
    findings,
    isTouched: (finding) => touchedPrints.has(finding.fingerprint),
    unread,
    failedRules,
    alone,
  });
  return {
    schema: 'plinth-report/1',
    engine: { version: ENGINE_VERSION },
    policy: {
      name: policy.name,
      enforcement: judgement.enforcement ?? policy.enforcement ?? 'enforce',
      sources: policy.sources,
      digest: policy.digest,
      scope: policy.scope,
    },
    tip: judgement.tip?.commit ?? null,
    mergeBase: judgement.mergeBase,
    head: judgement.head,
    verdict,
    images,
    findings,
    elsewhere: { existing: given.compared.length - listed.length },
    unread,
    ...(isNonEmpty(failedRules) ? { failedRules } : {}),
    inputs: {
      date: judgement.date,
      exceptions: sourcesOf(given.exceptions),
      grants: (judgement.grants ?? []).map(writeGrant),
    },
    ...(merge.merged.length + merge.conflicting.length === 0
      ? {}
      : { merge: { merged: merge.merged, conflicting: merge.conflicting } }),
    ...(isNonEmpty(used) ? { exceptions: used } : {}),
    ...(isNonEmpty(proposals) ? { proposals } : {}),
    ...(notes.length === 0 ? {} : { notes }),
    stats: {
      filesListed: result.filesListed,
      filesAnalysed: given.counts.analysed,
      filesFromCache: given.counts.cached,
      milliseconds: Math.round(given.milliseconds),
    },
  };
}

/** What notes are made of beside what was found. */
interface NotesGiven {
  readonly inForce: GrantsInForce;
  readonly exceptions: Exceptions;
  readonly listed: readonly Compared[];
  readonly used: readonly UsedException[];
  readonly images: readonly ReportImage[];
}

/** What a reader should know beside the findings, a sentence each; no verdict follows from them. */
function notesOf(
  { policy, result, tip, compared, later, isEveryRenameFound }: Assembly,
  { inForce, exceptions, listed, used, images }: NotesGiven,
): readonly string[] {
  return [
    ...(isEveryRenameFound ? [] : [RENAMES_CUT_SHORT]),
    ...policyNotes(policy),
    ...(later === null ? [] : previewNotes(verdictsOf(result, exceptions), later)),
    ...inForce.notes,
    ...exceptionNotes(inForce.file, exceptions, listed, used),
    ...(tip === null ? [] : leftOverNotes(inForce.file, exceptions, compared, images)),
  ];
}

const RENAMES_CUT_SHORT =
  'More files were moved than are compared line by line: some count as removed and added, so what was there before may be told as new.';

function findingOf(one: Compared, placer: Placer, causes: Causes): ReportFinding {
  const { problem } = one;
  const side = one.state === 'fixed' ? 'tip' : 'head';
  const fix = one.state === 'fixed' || problem.fix === undefined ? undefined : editsOf(problem.fix, placer);
  const cause = one.state === 'introduced' ? causes.of(problem) : undefined;
  return {
    rule: one.rule,
    level: one.level,
    state: one.state,
    ...placer.place(problem.at, side),
    message: problem.message,
    subject: problem.subject === '' ? problem.path : `${problem.path}: ${problem.subject}`,
    fingerprint: one.fingerprint,
    id: one.fingerprint.slice(0, 8),
    ...(problem.kind === 'need' && problem.effect !== undefined ? { effect: problem.effect } : {}),
    ...(problem.related === undefined
      ? {}
      : { related: problem.related.map((link) => ({ ...placer.place(link, side), message: link.message })) }),
    ...(fix === undefined ? {} : { fix }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** A file that counts as a finding of its own, so that it is annotated where it stands. */
function unreadFinding(file: UnreadFile, line: number, alone: boolean): ReportFinding {
  const at = { path: file.path, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const problem = {
    kind: 'other',
    path: file.path,
    at,
    subject: '',
    message: '',
    rests: [file.path],
  } as const;
  const fingerprint = fingerprintOf({ rule: unreadFile.id, problem });
  return {
    rule: unreadFile.id,
    level: 'inconclusive',
    state: alone ? 'existing' : 'introduced',
    path: file.path,
    line,
    message: `${file.path} could not be analysed: ${file.because}. What could not be read of it is not judged.`,
    subject: file.path,
    fingerprint,
    id: fingerprint.slice(0, 8),
  };
}

function sourcesOf({ source }: ExceptionsFile): readonly string[] {
  return source === null ? [] : [source];
}

/** What was fixed needs no exception any more. */
function coveredBy(
  { rule, problem, state }: Compared,
  exceptions: Exceptions,
): Pick<ReportFinding, 'exception'> {
  const entry = state === 'fixed' ? undefined : exceptions.covering(rule, problem);
  return entry === undefined ? {} : { exception: entry.id };
}

function unreadFiles(
  { result, tip, policy, judgement, merge, exceptions: file }: Assembly,
  touch: Touch,
  exceptions: Exceptions,
): readonly UnreadFile[] {
  const images = result.images;
  const rests = new Set(
    images
      .filter((image) => touch.isImageTouched(image, 'head'))
      .flatMap((image) => image.reads.map(restPath)),
  );
  const seen = new Map<string, UnreadFile>();
  const linked = blobsBehind(result.links);
  const selects = pathSelector(judgement.only);
  for (const part of result.unread) {
    if (!selects(part.path)) continue;
    // What is only vendored gives notes at most, read or not.
    const decides = policy.classOf(part.path) !== 'vendored';
    const counts = decides && (tip === null || touch.has(part.path) || rests.has(part.path));
    // Of a link, what stands where it leads to.
    const blob = linked.get(part.path) ?? merge.tree.get(part.path)?.id;
    const entry = exceptions.coveringUnread(part.path, blob);
    if (!seen.has(part.path))
      seen.set(part.path, {
        ...{ path: part.path, because: part.because, counts },
        ...(blob === undefined ? {} : { blob }),
        ...(entry === undefined ? {} : { exception: entry.id }),
      });
  }
  // Which exceptions hold is not known: that decides every image.
  if (file.unread !== null)
    seen.set(file.unread.path, { path: file.unread.path, because: file.unread.because, counts: true });
  return [...seen.values()].sort((a, b) => compareText(a.path, b.path));
}

function byPlace(a: ReportFinding, b: ReportFinding): number {
  return (
    compareText(a.path, b.path) ||
    a.line - b.line ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.rule, b.rule) ||
    compareText(a.state, b.state) ||
    compareText(a.fingerprint, b.fingerprint)
  );
}

// ---- images --------------------------------------------------------------------------------------------

function imagesOf(
  { tip, result, renamed, judgement, merge }: Assembly,
  touch: Touch,
  placer: Placer,
): readonly ReportImage[] {
  const before = new Map(tip?.images.map((image) => [moved(image.id, image.path, renamed), image]) ?? []);
  const images: ReportImage[] = [];
  const selects = pathSelector(judgement.only);
  for (const image of result.images) {
    if (!selects(image.path)) continue;
    const then = before.get(image.id);
    before.delete(image.id);
    if (
      tip !== null &&
      !touch.isImageTouched(image, 'head') &&
      !(then !== undefined && touch.isTouched(then.reads, 'tip'))
    )
      continue;
    const change =
      tip === null
        ? 'unchanged'
        : then === undefined
          ? 'added'
          : sameImage(image, then, judgement.changes)
            ? 'unchanged'
            : 'modified';
    images.push(imageOf(image, image, then, change, placer));
  }
  for (const image of before.values()) {
    // A file that is still there and could not be read is said as unread.
    if (merge.tree.has(renamed.get(image.path) ?? image.path)) continue;
    if (touch.isTouched(image.reads, 'tip')) images.push(imageOf(image, null, image, 'removed', placer));
  }
  return images.sort((a, b) => compareText(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0));
}

function moved(id: string, path: string, renamed: ReadonlyMap<string, string>): string {
  return (renamed.get(path) ?? path) + id.slice(path.length);
}

/** A definition whose own file has the same content on both sides only changed by what it rests on. */
function sameImage(image: ImageOutline, then: ImageOutline, changes: readonly ChangedPath[]): boolean {
  const references = (one: ImageOutline) => one.bases.map((base) => base.reference).join('\0');
  return (
    references(image) === references(then) &&
    !changes.some((change) => change.path === image.path && change.base?.id !== change.head?.id)
  );
}

function imageOf(
  image: ImageOutline,
  now: ImageOutline | null,
  then: ImageOutline | undefined,
  change: ReportImage['change'],
  placer: Placer,
): ReportImage {
  const side = now === null ? 'tip' : 'head';
  return {
    path: image.path,
    line: placer.place(image.at, side).line,
    name: image.name,
    workflow: image.workflow,
    scope: image.scope,
    change,
    bases: now === null ? [] : now.bases.map((base) => baseOf(base, placer, 'head')),
    ...(then === undefined ? {} : { before: then.bases.map((base) => baseOf(base, placer, 'tip')) }),
  };
}

function baseOf(base: BaseOutline, placer: Placer, side: 'head' | 'tip'): ReportBase {
  const { assessment } = base;
  return {
    reference: base.reference,
    platform: base.platform,
    family: assessment.family,
    standing: assessment.standing,
    basis: assessment.basis,
    chain: base.chain.map((link: Location) => placer.place(link, side)),
  };
}
