import { describe, expect, it } from '@jest/globals';
import type { ReportFinding } from '../../src/domain/index.ts';
import { exceptionEntry } from '../../src/present/exception-entry.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Files, judgeTree } from '../support/mini-repository.ts';

const FILE = '.github/plinth-exceptions.yml';

/** Trees of which some finding holds a change up, each rule's own examples. */
const TREES = RULES.filter(({ on }) => on === 'tree').flatMap(({ meta }) =>
  meta.examples.flagged.map(
    ({ title, files }) =>
      [`${meta.id}: ${title}`, Object.fromEntries(Object.entries(files).map(unmarked))] as const,
  ),
);

/** Without the lines that point at what is flagged. */
function unmarked([path, text]: readonly [string, string]): readonly [string, string] {
  return [path, text.replace(/^(?:#|\/\/)?[ #]*\^+.*\n/gm, '')];
}

function holdsUp({ level }: ReportFinding): boolean {
  return level === 'block' || level === 'needs-exception' || level === 'inconclusive';
}

/** What Plinth tells people to write has to do what they want. */
const SEVERAL: Files = {
  Dockerfile:
    'FROM alpine:3.20 AS tools\nCOPY tools /tools\nFROM ubuntu:24.04 AS server\nCOPY server /server\nFROM debian:12\nCOPY loader /loader\n',
  Makefile:
    'images:\n\tdocker build --target tools -t registry.example/tools .\n\tdocker build --target server -t registry.example/server .\n\tdocker build -t registry.example/loader .\n',
};

describe('the entry that is printed for a finding covers it', () => {
  it.each([...TREES, ['several images of one file', SEVERAL] as const])('%s', async (_, files: Files) => {
    const report = await judgeTree(files);
    for (const finding of report.findings.filter(holdsUp)) {
      const entry = exceptionEntry(report, finding);
      const again = await judgeTree({ ...files, [FILE]: `exceptions:\n${entry}\n` });
      const same = again.findings.find(({ fingerprint }) => fingerprint === finding.fingerprint);
      expect({ entry, covered: same?.exception != null }).toEqual({ entry, covered: true });
    }
  });
});
