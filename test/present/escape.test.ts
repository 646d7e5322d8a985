import { describe, expect, it } from '@jest/globals';
import { code, encodePath, fence, isPlainPath, prose } from '../../src/present/escape.ts';
import { outsideCode } from '../support/markdown.ts';

const HOSTILE = [
  '@org/team',
  'mail@example.org',
  '#123',
  'owner/repo#1',
  'GH-1',
  'JIRA-99',
  'deadbeef',
  'deadbeef)',
  '"deadbeef"',
  'x-deadbeef',
  '0123456789abcdef0123456789abcdef01234567',
  'https://evil.example/x',
  'www.evil.example',
  '![](http://evil.example/x.png)',
  '[click](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '</details>',
  '<!-- plinth:finding=0 -->',
  '`code`',
  '``two``',
  '***bold***',
  '~~struck~~',
  '| a | b |',
  ':smile:',
  '::set-output name=x::y',
  '- [ ] task',
  '1. list',
  '> quote',
  '# heading',
  'a\n\n# heading',
  '&#64;org',
  '\\`@org\\`',
  '$x^2$',
];

describe('prose of others in Markdown', () => {
  it.each(HOSTILE)('%j leaves nothing but plain words outside code spans', (text) => {
    for (const sentence of [text, `The image ${text} is built on ${text}, see (${text}).`]) {
      expect(outsideCode(prose(sentence))).toMatch(/^(?:[A-Za-z ,.;:()'-]|\b[0-9]{1,5}\b)*$/);
      expect(prose(sentence)).not.toContain('\n');
    }
  });

  it.each([
    ['CMD in shell form starts /bin/sh in the image', 'CMD in shell form starts `/bin/sh` in the image'],
    ['built on debian:12, which kep-1729 forbids.', 'built on `debian:12`, which `kep-1729` forbids.'],
    ['it is too large (9999999 bytes)', 'it is too large (`9999999` bytes)'],
    ['run ["/server", "-c"] directly', 'run `["/server"`, `"-c"]` directly'],
    ['the file a b/c d is', 'the file a `b/c` d is'],
    ['2 images need changes · 1 warning', '2 images need changes · 1 warning'],
  ])('%s', (text, shown) => {
    expect(prose(text)).toBe(shown);
  });

  it('is linear in hostile text', () => {
    const long = '`('.repeat(200_000);
    expect(prose(long).length).toBeLessThan(20_000);
  });
});

describe('code spans', () => {
  it.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['```', '```` ``` ````'],
    ['a``b`c', '```a``b`c```'],
    ['', '`(empty)`'],
    ['  ', '`(empty)`'],
    ['a\nb', '`a\\u{A}b`'],
  ])('%j becomes %s', (text, shown) => {
    expect(code(text)).toBe(shown);
  });

  it('never repeats a secret', () => {
    const token = `ghs_${'a'.repeat(36)}`;
    expect(code(`https://x-access-token:${token}@github.com/a`)).toBe('`https://***@github.com/a`');
    expect(code(`ENV PASSWORD=hunter2hunter2`)).toBe('`ENV PASSWORD=***`');
    expect(code('ENV PASSWORD=${PASSWORD}')).toBe('`ENV PASSWORD=${PASSWORD}`');
    expect(prose(`built on ${token}`)).not.toContain(token);
  });
});

describe('fences', () => {
  it('are longer than any run of backticks in the text', () => {
    expect(fence('a\n````\nb', 'suggestion')).toBe('`````suggestion\na\n````\nb\n`````');
    expect(fence('a', 'yaml')).toBe('```yaml\na\n```');
  });
});

describe('paths', () => {
  it.each([
    ['images/a/Dockerfile', true],
    ['a b/ü', true],
    ['../a', false],
    ['a/../b', false],
    ['/etc/passwd', false],
    ['a//b', false],
    ['a\\b', false],
    ['a\nb', false],
    ['a\u001bb', false],
    ['./a', false],
    ['', false],
  ])('%j can be shown by GitHub: %s', (path, plain) => {
    expect(isPlainPath(path)).toBe(plain);
  });

  it('are encoded so that no link ends early and no query begins', () => {
    expect(encodePath('a (b)/c?d#e%0A/日')).toBe('a%20%28b%29/c%3Fd%23e%250A/%E6%97%A5');
    expect(encodePath('x\ud800')).toBe('x%EF%BF%BD');
  });
});
