import { describe, expect, it } from '@jest/globals';
import { compareProblems, type Judged } from '../../src/decide/index.ts';
import type { Effect, ProblemKind, Scope } from '../../src/domain/index.ts';

interface Given {
  readonly rule?: string;
  readonly path?: string;
  readonly subject?: string;
  readonly kind?: ProblemKind;
  readonly effect?: Effect;
  readonly line?: number;
  readonly evidence?: string;
  readonly scope?: Scope;
}

function aProblem(given: Given = {}): Judged {
  const {
    rule = 'shell-run-final-stage',
    path = 'Dockerfile',
    subject = 'shell for RUN',
    kind = 'need',
    line = 1,
    evidence = '',
  } = given;
  const position = { line, column: 1 };
  const effect = given.effect ?? (kind === 'need' ? 'discouraged' : undefined);
  return {
    rule,
    level: 'block',
    evidence,
    problem: {
      ...(given.scope === undefined ? {} : { scope: given.scope }),
      kind,
      path,
      subject,
      message: '',
      at: { path, start: position, end: position },
      rests: [path],
      ...(effect === undefined ? {} : { effect }),
    },
  };
}

function states(
  tip: readonly Given[],
  result: readonly Given[],
  renamed: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  return compareProblems(tip.map(aProblem), result.map(aProblem), renamed).map(
    ({ state, problem }) => `${state} ${problem.path}:${problem.at.start.line}`,
  );
}

describe('SEM-4.2 needs compare as multisets', () => {
  it('an equal need on another line is existing', () => {
    expect(states([{ line: 3 }], [{ line: 9 }])).toEqual(['existing Dockerfile:9']);
  });

  it('a second need of the kind is introduced: the one whose evidence is new', () => {
    const tip = [{ line: 3, evidence: 'RUN chmod +x /a' }];
    const result = [
      { line: 3, evidence: 'RUN mkdir /b' },
      { line: 4, evidence: 'RUN chmod +x /a' },
    ];
    expect(states(tip, result)).toEqual(['introduced Dockerfile:3', 'existing Dockerfile:4']);
  });

  it('an edited need is existing, in file order', () => {
    const tip = [{ line: 3, evidence: 'RUN a' }];
    expect(states(tip, [{ line: 3, evidence: 'RUN b' }])).toEqual(['existing Dockerfile:3']);
  });

  it('the surplus at the tip is fixed', () => {
    expect(states([{ line: 3 }, { line: 4 }], [{ line: 3 }])).toEqual([
      'existing Dockerfile:3',
      'fixed Dockerfile:4',
    ]);
  });

  it('another rule, another subject and another definition are another finding', () => {
    const tip = [{}];
    expect(states(tip, [{ rule: 'redundant-package' }])).toContain('introduced Dockerfile:1');
    expect(states(tip, [{ subject: 'other' }])).toContain('introduced Dockerfile:1');
    expect(states(tip, [{ path: 'b/Dockerfile' }])).toEqual([
      'introduced b/Dockerfile:1',
      'fixed Dockerfile:1',
    ]);
  });
});

describe('SEM-4.3 effects and renames', () => {
  it('a need that begins to break is introduced on its old line, and not fixed', () => {
    expect(states([{ effect: 'discouraged' }], [{ effect: 'breaks' }])).toEqual(['introduced Dockerfile:1']);
  });

  it('a need that only is discouraged now is existing', () => {
    expect(states([{ effect: 'breaks' }], [{ effect: 'discouraged' }])).toEqual(['existing Dockerfile:1']);
  });

  it('the effect of a use is no part of it', () => {
    expect(states([{ kind: 'use', effect: 'discouraged' }], [{ kind: 'use', effect: 'breaks' }])).toEqual([
      'existing Dockerfile:1',
    ]);
  });

  it('a renamed file keeps its findings; a fixed one is shown where it stood', () => {
    const renamed = new Map([['old/Dockerfile', 'new/Dockerfile']]);
    expect(states([{ path: 'old/Dockerfile' }], [{ path: 'new/Dockerfile' }], renamed)).toEqual([
      'existing new/Dockerfile:1',
    ]);
    expect(states([{ path: 'old/Dockerfile' }], [], renamed)).toEqual(['fixed old/Dockerfile:1']);
  });
});

describe('SEM-4.4 bases compare as sets', () => {
  const alpine = { rule: 'base-not-allowed', kind: 'base', subject: 'alpine' } as const;

  it('however many lines say the same family now, it is existing', () => {
    expect(states([alpine], [alpine, { ...alpine, line: 5 }])).toEqual([
      'existing Dockerfile:1',
      'existing Dockerfile:5',
    ]);
  });

  it('another family is introduced, the former fixed', () => {
    expect(states([alpine], [{ ...alpine, subject: 'debian' }])).toEqual([
      'introduced Dockerfile:1',
      'fixed Dockerfile:1',
    ]);
  });
});

it('each of thousands of needs is paired once', () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    line: index + 1,
    evidence: `RUN ${index % 7}`,
  }));
  const compared = states(many, [...many, { line: 6000, evidence: 'RUN new' }]);
  expect(compared.filter((line) => line.startsWith('introduced'))).toEqual(['introduced Dockerfile:6000']);
  expect(compared.filter((line) => line.startsWith('existing'))).toHaveLength(5000);
});

describe('what was not ours to ship and now is', () => {
  it.each(['vendored', 'third-party', 'builder'] as const)(
    'a problem of a %s image is introduced once it is released',
    (scope) => {
      expect(states([{ kind: 'use', scope }], [{ kind: 'use', scope: 'release' }])).toEqual([
        'introduced Dockerfile:1',
      ]);
      expect(states([{ kind: 'base', scope }], [{ kind: 'base', scope: 'release' }])).toEqual([
        'introduced Dockerfile:1',
      ]);
      expect(states([{ scope: 'release' }], [{ scope }])).toEqual(['existing Dockerfile:1']);
    },
  );
});
