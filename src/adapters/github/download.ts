import type { RepositoryRef } from './api.ts';
import { readArchive } from './archive.ts';
import type { BlobCache } from './blob-cache.ts';
import { sleep } from './clock.ts';
import type { Credential } from './credentials.ts';
import { failure } from './errors.ts';
import { type HttpPort, open } from './http.ts';
import type { Requests } from './requests.ts';

export interface DownloadGiven {
  readonly port: HttpPort;
  readonly requests: Requests;
  readonly credential: Credential;
  readonly apiUrl: string;
  readonly repository: RepositoryRef;
  readonly cache: BlobCache;
  readonly largestFileBytes: number;
}

const MOST_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 1000;
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/**
 * Fills the cache from a commit's tarball, which another host serves; that host gets no token. An archive that stays broken (GitHub makes
 * none of very large repositories) leaves the contents to be read one by one. Throws what the API's own answer is translated to.
 */
export async function downloadArchive(
  commit: string,
  wanted: ReadonlySet<string>,
  given: DownloadGiven,
): Promise<void> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    if (await attemptDownload(commit, wanted, given)) return;
    if (attempt < MOST_ATTEMPTS) await sleep(given.port.clock, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

/** Whether there is nothing left to try for. */
async function attemptDownload(
  commit: string,
  wanted: ReadonlySet<string>,
  given: DownloadGiven,
): Promise<boolean> {
  const { cache, largestFileBytes } = given;
  const left = new Set([...wanted].filter((id) => !cache.has(id)));
  if (left.size === 0) return true;
  const url = await archiveUrl(commit, given);
  try {
    const headers = given.requests.headers(null, { accept: '*/*' });
    const answer = await open(given.port, { method: 'GET', url, headers });
    if (answer.status !== 200) {
      await answer.close();
      return false;
    }
    const limits = { largestFileBytes, mostBytes: MOST_BYTES };
    await readArchive(answer.chunks, left, limits, (id, bytes) => cache.add(id, bytes));
    return true;
  } catch {
    // A connection that broke off, or what is no archive inside.
    return false;
  }
}

/** Where GitHub leads to for the tarball; throws where that is not its own download host. */
async function archiveUrl(commit: string, given: DownloadGiven): Promise<string> {
  const { owner, name } = given.repository;
  const route = 'GET /repos/{owner}/{repo}/tarball/{ref}';
  const path = [owner, name, 'tarball', commit].map(encodeURIComponent).join('/');
  const answer = await given.requests.send(
    {
      route,
      resource: 'core',
      kind: 'repeatable',
      method: 'GET',
      url: `${given.apiUrl}/repos/${path}`,
      headers: { accept: 'application/vnd.github+json' },
      expects: ({ status, headers }) => status === 302 && !isOfApi(headers.get('location'), given.apiUrl),
    },
    given.credential,
  );
  const location = URL.parse(answer.headers.get('location') ?? '');
  if (location !== null && isDownloadHost(location, new URL(given.apiUrl))) return location.href;
  throw failure('github-failed', `GitHub led ${route} to a host that is not its own.`);
}

/** A renamed repository's tarball leads to the API itself first. */
function isOfApi(location: string | null, apiUrl: string): boolean {
  const target = URL.parse(location ?? '', apiUrl);
  return (
    target !== null && target.origin === new URL(apiUrl).origin && !target.pathname.includes('/_codeload/')
  );
}

/** `codeload.github.com`, `codeload.HOST`, or the host itself; never without encryption where the API has it. */
function isDownloadHost(url: URL, api: URL): boolean {
  const domain = api.hostname.replace(/^api\./, '');
  return url.protocol === api.protocol && [api.hostname, domain, `codeload.${domain}`].includes(url.hostname);
}
