import { describe, expect, it } from '@jest/globals';
import { isArchitecture, isArchitectureName, placeholdersIn } from '../../src/domain/placeholder.ts';

describe('placeholders', () => {
  it.each([
    ['BASEIMAGE', ['BASEIMAGE']],
    ['ARG_FROM', ['ARG_FROM']],
    ['{ARG_FROM}', ['{ARG_FROM}']],
    ['@BASEIMAGE@', ['@BASEIMAGE@']],
    ['__BASEIMAGE__', ['__BASEIMAGE__']],
    ['__BASE_IMAGE__:v1', ['__BASE_IMAGE__']],
    ['<BASE>', ['<BASE>']],
    ['%BASE%', ['%BASE%']],
    ['%{REGISTRY}%acme/app:v1', ['%{REGISTRY}%']],
    ['app-ARG_ARCH:ARG_VERSION', ['ARG_ARCH', 'ARG_VERSION']],
    ['ARCH/debian', ['ARCH']],
    ['REGISTRY/own-image', ['REGISTRY']],
    ['debian-base-ARCH:0.1', ['ARCH']],
    ['gcr.io/PROJECT/app-ARCH:VERSION', ['PROJECT', 'ARCH', 'VERSION']],
    ['app:@VERSION@', ['@VERSION@']],
    ['app:__TAG__', ['__TAG__']],
    ['app:IMAGE_TAG', ['IMAGE_TAG']],
    ['app:v1-ARCH', ['ARCH']],
    ['BASE2', ['BASE2']],
    ['alpine', []],
    ['alpine:3.20', []],
    ['app:RC1', []],
    ['app:GA', []],
    ['app:v1-RC1', []],
    ['GCR.IO/distroless/static', []],
    ['MYHOST:5000/app', []],
    ['${BASEIMAGE}', []],
    ['debian-base-$(ARCH):v1', []],
    ['{{.BASE}}/app', []],
    ['$BASEIMAGE', []],
    ['A/b', []],
    ['Baseimage', []],
    [`app@sha256:${'0'.repeat(64)}`, []],
    ['', []],
  ])('%s holds %j', (reference, expected) => {
    expect(placeholdersIn(reference)).toEqual(expected);
  });

  it.each(['_'.repeat(4000), '{A'.repeat(2000), '__A'.repeat(1300), '@A'.repeat(2000), 'A_'.repeat(2000)])(
    'finds no more than it reads (%#)',
    (reference) => {
      expect(placeholdersIn(reference).join('').length).toBeLessThanOrEqual(reference.length);
    },
  );

  it('does not look at what is longer than any reference', () => {
    expect(placeholdersIn('@A@'.repeat(300_000))).toEqual([]);
  });
});

describe('architecture names', () => {
  it.each([
    'ARCH',
    'arch',
    'TARGETARCH',
    'GOARCH',
    'BASEARCH',
    '{ARCH}',
    '{{.ARCH}}',
    '{{ .Arch }}',
    '$(ARCH)',
    '${GOARCH}',
    '@ARCH@',
    '__ARCH__',
    '{{ .Values.arch }}',
  ])('%s is one', (name) => expect(isArchitectureName(name)).toBe(true));

  it.each([
    'SEARCH',
    'RESEARCH',
    'MARCH',
    'BASEIMAGE_ARCH',
    'ARCHIVE',
    'TARGETPLATFORM',
    'TARGETOS',
    '',
    'BASEIMAGE',
    'ARCH_TAG',
    'A'.repeat(100_000),
  ])('%.40s is none', (name) => expect(isArchitectureName(name)).toBe(false));
});

describe('a text that names an architecture', () => {
  it.each(['amd64', 'x86_64', 'linux/arm/v7', 'armv7l', 'linux-arm64', 'amd64 arm64 s390x', 'amd64,arm', ''])(
    '%s is one',
    (text) => expect(isArchitecture(text)).toBe(true),
  );

  it.each(['debug', 'amd64 debug', 'nonroot-amd64', 'linux', 'latest', 'debug/v7', 'a'.repeat(10_000)])(
    '%.40s is none',
    (text) => expect(isArchitecture(text)).toBe(false),
  );
});
