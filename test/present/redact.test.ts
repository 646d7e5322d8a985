import { describe, expect, it } from '@jest/globals';
import { redact } from '../../src/present/redact.ts';

// Tokens are put together here, so that none stands in the repository.
const HEX = 'a1'.repeat(20);

describe('what looks like a secret is never repeated (S01, S03)', () => {
  it.each([
    ['a password in an address', 'https://user:pa55@host/x', 'https://***@host/x'],
    ['an installation token', `token ${['ghs', HEX].join('_')} end`, 'token *** end'],
    [
      'an installation token of the newer form',
      `x ${['ghs', `12345_${'eyJhbGciOi'}.${HEX}.${HEX}`].join('_')}`,
      'x ***',
    ],
    ['a personal token', ['github', 'pat', HEX].join('_'), '***'],
    ['a signed token', `a ${['eyJhbGciOiJI', HEX, HEX].join('.')} b`, 'a *** b'],
    ['an access key', `x ${'AKIA'}${'A1'.repeat(8)} y`, 'x *** y'],
    ['a private key', `-----BEGIN RSA PRIVATE ${'KEY'}-----\nMIIabc\n-----END RSA PRIVATE KEY-----!`, '***!'],
    ['a value with a telling name', 'ENV DB_PASSWORD=hunter22 A=b', 'ENV DB_PASSWORD=*** A=b'],
    ['a value in YAML', 'api_key: "abcdef"', 'api_key: "***"'],
  ])('%s', (_, text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it.each([
    'FROM gcr.io/distroless/static@sha256:0123',
    'ENV TOKEN=${TOKEN}',
    'password: $(PASSWORD)',
    'RUN --mount=type=secret,id=x true',
    'https://example.org/a@b',
    'name@example.org',
  ])('%s stays as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(['eyJ-', 'password=', '://a', '-----BEGIN PRIVATE KEY-----', 'ghs_.', 'secret '])(
    'is found behind many %j as well; a way that is not linear would not end (I07)',
    (pump) => {
      const token = `ghp_${'a'.repeat(36)}`;
      expect(redact(`${pump.repeat(100_000 / pump.length)} ${token}`)).not.toContain(token);
    },
  );
});
