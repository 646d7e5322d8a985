import type { Report } from '../../domain/index.ts';
import type { Judgement } from '../../engine/ports.ts';

/** What one judgement tells of the tip that it was made on. */
export interface Lesson {
  readonly judgement: Judgement;
  readonly report: Report;
  /** Path of the exceptions file. */
  readonly exceptions: string;
  /** What reports call the organisation's policy; empty where there is none. */
  readonly organisation: string;
  /** Blobs that the analysis looked into. */
  readonly looked: ReadonlySet<string>;
}

/** What is remembered of a repository's tip between judgements. */
export interface KnownTip {
  readonly commit: string;
  /** What is said of a change that touches nothing here: it names no head. */
  readonly report: Report;
  readonly exceptions: string;
  readonly organisation: string;
  /** Paths of the tip that were looked into. */
  readonly read: ReadonlySet<string>;
}

const MOST_TIPS = 200;

/**
 * Which files the judgements of a tip looked into: a change that touches none of them, and nothing that a format claims, cannot
 * change the verdict. Kept in memory only: what was forgotten costs two requests.
 */
export class TipKnowledge {
  readonly #known = new Map<string, KnownTip>();

  learn(repositoryId: number, lesson: Lesson): void {
    const { tip } = lesson.judgement;
    if (tip === null || tip.commit === null || !isSound(lesson)) return;
    const read = new Set<string>();
    for (const [path, entry] of tip.tree) if (lesson.looked.has(entry.id)) read.add(path);
    const key = keyOf(repositoryId, tip.commit);
    this.#known.delete(key);
    const { exceptions, organisation } = lesson;
    this.#known.set(key, {
      commit: tip.commit,
      report: emptyReport(lesson),
      read,
      exceptions,
      organisation,
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_TIPS && oldest !== undefined) this.#known.delete(oldest);
  }

  get(repositoryId: number, commit: string): KnownTip | undefined {
    return this.#known.get(keyOf(repositoryId, commit));
  }
}

/** A rule that fails on the tip, and an exceptions file that cannot be used, leave every change undecided. */
function isSound({ report, exceptions }: Lesson): boolean {
  return report.failedRules === undefined && !report.unread.some(({ path }) => path === exceptions);
}

/** The lesson's report without what its own change did, and without what was granted to that. */
function emptyReport({ judgement, report }: Lesson): Report {
  const changed = new Set(judgement.changes.map((change) => change.path));
  const existing = report.findings.filter((finding) => finding.state !== 'introduced').length;
  const { merge: _, notes: _notes, proposals: _proposals, exceptions: _used, ...rest } = report;
  return {
    ...rest,
    verdict: { outcome: 'pass', touched: 'pass', because: [] },
    images: [],
    findings: [],
    inputs: { ...report.inputs, grants: [] },
    elsewhere: { existing: existing + report.elsewhere.existing },
    unread: report.unread
      .filter((file) => !changed.has(file.path))
      .map((file) => ({ ...file, counts: false })),
    stats: { filesListed: report.stats.filesListed, filesAnalysed: 0, filesFromCache: 0, milliseconds: 0 },
  };
}

function keyOf(repositoryId: number, commit: string): string {
  return `${repositoryId} ${commit}`;
}
