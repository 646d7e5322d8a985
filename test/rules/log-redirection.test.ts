import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

async function linesIn(script: string): Promise<readonly string[]> {
  const { findings } = await judgeChange(
    {},
    {
      Dockerfile: 'FROM registry.k8s.io/debian-base:v1\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
      'run.sh': `#!/bin/sh\n${script}\n`,
    },
  );
  return findings
    .filter(({ rule }) => rule === 'manifest-log-redirection')
    .map(({ path, line }) => `${path}:${line}`);
}

/** DOMAIN 4: a shell that redirects the container's own output. */
describe('a script that an image starts', () => {
  it.each([
    ['a log file', './server "$@" 1>>$LOG_OUTPUT 2>&1 &\nwait'],
    ['tee, errors among it', './server 2>&1 | tee /data/out.txt'],
    ['tee into the logs', './server | tee /var/log/server.log'],
    ['tee into what a variable calls a log', './server | tee "${LOG_FILE}"'],
  ])('redirects its log: %s', async (_, script) => {
    expect(await linesIn(script)).toEqual(['run.sh:2']);
  });

  it.each([
    ['results that are kept beside', './suite --report | tee "${RESULTS}/suite.log" &\nwait'],
    ['output of its own', 'echo ready > /tmp/ready'],
  ])('may keep %s', async (_, script) => {
    expect(await linesIn(script)).toEqual([]);
  });
});

describe('a script that an image begins to start', () => {
  it('is told with the line that starts it as its cause', async () => {
    const script = { 'run.sh': '#!/bin/sh\n./server 2>&1\n' };
    const Dockerfile =
      '# License\nFROM registry.k8s.io/debian-base:v1\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n';
    const { findings } = await judgeChange(script, { ...script, Dockerfile });
    const found = findings.find(({ rule }) => rule === 'manifest-log-redirection');
    expect(found).toMatchObject({ path: 'run.sh', line: 2, cause: { path: 'Dockerfile', line: 4 } });
  });
});
