import { describe, expect, it } from '@jest/globals';
import { type ExceptedImage, Exceptions } from '../../src/decide/index.ts';
import type { ExceptionEntry, Problem } from '../../src/domain/index.ts';

const ORIGIN = { line: 1, column: 1 };

function anImage(name: string, base: string): ExceptedImage {
  const definition = { path: 'BUILD', target: 'image', names: [name] };
  return {
    id: 'BUILD#image',
    now: definition,
    formerly: definition,
    bases: [{ identity: base, standing: 'needs-exception' }],
    bringsShell: false,
  };
}

function anEntry(image: string, base: string): ExceptionEntry {
  return {
    id: `${image} on ${base}`,
    identity: { image },
    rule: 'base-needs-exception',
    base,
    reason: 'needs-shell',
    text: '',
    owner: '',
    issue: '',
    expires: null,
    hash: '',
    at: ORIGIN,
  };
}

function aProblem(base?: string): Problem {
  return {
    kind: base === undefined ? 'need' : 'base',
    path: 'BUILD',
    at: { path: 'BUILD', start: ORIGIN, end: ORIGIN },
    subject: '',
    message: '',
    rests: [],
    concerns: { built: ['BUILD#image'], ...(base === undefined ? {} : { base }) },
  };
}

describe('of several images that one place declares', () => {
  const given = {
    images: [anImage('a.io/a', 'debian-base'), anImage('a.io/b', 'debian-iptables')],
    granted: [],
    date: '2026-01-01',
    formerPath: (path: string) => path,
  };

  it('an exception covers the base of the one that it names', () => {
    const exceptions = new Exceptions({ ...given, entries: [anEntry('a.io/a', 'debian-base')] });
    expect(exceptions.covering('base-needs-exception', aProblem('debian-base'))?.id).toBe(
      'a.io/a on debian-base',
    );
    expect(exceptions.covering('base-needs-exception', aProblem('debian-iptables'))).toBeUndefined();
  });

  it('a need is covered where it is for each', () => {
    const entries = [anEntry('a.io/a', 'debian-base'), anEntry('a.io/b', 'debian-iptables')];
    const covers = (some: readonly ExceptionEntry[]) =>
      new Exceptions({ ...given, entries: some }).covering('shell-entrypoint', aProblem());
    expect(covers(entries)).toBeDefined();
    for (const one of entries) expect(covers([one])).toBeUndefined();
  });
});
