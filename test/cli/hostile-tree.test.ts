import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { TestFolders } from '../adapters/git/repositories.ts';
import { plinth } from './plinth.ts';

// A start takes a fifth of a second, and much more on a busy machine.
jest.setTimeout(60_000);

const folders = new TestFolders();
afterAll(() => folders.clean());

describe('I08: a working tree of links, pipes and sockets', () => {
  it('is judged without leaving its root and without waiting', async () => {
    const outside = folders.folder();
    writeFileSync(join(outside, 'Dockerfile'), 'FROM secret-canary\n');
    const { folder } = folders.repository();
    const put = (path: string, content: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), content);
    };
    put('fine/Dockerfile', 'FROM alpine\n');
    put('was-a-file/Dockerfile', 'FROM alpine\n');
    execFileSync('git', ['-C', folder, 'add', '-A']);
    const links: readonly (readonly [path: string, target: string])[] = [
      ['out/Dockerfile', join(outside, 'Dockerfile')],
      ['passwd/Dockerfile', '/etc/passwd'],
      ['up/Dockerfile', '../../../../../../../../etc/passwd'],
      ['loop/Dockerfile', 'Dockerfile'],
      ['ring/Dockerfile', 'b.Dockerfile'],
      ['ring/b.Dockerfile', 'Dockerfile'],
      ['folder/Dockerfile', '..'],
      ['device/Dockerfile', '/dev/zero'],
      ['linked', outside],
      ['inside/Dockerfile', '../fine/Dockerfile'],
    ];
    for (const [path, target] of links) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      symlinkSync(target, join(folder, path));
    }
    mkdirSync(join(folder, 'fifo'));
    execFileSync('mkfifo', [join(folder, 'fifo/Dockerfile')]);
    rmSync(join(folder, 'was-a-file/Dockerfile'));
    execFileSync('mkfifo', [join(folder, 'was-a-file/Dockerfile')]);
    const server = createServer().listen(join(folder, 'pod.yaml'));
    try {
      const { code, out, err } = await plinth(folder, ['check', '--format', 'json']);
      expect(err).toBe('');
      const report = JSON.parse(out) as Report;
      const said = report.findings.map((finding) => `${finding.rule} ${finding.path}`);
      expect(said).toContain('base-not-allowed fine/Dockerfile');
      for (const [path] of links.filter(
        ([path]) => path.endsWith('Dockerfile') && !path.startsWith('inside'),
      ))
        expect(said).toContain(`unread-file ${path}`);
      expect(out).not.toMatch(/secret-canary|root:/);
      expect(code).toBe(1);
    } finally {
      server.close();
    }
  });
});

describe('I10, I14: names that would draw, break lines or give orders', () => {
  const NAMES = [
    'esc\u001b]8;;http:evil.example\u0007\u001b[31m',
    'line\nbreak',
    '\n::error file=x,line=1::pwned\n',
    '::set-output name=x::y',
    '##[error]pwned',
    'rtl\u202egpj',
    'percent%0A::error::x',
    '--flag',
    'tab\tand\rreturn',
    '\u0085nel\u2028ls',
    'café',
    'cafe\u0301',
    '```@org/team <img src=x>',
  ];

  it('are shown escaped in text, and as they are in JSON', async () => {
    const repository = folders.repository();
    const paths = NAMES.map((name) => `${name}/Dockerfile`);
    for (const path of paths) repository.write(path, 'FROM alpine\nCMD x\n');
    const [text, json, sarif] = await Promise.all(
      ['text', 'json', 'sarif'].map((format) => plinth(repository.folder, ['check', '--format', format])),
    );
    expect([text?.code, json?.code, sarif?.code]).toEqual([1, 1, 1]);
    const shown = text?.out ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    expect(shown.split('\n').filter((line) => /^\s*(::|##\[)/.test(line))).toEqual([]);
    const report = JSON.parse(json?.out ?? '') as Report;
    expect([...new Set(report.findings.map((finding) => finding.path))].sort()).toEqual([...paths].sort());
    for (const out of [json?.out, sarif?.out])
      expect((out ?? '').split('\n').filter((line) => /^\s*(::|##\[)/.test(line))).toEqual([]);
    expect(() => JSON.parse(sarif?.out ?? '')).not.toThrow();
  });

  it('in errors too', async () => {
    const repository = folders.repository();
    repository.commit({ x: '1' });
    const { code, err } = await plinth(repository.folder, ['check', '--base', 'x\u001b[31m\n::error::pwned']);
    expect(code).toBe(2);
    expect(err).not.toContain('\u001b');
    expect(err.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
  });
});
