import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/app/log.ts';

const { privateKey: PEM } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

function logged(level: 'trace' | 'info', write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(createLog(level, { write: (line: string) => void (text += line) }));
  return text;
}

describe('the log', () => {
  it('is one JSON line per message, with level, time, fields and a sentence', () => {
    const [line = '', ...rest] = logged('info', (log) => {
      log.debug({ a: 1 }, 'not at this level');
      log.info({ repository: 5, ms: 12 }, 'judged');
    })
      .trim()
      .split('\n');
    expect(rest).toEqual([]);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      repository: 5,
      ms: 12,
      msg: 'judged',
    });
  });

  it.each([
    ['a short token', 'ghs_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['a long token', 'ghs_123456_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl-_x'],
    ['a personal token', 'github_pat_11AAAAAAA0abcdefghijkl'],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl'],
    ['a key', PEM],
    ['an address with credentials', 'https://x-access-token:hunter2hunter2@github.com/a/b'],
  ])('S02: holds no %s, whatever the field', (_lesson, secret) => {
    const line = logged('trace', (log) => {
      log.debug({ text: `before ${secret} after` }, 'a message');
      log.error({ error: secret, deep: { list: [secret] } }, `${secret} in the message`);
    });
    const telling = secret.split(/[\n:@/]/).filter((part) => part.length > 12 && !part.startsWith('-----'));
    for (const part of telling.filter((one) => one !== 'x-access-token'))
      expect(line.includes(part)).toBe(false);
    expect(line).toContain('after');
    for (const one of line.trim().split('\n')) expect(() => JSON.parse(one)).not.toThrow();
  });

  it('S02: holds no headers of a request that failed', () => {
    const line = logged('trace', (log) =>
      log.error(
        { authorization: 'token hunter2', request: { headers: { authorization: 'hunter2' } } },
        'failed',
      ),
    );
    expect(line).not.toContain('hunter2');
  });
});
