import { createHash } from 'node:crypto';
import type { GitHub, RepositoryClient, RepositoryRef } from '../../adapters/github/api.ts';
import type { Store, TakenCommand } from '../../adapters/store/index.ts';
import type { ExceptionEntry, GrantEvent, PolicyText, StatedException } from '../../domain/index.ts';
import type { EffectivePolicy } from '../../policy/index.ts';
import {
  type CommandContext,
  type Documented,
  type Look,
  type LookedAt,
  withEnforcement,
} from '../commands/index.ts';
import { allEvents, mayDecide } from '../grants/index.ts';
import { type JudgeGiven, judgePull } from '../judge/index.ts';
import type { AppPolicy, ExplainPolicy, Log } from '../ports.ts';
import { CHECK_NAME, type Guide } from '../publish/index.ts';
import { type DocumentGiven, documentEntry } from './document.ts';

export interface LookGiven extends JudgeGiven {
  readonly store: Store;
  readonly github: GitHub;
  readonly guide: Guide;
  readonly log: Log;
  readonly explainPolicy: ExplainPolicy;
}

/** A comment's times have seconds. */
const SECOND_MS = 1000;

/** What commands of one comment ask of the world: judged and read once, whatever they are. */
export class CommandWorld {
  readonly #command: TakenCommand;
  readonly #given: LookGiven;
  readonly #repository: RepositoryRef;
  readonly #asks: RepositoryClient;
  readonly #reads: RepositoryClient;
  readonly #members: RepositoryClient;
  readonly #hash: string;
  #events: GrantEvent[] = [];
  #looked: Promise<Look> | null = null;
  #seen: Pick<DocumentGiven, 'snapshot' | 'policy'> | null = null;

  constructor(command: TakenCommand, asks: RepositoryClient, given: LookGiven) {
    this.#command = command;
    this.#given = given;
    this.#repository = asks.repository;
    this.#asks = asks;
    this.#reads = given.github.repository(asks.repository, 'judge');
    this.#members = given.github.repository(asks.repository, 'members');
    this.#hash = createHash('sha256').update(command.body).digest('hex');
  }

  /** For the line of that index. */
  contextOf(line: number): CommandContext {
    const { store, time, guide } = this.#given;
    const { number, authorId: id, authorLogin: login } = this.#command;
    const { owner, name } = this.#repository;
    return {
      number,
      repository: `${owner}/${name}`,
      by: { id, login },
      rules: guide.rules,
      pageOf: guide.pageOf,
      recheck: () => store.markDue(this.#pullKey, { owner, name }, time.now(), 'asked'),
      look: () => this.#look(),
      kept: async () => (await this.#keptHere()).find(({ comment }) => comment.line === line),
      mayDecide: ({ policy, author, base }, about) =>
        mayDecide(
          { id, login },
          { ...about, rules: policy.commands, author, tip: base.tip },
          { asks: this.#asks, members: this.#members, reads: this.#reads },
        ),
      document: (entry) => this.#document(entry),
      say: (look, said) => this.#say(look, said, line),
    };
  }

  /** All that the comment's lines said, for the mark of the reply. */
  said(): Promise<readonly GrantEvent[]> {
    return this.#keptHere();
  }

  async #document(entry: StatedException): Promise<Documented> {
    const { github, log } = this.#given;
    const seen = this.#seen;
    if (seen === null) return { kind: 'to-write', suggested: false };
    const writes = github.repository(this.#repository, 'document');
    const documented = await documentEntry(entry, {
      ...seen,
      ...{ reads: this.#reads, asks: this.#asks, writes, log },
    });
    // The next entry goes on top of it.
    if (documented.kind === 'committed')
      this.#seen = { ...seen, snapshot: { ...seen.snapshot, head: documented.commit } };
    return documented;
  }

  get #pullKey() {
    const { installationId, repositoryId, number } = this.#command;
    return { installationId, repositoryId, number };
  }

  async #keptHere(): Promise<readonly GrantEvent[]> {
    const { events } = await this.#given.store.grantEvents(this.#pullKey);
    const { source, commentId } = this.#command;
    return events.filter(({ comment }) => comment.source === source && comment.id === commentId);
  }

  #look(): Promise<Look> {
    this.#looked ??= this.#lookOnce();
    return this.#looked;
  }

  async #lookOnce(): Promise<Look> {
    const evaluation = await judgePull(this.#reads, this.#command.number, this.#given);
    if (evaluation.kind === 'absent' || evaluation.kind === 'closed')
      return { kind: 'not-judged', why: 'this pull request is not open.' };
    const { snapshot } = evaluation;
    if (evaluation.kind === 'policy-problems' || evaluation.policy === null)
      return {
        kind: 'not-judged',
        why: 'the policy of the base branch cannot be used, so nothing is decided here; the check says where.',
      };
    // An event gets its place behind all others, so they have to be known.
    this.#events = [...(await allEvents(this.#reads, this.#pullKey, this.#given))];
    this.#seen = { snapshot, policy: evaluation.policy };
    return {
      kind: 'judged',
      report: evaluation.report,
      policy: evaluation.policy,
      origins: this.#originsOf(evaluation.policyTexts ?? []),
      head: snapshot.head,
      base: snapshot.base,
      author: snapshot.author,
      isShown: await this.#isShown(snapshot.head, snapshot.base.ref),
      entries: await this.#entriesOnRecord(evaluation.policy),
      events: () => this.#events,
      commentChanges: () => this.#given.store.commentChanges(this.#pullKey),
    };
  }

  #originsOf(texts: readonly PolicyText[]): EffectivePolicy | null {
    const { explainPolicy, operator } = this.#given;
    const origins = explainPolicy(texts);
    return 'problems' in origins ? null : withEnforcement(origins, operator.enforcement);
  }

  /** The check of a head is recorded before it is written; what came first after the comment, its author did not see. */
  async #isShown(head: string, baseRef: string): Promise<boolean> {
    // The same numbers mean other findings against another branch.
    if (this.#command.baseRef !== baseRef) return false;
    const { store } = this.#given;
    const row = await store.pull(this.#pullKey);
    const key = { repositoryId: this.#repository.id, headSha: head, name: CHECK_NAME };
    const publication = await store.publication(key);
    return (
      row?.judgedHead === head &&
      publication !== null &&
      publication.begunAt < this.#command.writtenAt + SECOND_MS
    );
  }

  async #entriesOnRecord(policy: AppPolicy): Promise<readonly ExceptionEntry[]> {
    const path = policy.exceptions;
    const snapshot = await this.#reads.pull(this.#command.number, [path]);
    const text = snapshot?.atTip.get(path) ?? null;
    const read = text === null ? { entries: [] } : policy.exceptionsOf({ from: path, text });
    return 'entries' in read ? read.entries : [];
  }

  async #say(
    { head, base, policy }: LookedAt,
    { kind, entry, paths, permission }: Parameters<CommandContext['say']>[1],
    line: number,
  ): Promise<GrantEvent | null> {
    const { source, commentId: id, authorId, authorLogin, number } = this.#command;
    // Between the judgement and here people were asked about; what GitHub has now counts (RELIABILITY A02).
    const now = await this.#reads.pull(number, []);
    if (now === null || now.state !== 'open' || now.locked || now.head !== head || now.base.ref !== base.ref)
      return null;
    const event = await this.#given.store.addGrantEvent(this.#pullKey, {
      kind,
      entry,
      paths,
      head,
      baseRef: base.ref,
      by: { id: authorId, login: authorLogin, permission },
      comment: { source, id, line, hash: this.#hash },
      policy: policy.digest,
      at: this.#given.time.now(),
    });
    if (event !== null) this.#events.push(event);
    return event;
  }
}
