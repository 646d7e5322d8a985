import { describe, expect, it } from '@jest/globals';
import {
  type ImageReference,
  type NamedImage,
  normalisedName,
  parseImageReference,
  withPlainHost,
} from '../../src/domain/image-reference.ts';
import fc from '../support/fast-check.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

function image(raw: string): NamedImage {
  const parsed = parseImageReference(raw);
  if (parsed.kind !== 'image') throw new Error(`${raw} is ${JSON.stringify(parsed)}`);
  return parsed;
}

function because(raw: string): string {
  const parsed: ImageReference = parseImageReference(raw);
  return parsed.kind === 'malformed' ? parsed.because : `is ${parsed.kind}`;
}

describe('image references', () => {
  it.each([
    ['alpine', 'docker.io', 'library/alpine', undefined, undefined],
    ['alpine:3.20', 'docker.io', 'library/alpine', '3.20', undefined],
    ['library/alpine', 'docker.io', 'library/alpine', undefined, undefined],
    ['arm64v8/alpine:3.8', 'docker.io', 'arm64v8/alpine', '3.8', undefined],
    ['gcr.io/distroless/static:nonroot', 'gcr.io', 'distroless/static', 'nonroot', undefined],
    [`gcr.io/distroless/static@${DIGEST}`, 'gcr.io', 'distroless/static', undefined, DIGEST],
    [`gcr.io/distroless/static:latest@${DIGEST}`, 'gcr.io', 'distroless/static', 'latest', DIGEST],
    ['localhost/app', 'localhost', 'app', undefined, undefined],
    ['localhost:5000/app:v1', 'localhost:5000', 'app', 'v1', undefined],
    ['localhost:5000', 'docker.io', 'library/localhost', '5000', undefined],
    ['[::1]:5000/app', '[::1]:5000', 'app', undefined, undefined],
    ['REGISTRY/app', 'REGISTRY', 'app', undefined, undefined],
    ['a/b/c/d', 'docker.io', 'a/b/c/d', undefined, undefined],
    ['a__b/c---d.e', 'docker.io', 'a__b/c---d.e', undefined, undefined],
  ])('%s', (raw, registry, repository, tag, digest) => {
    const parsed = image(raw);
    expect([parsed.registry, parsed.repository, parsed.tag, parsed.digest]).toEqual([
      registry,
      repository,
      tag,
      digest,
    ]);
    expect(parsed.open.size).toBe(0);
  });

  it('knows the reserved empty base, and only by its exact name', () => {
    expect(parseImageReference('scratch').kind).toBe('scratch');
    expect(parseImageReference('docker.io/library/scratch').kind).toBe('image');
    expect(parseImageReference('Scratch').kind).toBe('malformed');
  });

  it.each([
    ['${BASE}', ['registry', 'repository'], 'docker.io', 'library/${BASE}', undefined],
    ['alpine${SUFFIX}', ['registry', 'repository'], 'docker.io', 'library/alpine${SUFFIX}', undefined],
    ['${REGISTRY}/debian-base:v1', ['registry'], '${REGISTRY}', 'debian-base', 'v1'],
    ['gcr.io/${PROJECT}/app:v1', ['repository'], 'gcr.io', '${PROJECT}/app', 'v1'],
    ['alpine:${TAG}', ['tag'], 'docker.io', 'library/alpine', '${TAG}'],
    ['alpine:3.${MINOR:-1:2/3}', ['tag'], 'docker.io', 'library/alpine', '3.${MINOR:-1:2/3}'],
    ['alpine@${DIGEST}', ['digest'], 'docker.io', 'library/alpine', undefined],
    ['alpine:$TAG', ['tag'], 'docker.io', 'library/alpine', '$TAG'],
    ["k8s.gcr.io/{{ pillar['a/b:c'] }}:v1", ['repository'], 'k8s.gcr.io', "{{ pillar['a/b:c'] }}", 'v1'],
    ['{{.Repository}}/app:{{ .Tag }}', ['registry', 'tag'], '{{.Repository}}', 'app', '{{ .Tag }}'],
    ['gcr.io/app:${A:-${B}}', ['tag'], 'gcr.io', 'app', '${A:-${B}}'],
  ])('%s is open in %j', (raw, open, registry, repository, tag) => {
    const parsed = image(raw);
    expect([...parsed.open].sort()).toEqual([...open].sort());
    expect([parsed.registry, parsed.repository, parsed.tag]).toEqual([registry, repository, tag]);
  });

  it.each([
    ['debian-base-$(ARCH):v1', 'library/debian-base-$(ARCH)', 'v1'],
    ['debian-base-${TARGETARCH}:v1', 'library/debian-base-$(ARCH)', 'v1'],
    ['debian-base-{{.ARCH}}:v1', 'library/debian-base-$(ARCH)', 'v1'],
    ['nanoserver:ltsc2022-$TARGETARCH', 'library/nanoserver', 'ltsc2022-$(ARCH)'],
    ['$(ARCH)/alpine', '$(ARCH)/alpine', undefined],
  ])('an open architecture is no open part: %s (SEM-3.4)', (raw, repository, tag) => {
    const parsed = image(raw);
    expect(parsed.open.size).toBe(0);
    expect([parsed.repository, parsed.tag]).toEqual([repository, tag]);
  });

  it.each([
    ['', 'empty'],
    ['gcr.io//static', 'empty'],
    ['gcr.io/static/', 'empty'],
    ['/static', 'empty'],
    ['Alpine', 'upper case'],
    ['gcr.io/Distroless/static', 'upper case'],
    ['-alpine', 'no valid name'],
    ['al..pine', 'no valid name'],
    ['a___b', 'no valid name'],
    ['alpine:', 'tag'],
    ['alpine:-x', 'tag'],
    [`alpine:${'x'.repeat(129)}`, 'tag'],
    ['alpine@sha256:abc', 'digest'],
    [`alpine@sha256:${'G'.repeat(64)}`, 'digest'],
    [`alpine@${DIGEST}@${DIGEST}`, 'digest'],
    [`alpine@md5:${'0'.repeat(32)}`, 'digest'],
    ['user:pw@host/app', 'digest'],
    ['http://169.254.169.254/x', 'host'],
    ['gcr-.io/app', 'host'],
    ['gcr.io:port/app', 'host'],
    ['a b', 'blank'],
    ['a\u0000b', 'U+0000'],
    ['a\nb', 'U+000A'],
    ['gc\u0433.io/distroless/static', 'U+0433'],
    ['gcr.io/distroless/static\u202e', 'U+202E'],
    ['\u{1f600}', 'U+1F600'],
    ['gcr.io/\ue000/static', 'U+E000'],
    ['${BASE', 'not closed'],
    ['$(ARCH', 'not closed'],
    ['{{ .Image', 'not closed'],
    ['a/$', 'no valid name'],
    ['0'.repeat(64), 'hexadecimal'],
    ['x/'.repeat(200), 'longer'],
  ])('%j is malformed: %s', (raw, reason) => {
    expect(because(raw)).toContain(reason);
  });

  it.each([
    ['alpine', 'docker.io/library/alpine'],
    ['library/alpine:3', 'docker.io/library/alpine'],
    ['docker.io/alpine', 'docker.io/library/alpine'],
    ['index.docker.io/library/alpine', 'docker.io/library/alpine'],
    ['registry-1.docker.io/alpine', 'docker.io/library/alpine'],
    ['acme/app', 'docker.io/acme/app'],
    [`gcr.io/distroless/static:x@${DIGEST}`, 'gcr.io/distroless/static'],
    ['docker.io:443/alpine', 'docker.io/library/alpine'],
    ['registry.k8s.io:443/dns/dns:1', 'registry.k8s.io/dns/dns'],
    ['registry.k8s.io:5000/dns', 'registry.k8s.io:5000/dns'],
    ['[::1]:443/dns', '[::1]/dns'],
    ['Docker.io/library/alpine', 'Docker.io/library/alpine'],
  ])('the name of %s is %s', (raw, name) => {
    expect(normalisedName(image(raw))).toBe(name);
  });

  it.each([
    ['registry.k8s.io./dns:1', 'registry.k8s.io/dns:1'],
    ['registry.k8s.io:443/dns:1', 'registry.k8s.io/dns:1'],
    ['registry.k8s.io.:443/dns@x', 'registry.k8s.io/dns@x'],
    ['localhost:443/dns', 'localhost/dns'],
    ['registry.k8s.io:4430/dns', 'registry.k8s.io:4430/dns'],
    ['./dns', './dns'],
    [':443/dns', ':443/dns'],
    ['dns.', 'dns.'],
    ['acme/dns:443', 'acme/dns:443'],
  ])('the host of %s is spelled plainly in %s', (raw, plain) => {
    expect(withPlainHost(raw)).toBe(plain);
  });

  it.each([
    ['a'.repeat(1_000_000)],
    ['${'.repeat(500_000)],
    ['$(('.repeat(300_000)],
    ['{{'.repeat(500_000)],
    ['$a'.repeat(500_000)],
    ['a/'.repeat(500_000)],
    ['-'.repeat(1_000_000)],
    [`a:${'.'.repeat(1_000_000)}`],
  ])('answers a megabyte (%#)', (raw) => {
    expect(parseImageReference(raw).kind).toBe('malformed');
  });

  it('is total, and a closed name reads the same in its long form', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ0.-_/:@${}()A\u0433 '.split('')) }), (raw) => {
        const parsed = parseImageReference(raw);
        expect(parsed.raw).toBe(raw);
        if (parsed.kind !== 'image') return;
        if (parsed.open.size > 0 || parsed.digest !== undefined) return;
        const tag = parsed.tag === undefined ? '' : `:${parsed.tag}`;
        const again = image(`${normalisedName(parsed)}${tag}`);
        expect([normalisedName(again), again.tag]).toEqual([normalisedName(parsed), parsed.tag]);
      }),
      { numRuns: 3000, seed: 4 },
    );
  });
});
