import { describe, expect, it } from '@jest/globals';
import type { Fact } from '../../src/domain/index.ts';
import { FactLoader, type FactRequest } from '../../src/engine/fact-loader.ts';
import type { BlobResult, BlobSource } from '../../src/engine/ports.ts';
import type { Format } from '../../src/formats/format.ts';

const MEGABYTE = 1024 * 1024;

/** A format that says of each text how long it is, where the text holds an x. */
function measuring(calls: string[]): Format {
  return {
    id: 'measuring',
    version: 1,
    covers: 'for this test',
    profileOf: () => 'measuring',
    mayMatter: (text) => text.includes('x'),
    prepare: async () => void calls.push('prepare'),
    facts: (text): readonly Fact[] => {
      calls.push('facts');
      return [{ kind: 'unreadable', because: `${text.length}` }];
    },
  };
}

const bytesOf = (text: string): BlobResult => ({ kind: 'bytes', bytes: new TextEncoder().encode(text) });

function requestsFor(ids: readonly string[], format: Format): readonly FactRequest[] {
  return ids.map((id) => ({ path: id, entry: { mode: '100644', id }, format, profile: 'measuring' }));
}

function reasons(
  loader: FactLoader,
  requests: readonly FactRequest[],
): readonly (readonly string[] | undefined)[] {
  return requests.map((request) =>
    loader.get(request)?.map((fact) => (fact.kind === 'unreadable' ? fact.because : fact.kind)),
  );
}

describe('facts of files', () => {
  it('come from a source that gives a few blobs at a time as from one that gives all', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const given: number[] = [];
    const source: BlobSource = {
      read: () => Promise.reject(new Error('asked for all')),
      readSome: async (asked) => {
        given.push(asked.length);
        return new Map(asked.slice(0, 2).map((id) => [id, bytesOf(`${id}x`.repeat(ids.indexOf(id) + 1))]));
      },
    };
    const loader = new FactLoader(source, null);
    const requests = requestsFor(ids, measuring([]));
    await loader.load(requests);
    expect(reasons(loader, requests)).toEqual([['2'], ['4'], ['6'], ['8'], ['10']]);
    expect(given).toEqual([5, 3, 1]);
    expect(loader.counts.analysed).toBe(5);
  });

  it('are said to be unknown where a source gives nothing, instead of asking for ever', async () => {
    const loader = new FactLoader({ read: async () => new Map(), readSome: async () => new Map() }, null);
    const requests = requestsFor(['a', 'b'], measuring([]));
    await loader.load(requests);
    expect(reasons(loader, requests)).toEqual([['its content was not given'], ['its content was not given']]);
  });

  it('need no grammar where no text matters', async () => {
    const calls: string[] = [];
    const blobs: BlobSource = { read: async (ids) => new Map(ids.map((id) => [id, bytesOf(id)])) };
    const loader = new FactLoader(blobs, null);
    await loader.load(requestsFor(['a', 'b'], measuring(calls)));
    expect(calls).toEqual([]);
    await loader.load(requestsFor(['x1', 'x2'], measuring(calls)));
    expect(calls).toEqual(['prepare', 'facts', 'facts']);
  });

  it('are refused for a text above 8 MB only where it may matter', async () => {
    const calls: string[] = [];
    const texts = new Map([
      ['silent', '-'.repeat(9 * MEGABYTE)],
      ['telling', `x${'-'.repeat(9 * MEGABYTE)}`],
      ['small', `x${'-'.repeat(MEGABYTE)}`],
    ]);
    const blobs: BlobSource = {
      read: async (ids) => new Map(ids.map((id) => [id, bytesOf(texts.get(id) ?? '')])),
    };
    const loader = new FactLoader(blobs, null);
    const requests = requestsFor([...texts.keys()], measuring(calls));
    await loader.load(requests);
    expect(reasons(loader, requests)).toEqual([
      [],
      ['it is too large to analyse (9437185 bytes)'],
      [`${MEGABYTE + 1}`],
    ]);
  });
});
