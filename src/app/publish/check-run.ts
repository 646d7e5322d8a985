import { createHash } from 'node:crypto';
import type { CheckRunContent, RepositoryClient } from '../../adapters/github/api.ts';
import type { Publication, PublicationKey, Store } from '../../adapters/store/index.ts';
import { AppError } from '../../domain/index.ts';
import type { Time } from '../ports.ts';
import type { CheckWords } from './words.ts';

/** The name that branch protection asks for. */
export const CHECK_NAME = 'Plinth';

/** GitHub takes so many annotations in one request. */
const FIRST_ANNOTATIONS = 50;
const PARTIAL = 'partial:';
const MOST_BYTES = 65_535;
const REFUSED = '\n\n*GitHub refused the annotations of this check; the summary holds all of it.*';

export interface CheckGiven {
  readonly client: RepositoryClient;
  readonly store: Pick<Store, 'beginPublication' | 'savePublication'>;
  readonly time: Time;
  readonly owner: string;
  readonly head: string;
  readonly startedAt: number;
  /** Written even where it says the same as before: somebody asked for it. */
  readonly asked: boolean;
  /** Look for a run of ours although none is on record: what is on record may be lost. */
  readonly recovering: boolean;
}

export interface PublishedCheck {
  readonly id: number;
  readonly written: boolean;
  /** What was on record before: null `reviewId` where a review may be missing or unrecorded. */
  readonly before: Publication;
  /** False where this head was begun before, so that something of ours may stand on it. */
  readonly first: boolean;
}

/**
 * Writes the one check run of a head. What is about to be written is recorded first, so that after a crash our own run is looked for
 * before one is created (SEMANTICS 6.2).
 */
export async function publishCheck(words: CheckWords, given: CheckGiven): Promise<PublishedCheck> {
  const key = keyOf(given);
  const { first, publication } = await given.store.beginPublication(key, given.owner, given.time.now());
  const digest = digestOf(words);
  const known = await knownRun(publication, first, given);
  const done = (id: number, written: boolean): PublishedCheck => ({
    id,
    written,
    before: publication,
    first,
  });
  if (known !== null && known.digest === digest && !given.asked) {
    if (publication.digest !== digest)
      await given.store.savePublication(
        key,
        { checkRunId: known.id, status: 'completed', digest },
        given.time.now(),
      );
    return done(known.id, false);
  }
  const content = contentOf(words, digest, given);
  const id = await write(content, known, given);
  await given.store.savePublication(key, { checkRunId: id, status: 'completed', digest }, given.time.now());
  return done(id, true);
}

/** Begins a visible run where the verdict takes its time. */
export async function beginCheck(given: CheckGiven): Promise<void> {
  const key = keyOf(given);
  const { first, publication } = await given.store.beginPublication(key, given.owner, given.time.now());
  if (publication.status !== 'begun' || (await knownRun(publication, first, given)) !== null) return;
  const id = await given.client.beginCheckRun({
    name: CHECK_NAME,
    headSha: given.head,
    externalId: '',
    startedAt: isoTime(given.startedAt),
  });
  await given.store.savePublication(key, { checkRunId: id, status: 'in-progress' }, given.time.now());
}

/**
 * Completes the run that a process that ended left on a head, where there is one; none is created. The publication then counts as
 * completed, so that nobody looks again.
 */
export async function finishAbandonedRun(
  publication: Publication,
  words: CheckWords,
  given: CheckGiven,
): Promise<boolean> {
  const found = await given.client.findCheckRun(CHECK_NAME, given.head);
  const stands = found !== null && found.status !== 'completed';
  const digest = digestOf(words);
  if (stands) await given.client.updateCheckRun(found.id, contentOf(words, digest, given));
  const known = found === null ? {} : { checkRunId: found.id };
  const said = stands ? { digest } : {};
  await given.store.savePublication(
    publication,
    { ...known, ...said, status: 'completed' },
    given.time.now(),
  );
  return stands;
}

/** A run that stands on the head already. */
interface KnownRun {
  readonly id: number;
  readonly completed: boolean;
  /** Of what it says, where that is known. */
  readonly digest: string | null;
}

async function knownRun(
  publication: Publication,
  first: boolean,
  given: CheckGiven,
): Promise<KnownRun | null> {
  const { checkRunId, status, digest } = publication;
  if (checkRunId !== null) return { id: checkRunId, completed: status === 'completed', digest };
  if (first && !given.recovering) return null;
  const found = await given.client.findCheckRun(CHECK_NAME, given.head);
  if (found === null) return null;
  const completed = found.status === 'completed';
  return { id: found.id, completed, digest: completed ? found.externalId : null };
}

/**
 * GitHub appends annotations and never takes one away, so a completed run is only written again where the annotations stay as they are;
 * else a new run takes its place.
 */
async function write(content: CheckRunContent, known: KnownRun | null, given: CheckGiven): Promise<number> {
  const { client } = given;
  const create = (one: CheckRunContent) => client.createCheckRun(one);
  if (known === null) return sendAll(content, create, client);
  const update = async (one: CheckRunContent) => {
    await client.updateCheckRun(known.id, one);
    return known.id;
  };
  if (!known.completed) return sendAll(content, update, client);
  if (known.digest === PARTIAL + content.externalId)
    return update({ ...content, annotations: content.annotations.slice(FIRST_ANNOTATIONS) });
  if (known.digest !== null && annotationsPart(known.digest) === annotationsPart(content.externalId))
    return update({ ...content, annotations: [] });
  return sendAll(content, create, client);
}

/** Until the second part of many annotations is there, the run's external id says so: a crash in between is then made up for. */
async function sendAll(
  content: CheckRunContent,
  send: (content: CheckRunContent) => Promise<number>,
  client: RepositoryClient,
): Promise<number> {
  if (content.annotations.length <= FIRST_ANNOTATIONS) return withoutRefused(content, send);
  const first = content.annotations.slice(0, FIRST_ANNOTATIONS);
  const id = await withoutRefused(
    { ...content, externalId: PARTIAL + content.externalId, annotations: first },
    send,
  );
  const rest = { ...content, annotations: content.annotations.slice(FIRST_ANNOTATIONS) };
  await withoutRefused(rest, (one) => client.updateCheckRun(id, one));
  return id;
}

/** Where GitHub refuses the content, the summary alone still carries the conclusion (RELIABILITY F19). */
async function withoutRefused<T>(
  content: CheckRunContent,
  send: (content: CheckRunContent) => Promise<T>,
): Promise<T> {
  try {
    return await send(content);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-request') throw error;
    const { text: _, ...bare } = content;
    return send({ ...bare, annotations: [], summary: withNote(content.summary) });
  }
}

function withNote(summary: string): string {
  return Buffer.byteLength(summary) + Buffer.byteLength(REFUSED) > MOST_BYTES ? summary : summary + REFUSED;
}

function contentOf(words: CheckWords, digest: string, given: CheckGiven): CheckRunContent {
  return {
    ...words,
    name: CHECK_NAME,
    headSha: given.head,
    externalId: digest,
    startedAt: isoTime(given.startedAt),
    completedAt: isoTime(given.time.now()),
  };
}

/** Two parts: what it says, and its annotations. Kept on GitHub as the run's external id, too. */
function digestOf(words: CheckWords): string {
  const { annotations, ...rest } = words;
  return `${hash([rest, annotations])}.${hash(annotations)}`;
}

function annotationsPart(digest: string): string {
  return digest.slice(digest.indexOf('.') + 1);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

function keyOf({ client, head }: CheckGiven): PublicationKey {
  return { repositoryId: client.repository.id, headSha: head, name: CHECK_NAME };
}

/** Seconds: GitHub's resolution. */
function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
