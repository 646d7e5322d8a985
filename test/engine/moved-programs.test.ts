import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { type Files, judgeChange } from '../support/mini-repository.ts';

const MODULE = 'module example.com/app\n\ngo 1.22\n';
const BUILD = 'image:\n\tko build --bare ./cmd/server\n';
const FILES = { 'go.mod': MODULE, 'cmd/server/main.go': 'package main\nfunc main() {}\n', Makefile: BUILD };

/** State, rule and base of each finding about a base. */
function bases({ findings }: Report): readonly string[] {
  return findings.flatMap(({ state, rule, subject }) =>
    rule.startsWith('base-') ? [`${state} ${subject.split(' ').at(-1)}`] : [],
  );
}

function withSettings(text: string, more: Files = {}): Files {
  return { ...FILES, '.ko.yaml': text, ...more };
}

/** SEM-4.3, 4.4: settings of ko that come or go make no other definition of a program. */
describe('settings of ko', () => {
  it.each<[string, Files, Files, readonly string[]]>([
    [
      'that come and say no base',
      FILES,
      withSettings('defaultLdflags: ["-s"]\n'),
      ['existing chainguard-static'],
    ],
    // What the change does not touch is counted, not listed.
    ['that go and said no base', withSettings('defaultLdflags: ["-s"]\n'), FILES, []],
    [
      'that come with another base',
      FILES,
      withSettings('defaultBaseImage: alpine:3\n'),
      ['introduced alpine', 'fixed chainguard-static'],
    ],
    [
      'that come with a base that is allowed',
      FILES,
      withSettings('defaultBaseImage: gcr.io/distroless/static:nonroot\n'),
      ['fixed chainguard-static'],
    ],
    [
      'that go with a base that was allowed',
      withSettings('defaultBaseImage: gcr.io/distroless/static:nonroot\n'),
      FILES,
      ['introduced chainguard-static'],
    ],
  ])('%s', async (_, base, head, wanted) => {
    expect([...bases(await judgeChange(base, head))].sort()).toEqual([...wanted].sort());
  });

  it('hide no base that one of two ways to build did not have', async () => {
    const other =
      'image:\n\tKO_DEFAULTBASEIMAGE=gcr.io/distroless/static:nonroot ko build --bare ./cmd/server\n';
    const two = { ...FILES, Makefile: other, 'dev/build.sh': '#!/bin/sh\nko build --bare ./cmd/server\n' };
    const report = await judgeChange(two, {
      ...two,
      Makefile: BUILD,
      '.ko.yaml': 'defaultLdflags: ["-s"]\n',
    });
    expect(bases(report)).toContain('introduced chainguard-static');
  });
});
