import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readConfig, type Start } from '../../src/app/config.ts';

const { privateKey: KEY } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
const { privateKey: SHORT_KEY } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
const SECRET = 'kD3v9wQzT0bX7rLm2cPf';
const GOOD = { APP_ID: '42', PRIVATE_KEY: KEY, WEBHOOK_SECRET: SECRET };

function start(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}): Start {
  return readConfig({
    env,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no file ${path}`);
      return text;
    },
    shippedPolicies: ['kep-1729', 'minimal'],
  });
}

function problems(env: Readonly<Record<string, string>>): readonly string[] {
  const started = start(env);
  return started.kind === 'refused' ? started.problems : [];
}

function config(env: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const started = start(env, files);
  if (started.kind !== 'run') throw new Error(JSON.stringify(started));
  return started.config;
}

describe('how the App starts', () => {
  it('opens the set-up page on loopback where no credential is set', () => {
    const setUp = { host: '127.0.0.1', port: 3000, publicUrl: null };
    expect(start({})).toEqual({ kind: 'set-up', setUp });
    expect(start({ HOST: '0.0.0.0', PORT: '8080' })).toEqual({
      kind: 'set-up',
      setUp: { ...setUp, port: 8080 },
    });
  });

  it('is told where GitHub will reach the App, which is never this machine’s own address', () => {
    const setUpWith = (url: string) => start({ PLINTH_PUBLIC_URL: url });
    expect(setUpWith('https://plinth.example.org/')).toMatchObject({
      setUp: { publicUrl: 'https://plinth.example.org' },
    });
    for (const url of [
      'http://localhost:3000',
      'https://127.0.0.1',
      'http://[::1]:3000',
      'plinth.example.org',
      'ftp://a',
    ])
      expect(problems({ PLINTH_PUBLIC_URL: url })).toEqual([expect.stringMatching(/^PLINTH_PUBLIC_URL /)]);
  });

  it('never opens it in production: each credential is then asked for', () => {
    expect(problems({ NODE_ENV: 'production' }).map((problem) => problem.split(' ')[0])).toEqual([
      'APP_ID',
      'PRIVATE_KEY',
      'WEBHOOK_SECRET',
    ]);
  });

  it('checks all credentials as soon as one is set', () => {
    expect(problems({ APP_ID: '42' })).toHaveLength(2);
    expect(problems({ WEBHOOK_SECRET: SECRET })).toHaveLength(2);
    expect(problems({ PRIVATE_KEY_PATH: '/nowhere' })).toHaveLength(3);
  });

  it('takes no empty variable for one that is set', () => {
    expect(start({ APP_ID: '', WEBHOOK_SECRET: ' ' }).kind).toBe('set-up');
  });
});

describe('M06: what is missing or weak is refused by name, never by value', () => {
  const weak: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['no secret', { APP_ID: '42', PRIVATE_KEY: KEY }, 'WEBHOOK_SECRET'],
    ['the secret of the examples', { ...GOOD, WEBHOOK_SECRET: 'development' }, 'WEBHOOK_SECRET'],
    ['19 characters', { ...GOOD, WEBHOOK_SECRET: 'hunter2hunter2hunte' }, 'WEBHOOK_SECRET'],
    ['a long weak secret', { ...GOOD, WEBHOOK_SECRET: 'hunter2hunter2hunter2hunter2' }, 'WEBHOOK_SECRET'],
    ['a weak old secret', { ...GOOD, WEBHOOK_SECRET_OLD: 'hunter2' }, 'WEBHOOK_SECRET_OLD'],
    ['an id that is none', { ...GOOD, APP_ID: 'hunter2' }, 'APP_ID'],
    ['a key that is none', { ...GOOD, PRIVATE_KEY: 'hunter2' }, 'PRIVATE_KEY'],
    ['half a key', { ...GOOD, PRIVATE_KEY: KEY.slice(0, 300) }, 'PRIVATE_KEY'],
    ['a short key', { ...GOOD, PRIVATE_KEY: SHORT_KEY }, 'PRIVATE_KEY'],
    ['a port that is none', { ...GOOD, PORT: 'hunter2' }, 'PORT'],
    ['a port too high', { ...GOOD, PORT: '65536' }, 'PORT'],
    ['a host with a path', { ...GOOD, GHE_HOST: 'hunter2.example/api' }, 'GHE_HOST'],
    ['another protocol', { ...GOOD, GHE_HOST: 'ghe.example', GHE_PROTOCOL: 'gopher' }, 'GHE_PROTOCOL'],
    ['a level that is none', { ...GOOD, LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    ['another database', { ...GOOD, DATABASE_URL: 'mysql://u:hunter2@h/d' }, 'DATABASE_URL'],
    ['an unknown policy', { ...GOOD, PLINTH_POLICY: 'hunter2' }, 'PLINTH_POLICY'],
    ['an unknown enforcement', { ...GOOD, PLINTH_ENFORCEMENT: 'hunter2' }, 'PLINTH_ENFORCEMENT'],
  ];
  it.each(weak)('%s', (_lesson, env, name) => {
    const found = problems(env);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name} `));
    expect(found[0]).not.toContain('hunter2');
    expect(found[0]).not.toContain('BEGIN');
  });

  it.each(['', 'hunter2', 'hunter2hunter2hunter2'])(
    'says how to make a good secret instead of "%s"',
    (weak) => {
      const [problem] = problems({ ...GOOD, WEBHOOK_SECRET: weak });
      expect(problem).toContain(`node -p "crypto.randomBytes(32).toString('hex')"`);
    },
  );

  it('names a misspelt value’s nearest', () => {
    expect(problems({ ...GOOD, LOG_LEVEL: 'infos' })[0]).toContain('did you mean info?');
  });
});

describe('what the App is told', () => {
  it('has sober defaults', () => {
    expect(config(GOOD)).toMatchObject({
      appId: 42,
      host: '127.0.0.1',
      port: 3000,
      apiUrl: 'https://api.github.com',
      logLevel: 'info',
      store: { dataDirectory: 'plinth-data' },
      policy: null,
      enforcement: null,
      webhookSecrets: [SECRET],
    });
  });

  it('reads the key from a file, in one line, with \\n and in base64', () => {
    const expected = config(GOOD).privateKey;
    expect(expected).toContain('-----BEGIN PRIVATE KEY-----');
    const { PRIVATE_KEY: _, ...rest } = GOOD;
    expect(config({ ...rest, PRIVATE_KEY_PATH: 'key.pem' }, { 'key.pem': KEY }).privateKey).toBe(expected);
    expect(config({ ...rest, PRIVATE_KEY: KEY.replaceAll('\n', '\\n') }).privateKey).toBe(expected);
    expect(config({ ...rest, PRIVATE_KEY: KEY.trim().replaceAll('\n', ' ') }).privateKey).toBe(expected);
    expect(config({ ...rest, PRIVATE_KEY: Buffer.from(KEY).toString('base64') }).privateKey).toBe(expected);
  });

  it('speaks to a GitHub Enterprise Server as Probot does', () => {
    expect(config({ ...GOOD, GHE_HOST: 'ghe.example' }).apiUrl).toBe('https://ghe.example/api/v3');
    expect(config({ ...GOOD, GHE_HOST: '127.0.0.1:3001', GHE_PROTOCOL: 'http' }).apiUrl).toBe(
      'http://127.0.0.1:3001/api/v3',
    );
  });

  it('takes the operator’s policy by name or from a file', () => {
    expect(config({ ...GOOD, PLINTH_POLICY: 'minimal' }).policy).toEqual({
      tier: 'operator',
      from: 'minimal',
      text: 'extends: minimal\n',
    });
    const own = config({ ...GOOD, PLINTH_POLICY: '/etc/own.yml' }, { '/etc/own.yml': 'extends: kep-1729\n' });
    expect(own.policy).toEqual({ tier: 'operator', from: '/etc/own.yml', text: 'extends: kep-1729\n' });
  });

  it('M08: accepts the old secret beside the new one', () => {
    const old = 'Yh6sNq8uJe1gWx4oRaVt';
    expect(config({ ...GOOD, WEBHOOK_SECRET_OLD: old }).webhookSecrets).toEqual([SECRET, old]);
  });

  it('keeps its state in a folder or in PostgreSQL', () => {
    expect(config({ ...GOOD, PLINTH_DATA_DIR: '/data' }).store).toEqual({ dataDirectory: '/data' });
    expect(config({ ...GOOD, DATABASE_URL: 'postgresql://db/plinth' }).store).toEqual({
      databaseUrl: 'postgresql://db/plinth',
    });
  });
});
