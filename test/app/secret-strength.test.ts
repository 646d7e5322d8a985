import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isGuessable } from '../../src/app/secret-strength.ts';

describe('M06: long secrets that can be guessed', () => {
  it.each([
    ['one sign', 'a'.repeat(64)],
    ['two signs in turn', 'a1'.repeat(20)],
    ['digits in order', '0123456789012345678901234567'],
    ['digits in reverse', '98765432109876543210'],
    ['the alphabet', 'abcdefghijklmnopqrstuvwxyz'],
    ['alphabet and digits', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'],
    ['doubled letters in order', 'aabbccddeeffgghhiijj'],
    ['a word repeated', 'passwordpasswordpassword'],
    ['a word repeated, and something behind', 'changeme-changeme-changeme-1'],
    ['words with digits for letters', 'P@ssw0rd123P@ssw0rd123'],
    ['an unknown word repeated', 'zugspitzezugspitzezugspitze'],
    ['an example’s placeholder', '<your-webhook-secret-here>'],
    ['a name and a year', 'PlinthWebhookSecret2024'],
    ['rows of a keyboard', 'qwertyuiopasdfghjklzxcvbnm'],
    ['a walk over the keyboard', '1q2w3e4r5t6y7u8i9o0p'],
    ['the famous phrase', 'correct horse battery staple'],
    ['very long, and nothing', 'secret '.repeat(10_000)],
  ])('%s', (_lesson, secret) => {
    expect(isGuessable(secret)).toBe(true);
  });
});

describe('secrets that were made at random', () => {
  const digests = Array.from({ length: 500 }, (_, at) =>
    createHash('sha256').update(`lesson ${at}`).digest(),
  );
  it.each(['hex', 'base64', 'base64url'] as const)('pass in %s, from 24 characters on', (encoding) => {
    for (const digest of digests) {
      expect(isGuessable(digest.toString(encoding).slice(0, 24))).toBe(false);
      expect(isGuessable(digest.toString(encoding))).toBe(false);
    }
  });

  it('pass as a phrase of uncommon words', () => {
    expect(isGuessable('abacus zipper frolic unwound gazing thud')).toBe(false);
  });
});
