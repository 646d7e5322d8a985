import { describe, expect, it } from '@jest/globals';
import { nameOfRemote } from '../../../src/adapters/git/remote.ts';

describe('the name of a remote', () => {
  it.each([
    ['https://github.com/acme/app.git', 'acme/app'],
    ['https://user:password@github.com/acme/app', 'acme/app'],
    ['https://host.example/a/b/acme/app.git/', 'acme/app'],
    ['ssh://git@github.com:22/acme/app.git', 'acme/app'],
    ['git@github.com:acme/app.git', 'acme/app'],
    ['/srv/git/acme/app.git', null],
    ['../app', null],
    ['file:///srv/acme/app.git', null],
    ['https://github.com/app', null],
    ['https://github.com/../..', null],
    ['https://github.com/acme/a b', null],
    ['', null],
  ])('of %s is %s', (address, name) => {
    expect(nameOfRemote(address)).toBe(name);
  });
});
