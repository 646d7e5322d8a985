import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

/** SEM-4.2: a finding on an untouched line names the changed line that made it introduced. */
describe('the cause of a finding', () => {
  const files = (base: string, user: string) => ({
    'inner/Dockerfile': 'ARG BASE\nFROM ${BASE}\nCOPY a /a\n',
    'inner/Makefile': `BASE = ${base}\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t registry.k8s.io/inner:1 .\n\tdocker push registry.k8s.io/inner:1\n`,
    'outer/Dockerfile': `FROM registry.k8s.io/inner:1\nCOPY b /b\nUSER ${user}\n`,
    Makefile:
      'image:\n\tdocker build -t registry.k8s.io/outer:1 outer\n\tdocker push registry.k8s.io/outer:1\n',
  });

  it('is the line that decides, also where another line stands nearer', async () => {
    const before = files('registry.k8s.io/debian-base:v1', '1000');
    const after = files('gcr.io/distroless/base', '65532');
    const { findings } = await judgeChange(before, after);
    const outer = findings.find(({ path, state }) => path === 'outer/Dockerfile' && state === 'introduced');
    expect(outer).toMatchObject({ rule: 'base-needs-exception', line: 1 });
    expect(outer?.cause).toMatchObject({ path: 'inner/Makefile', line: 1 });
  });

  const LICENCE = '# Copyright of somebody\n# All rights granted\n\n';

  it('is the instruction of a new file that uses the base, not its first line', async () => {
    const Makefile =
      'BASE = alpine:3\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t registry.k8s.io/x:1 .\n\tdocker push registry.k8s.io/x:1\n';
    const Dockerfile = `${LICENCE}ARG BASE\nFROM $BASE\nENTRYPOINT ["/x"]\n`;
    const { findings } = await judgeChange({ Makefile }, { Makefile, Dockerfile });
    const found = findings.find(({ rule }) => rule === 'base-not-allowed');
    expect(found).toMatchObject({ path: 'Makefile', line: 1, cause: { path: 'Dockerfile', line: 5 } });
  });
});
