import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { keepCredentials, setUpManifest } from '../../src/app/set-up.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();
const APP = readFileSync(new URL('../../app.yml', import.meta.url), 'utf8');

describe('the manifest of the set-up page', () => {
  it('has GitHub deliver to the public address', () => {
    expect(JSON.parse(setUpManifest(APP, 'https://plinth.example.org/behind'))).toMatchObject({
      hook_attributes: { url: 'https://plinth.example.org/behind/api/github/webhooks', active: true },
    });
  });

  it('has the webhook off where there is none, with an address that GitHub accepts', () => {
    const { hook_attributes } = JSON.parse(setUpManifest(APP, null));
    expect(hook_attributes.active).toBe(false);
    expect(hook_attributes.url).toMatch(/^https:\/\/example\.com\//);
  });

  it('is for the owner alone, and is otherwise app.yml', () => {
    const manifest = JSON.parse(setUpManifest(APP, null));
    expect(manifest.public).toBe(false);
    expect(manifest.default_permissions).toMatchObject({ checks: 'write', pull_requests: 'write' });
  });
});

describe('the credentials that it brings', () => {
  const KEY = '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----';

  it('are kept for the owner’s eyes, beside what was there', async () => {
    const path = join(await folder(), '.env');
    writeFileSync(path, 'LOG_LEVEL=debug\nAPP_ID=1\n\n', { mode: 0o644 });
    keepCredentials(path, { APP_ID: '42', PRIVATE_KEY: `"${KEY}"` });
    expect(parseEnv(readFileSync(path, 'utf8'))).toEqual({
      LOG_LEVEL: 'debug',
      APP_ID: '42',
      PRIVATE_KEY: KEY,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('make the file where there is none', async () => {
    const path = join(await folder(), '.env');
    keepCredentials(path, { WEBHOOK_SECRET: 'kD3v9wQzT0bX7rLm2cPf' });
    expect(readFileSync(path, 'utf8')).toBe('WEBHOOK_SECRET=kD3v9wQzT0bX7rLm2cPf\n');
  });
});
