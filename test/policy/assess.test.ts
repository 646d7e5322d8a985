import { describe, expect, it } from '@jest/globals';
import type { Standing } from '../../src/domain/index.ts';
import { operator, policyOf } from './shipped.ts';

const KEP = policyOf();
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const KUBERNETES_REGISTRIES = [
  'gcr.io/google_containers',
  'gcr.io/google-containers',
  'k8s.gcr.io',
  'k8s.gcr.io/build-image',
  'us.gcr.io/k8s-artifacts-prod/build-image',
  'gcr.io/k8s-staging-build-image',
  'registry.k8s.io',
  'registry.k8s.io/build-image',
];
const ARCHITECTURES = ['amd64', 'arm', 'arm64', 'ppc64le', 's390x', 'riscv64', '386', '$(ARCH)'];

type Row = readonly [reference: string, standing: Standing, family: string | null];

const ROWS: readonly Row[] = [
  // distroless/static in every spelling
  ['gcr.io/distroless/static', 'allowed', 'distroless-static'],
  ['gcr.io/distroless/static:latest', 'allowed', 'distroless-static'],
  ['gcr.io/distroless/static:nonroot', 'allowed', 'distroless-static'],
  ['gcr.io/distroless/static:latest-amd64', 'allowed', 'distroless-static'],
  ['gcr.io/distroless/static:nonroot-$(ARCH)', 'allowed', 'distroless-static'],
  ['gcr.io/distroless/static:nonroot-${TARGETARCH}', 'allowed', 'distroless-static'],
  [`gcr.io/distroless/static@${DIGEST}`, 'allowed', 'distroless-static'],
  [`gcr.io/distroless/static:nonroot@${DIGEST}`, 'allowed', 'distroless-static'],
  ...[9, 10, 11, 12, 13].map(
    (n): Row => [`gcr.io/distroless/static-debian${n}:nonroot`, 'allowed', 'distroless-static'],
  ),
  // debug tags carry a shell
  ['gcr.io/distroless/static:debug', 'not-allowed', 'distroless-debug'],
  ['gcr.io/distroless/static:debug-nonroot', 'not-allowed', 'distroless-debug'],
  ['gcr.io/distroless/static-debian12:debug-amd64', 'not-allowed', 'distroless-debug'],
  ['gcr.io/distroless/static:debug-${TARGETARCH}', 'not-allowed', 'distroless-debug'],
  [`gcr.io/distroless/static:debug@${DIGEST}`, 'not-allowed', 'distroless-debug'],
  ['gcr.io/distroless/base-debian12:debug', 'not-allowed', 'distroless-debug'],
  ['gcr.io/distroless/cc:debug-nonroot', 'not-allowed', 'distroless-debug'],
  // a documented exception
  ['gcr.io/distroless/base', 'needs-exception', 'distroless-base'],
  ['gcr.io/distroless/base-debian11:nonroot', 'needs-exception', 'distroless-base'],
  ['gcr.io/distroless/base-nossl-debian12', 'needs-exception', 'distroless-base-nossl'],
  ['gcr.io/distroless/cc-debian12', 'needs-exception', 'distroless-cc'],
  ['registry.k8s.io/build-image/go-runner:v2.4.0-go1.24.0-bookworm.0', 'needs-exception', 'go-runner'],
  ['registry.k8s.io/build-image/distroless-iptables:v0.1.1', 'needs-exception', 'distroless-iptables'],
  ['k8s.gcr.io/debian-hyperkube-base-$(ARCH):0.10.2', 'needs-exception', 'debian-hyperkube-base'],
  [`registry.k8s.io/build-image/debian-base:bookworm-v1.0.7@${DIGEST}`, 'needs-exception', 'debian-base'],
  ['mcr.microsoft.com/windows/nanoserver:ltsc2022-${TARGETARCH}', 'needs-exception', 'windows'],
  ['mcr.microsoft.com/windows/servercore:${VERSION}', 'needs-exception', 'windows'],
  // everything else
  ['scratch', 'not-allowed', 'scratch'],
  ['busybox', 'not-allowed', 'busybox'],
  ['alpine:3.20', 'not-allowed', 'alpine'],
  ['alpine:${VERSION}', 'not-allowed', 'alpine'],
  [`debian@${DIGEST}`, 'not-allowed', 'debian'],
  ['index.docker.io/library/fedora:30', 'not-allowed', 'fedora'],
  ['registry-1.docker.io/library/ubuntu', 'not-allowed', 'ubuntu'],
  ['docker.io/debian:stable-slim', 'not-allowed', 'debian'],
  ['arm64v8/busybox', 'not-allowed', 'busybox'],
  ['arm32v6/alpine:3.8', 'not-allowed', 'alpine'],
  ['armel/busybox', 'not-allowed', 'busybox'],
  ['$(ARCH)/alpine', 'not-allowed', 'alpine'],
  ['golang:1.12.1-alpine', 'not-allowed', 'golang'],
  ['java:openjdk-8-jre-alpine', 'not-allowed', 'java'],
  ['python:3.10-slim', 'not-allowed', 'python'],
  ['gcr.io/google_containers/ubuntu-slim:0.6', 'not-allowed', 'ubuntu-slim'],
  ['gcr.io/google_containers/busybox:1.27', 'not-allowed', 'busybox'],
  ['registry.k8s.io/build-image/setcap:v1', 'not-allowed', 'setcap'],
  ['gcr.io/distroless/java17-debian12', 'not-allowed', 'distroless-java'],
  ['gcr.io/distroless/python3', 'not-allowed', 'distroless-python3'],
  ['cgr.dev/chainguard/static', 'not-allowed', 'chainguard-static'],
  ['cgr.dev/chainguard/static:latest-dev', 'not-allowed', 'chainguard-dev'],
  ['registry.access.redhat.com/ubi9/ubi-minimal', 'not-allowed', 'ubi'],
  ['gcr.io/k8s-prow/alpine:0.1', 'not-allowed', null],
  ['registry.k8s.io/kube-dnsmasq-amd64:1.4', 'not-allowed', null],
  ['gcr.io/google.com/cloudsdktool/google-cloud-cli:alpine', 'not-allowed', null],
  // look-alikes
  ['evil.io/gcr.io/distroless/static', 'not-allowed', null],
  ['gcr.io/distroless/static/x', 'not-allowed', null],
  ['gcr.io/distroless/staticx', 'not-allowed', null],
  ['gcr.io/distroless/static-evil', 'not-allowed', null],
  ['gcr.io/distroless/static-debian12-evil', 'not-allowed', null],
  ['gcr.io/distroless/static-amd64', 'not-allowed', null],
  ['gcr.io/distroless', 'not-allowed', null],
  ['distroless/static', 'not-allowed', null],
  ['docker.io/distroless/static', 'not-allowed', null],
  ['GCR.io/distroless/static', 'not-allowed', null],
  // The default port is the same server.
  ['gcr.io:443/distroless/static', 'allowed', 'distroless-static'],
  ['gcr.io:8443/distroless/static', 'not-allowed', null],
  ['gcr.io.evil.io/distroless/static', 'not-allowed', null],
  ['gc\u0433.io/distroless/static', 'not-allowed', null],
  ['gcr.io/distroless/static\u202e', 'not-allowed', null],
  ['gcr.io/distroless/Static', 'not-allowed', null],
  ['gcr.io/distroless/static@sha256:abc', 'not-allowed', null],
  ['gcr.io/distroless-iptables/static', 'not-allowed', null],
  ['gcr.io/distroless/distroless-iptables', 'not-allowed', null],
  ['registry.k8s.io/etc-empty-dir-cleanup', 'not-allowed', null],
  ['evil.io/debian-base:v1', 'not-allowed', null],
  ['debian-base:v1', 'not-allowed', null],
  ['registry.k8s.io/debian-base-evil:v1', 'not-allowed', null],
  // open: decided only where every completion has one answer
  ['gcr.io/distroless/static:${TAG}', 'unresolved', null],
  ['gcr.io/distroless/static:${PREFIX}nonroot', 'unresolved', null],
  ['gcr.io/distroless/static:nonroot${SUFFIX}', 'unresolved', null],
  ['gcr.io/distroless/static:v1${SUFFIX}', 'unresolved', null],
  ['gcr.io/distroless/static@${DIGEST}', 'unresolved', null],
  ['gcr.io/distroless/static${SUFFIX}', 'unresolved', null],
  ['gcr.io/distroless/${NAME}:nonroot', 'unresolved', null],
  ['gcr.io/${REST}', 'unresolved', null],
  ['${REGISTRY}/debian-base:v1', 'unresolved', null],
  ['${BASE}', 'unresolved', null],
  ['g${REST}', 'unresolved', null],
  ['docker.io/${IMAGE}', 'unresolved', null],
  ['{{ .Values.image }}', 'unresolved', null],
  ['', 'unresolved', null],
  ['   ', 'unresolved', null],
  ['${REGISTRY}/alpine:3', 'not-allowed', null],
  ['docker.io/acme/${IMAGE}', 'not-allowed', null],
  ['quay.io/acme/${IMAGE}:${TAG}', 'not-allowed', null],
  ['alpine${SUFFIX}', 'not-allowed', null],
  ['Alpine/${X}', 'not-allowed', null],
];

describe('standing under kep-1729', () => {
  it.each(ROWS)('%s is %s (%s)', (reference, standing, family) => {
    const assessment = KEP.assess(reference);
    expect([assessment.standing, assessment.family]).toEqual([standing, family]);
    expect(assessment.basis).toBe(standing === 'unresolved' ? 'unresolved' : 'by-name');
    expect(assessment.because).toMatch(/^[^.]+(\.[^. ]+)*[^.]$/);
  });

  it.each(KUBERNETES_REGISTRIES)('knows every spelling of a Kubernetes base under %s', (registry) => {
    for (const family of [
      'debian-base',
      'debian-iptables',
      'debian-hyperkube-base',
      'go-runner',
      'distroless-iptables',
    ]) {
      for (const suffix of ['', ...ARCHITECTURES.map((name) => `-${name}`)]) {
        for (const tag of ['', ':v1.0.0', ':1.0.0', ':bookworm-v1.0.6']) {
          const assessment = KEP.assess(`${registry}/${family}${suffix}${tag}`);
          expect([assessment.standing, assessment.identity]).toEqual(['needs-exception', family]);
        }
      }
    }
  });

  it('never lets an unlisted name through, whatever is put around a listed one', () => {
    for (const name of ['gcr.io/distroless/static', 'registry.k8s.io/build-image/debian-base']) {
      for (const other of [
        `x${name}`,
        `${name}x`,
        `a/${name}`,
        `a.io/${name}`,
        `${name}/a`,
        `${name}-x`,
        `${name}.x`,
      ]) {
        expect([other, KEP.assess(other).standing]).toEqual([other, 'not-allowed']);
      }
    }
  });

  it('answers a megabyte of hostile text', () => {
    // What is not linear in one of them would not end.
    for (const text of [
      '${A}'.repeat(60),
      '${A}x'.repeat(250_000),
      `gcr.io/${'${A}/'.repeat(60)}static`,
      'a'.repeat(1_000_000),
    ])
      expect(['unresolved', 'not-allowed']).toContain(KEP.assess(text).standing);
  });
});

describe('what a base holds', () => {
  it.each([
    ['gcr.io/distroless/static', false, false, false],
    ['gcr.io/distroless/base', false, true, false],
    ['gcr.io/distroless/static:debug', true, false, false],
    ['gcr.io/distroless/base:debug', true, true, false],
    ['gcr.io/distroless/python3-debian10', true, true, false],
    ['gcr.io/distroless/python3-debian12', false, true, false],
    ['registry.k8s.io/build-image/distroless-iptables:v1', true, true, false],
    ['k8s.gcr.io/debian-base:v1', true, true, true],
    ['busybox', true, true, false],
    ['alpine', true, true, true],
    ['scratch', false, false, false],
  ])('%s: shell %s, libc %s, package manager %s', (reference, shell, libc, packageManager) => {
    const { contents } = KEP.assess(reference);
    expect([contents.known, contents.shell, contents.libc, contents.packageManager]).toEqual([
      true,
      shell,
      libc,
      packageManager,
    ]);
  });

  it('knows programs and entry points', () => {
    expect(KEP.assess('registry.k8s.io/build-image/go-runner:v1').contents.entrypoint).toEqual([
      '/go-runner',
    ]);
    expect(
      KEP.assess('registry.k8s.io/build-image/distroless-iptables:v1').contents.programs.has('iptables-save'),
    ).toBe(true);
    expect(KEP.assess('gcr.io/distroless/static').contents.programs.size).toBe(0);
    expect(KEP.assess('gcr.io/distroless/java17:debug').contents.programs.has('java')).toBe(true);
  });

  it('takes what no table knows to hold what its image uses, and what is unresolved to hold nothing (SEM-4.1, SEM-5.3)', () => {
    expect(KEP.assess('quay.io/acme/base:1').contents.known).toBe(false);
    const open = KEP.assess('${BASE}').contents;
    expect([open.known, open.shell]).toEqual([true, false]);
  });
});

describe('identity and operating systems', () => {
  it.each([
    ['registry.k8s.io/kube-dnsmasq-amd64:1.4', 'registry.k8s.io/kube-dnsmasq'],
    ['arm64v8/nginx:1', 'docker.io/library/nginx'],
    [`nginx@sha256:${'0'.repeat(64)}`, 'docker.io/library/nginx'],
    ['alpine:3.5', 'alpine'],
    ['k8s.gcr.io/debian-base-arm:v1', 'debian-base'],
    ...KUBERNETES_REGISTRIES.map((registry) => [
      `${registry}/kube-dnsmasq-amd64:1.4`,
      'registry.k8s.io/kube-dnsmasq',
    ]),
  ])('the subject of %s is %s (SEM-4.4)', (reference, identity) => {
    expect(KEP.assess(reference).identity).toBe(identity);
  });

  it.each([
    ['busybox', true],
    ['alpine:3.6', true],
    ['alpine:${TAG}', true],
    ['arm64v8/busybox', true],
    ['gcr.io/google_containers/busybox:1.27', true],
    ['k8s.gcr.io/busybox', true],
    ['gcr.io/k8s-prow/alpine', false],
    ['quay.io/centos/centos', false],
    ['golang', false],
    ['registry.k8s.io/build-image/debian-base', false],
    ['evil.io/busybox', false],
  ])('%s is an operating system’s own image: %s', (reference, expected) => {
    expect(KEP.assess(reference).operatingSystem).toBe(expected);
  });
});

describe('an own policy', () => {
  it('allows by glob over names, never their debug form, and by tag where it says so', () => {
    const policy = policyOf(
      operator(
        'bases: { allow: ["gcr.io/distroless/*", "acme.io/base:v*", "library/alpine"], exception: [] }',
      ),
    );
    const standing = (reference: string) => policy.assess(reference).standing;
    expect(standing('gcr.io/distroless/java17')).toBe('allowed');
    expect(standing('gcr.io/distroless/static:debug')).toBe('not-allowed');
    expect(standing('gcr.io/distroless/static:${TAG}')).toBe('unresolved');
    expect(standing('acme.io/base:v2')).toBe('allowed');
    expect(standing('acme.io/base:2')).toBe('not-allowed');
    expect(standing('acme.io/base:${TAG}')).toBe('unresolved');
    expect(standing('acme.io/base:v${TAG}')).toBe('allowed');
    expect(standing(`acme.io/base@${DIGEST}`)).toBe('not-allowed');
    expect(standing('alpine')).toBe('allowed');
    expect(standing('docker.io/alpine')).toBe('allowed');
    expect(standing('${REGISTRY}/alpine')).toBe('unresolved');
    expect(standing('$(ARCH)/alpine')).toBe('not-allowed');
  });

  it('lets the stricter list win where both name a base', () => {
    const policy = policyOf(
      operator('bases: { allow: ["gcr.io/distroless/*"], exception: [distroless-cc] }'),
    );
    expect(policy.assess('gcr.io/distroless/cc').standing).toBe('needs-exception');
  });

  it('rewrites mirrors before it compares, longest prefix first (SEM-3.7)', () => {
    const policy = policyOf(
      operator(
        'bases: { allow: [alpine, distroless-static], mirrors: { acme.io/hub: docker.io, acme.io/hub/gcr: gcr.io } }',
      ),
    );
    expect(policy.assess('acme.io/hub/alpine:3').family).toBe('alpine');
    expect(policy.assess('acme.io/hub/library/alpine:3').family).toBe('alpine');
    expect(policy.assess('acme.io/hub/gcr/distroless/static').family).toBe('distroless-static');
    expect(policy.assess('acme.io/hub/gcr/distroless/static:debug').standing).toBe('not-allowed');
    expect(policy.assess('acme.io/hubx/alpine').family).toBeNull();
    expect(policy.assess('acme.io/${X}').standing).toBe('unresolved');
  });

  it('may trust known digests only (SEM-3.5)', () => {
    const policy = policyOf(operator('digests: known-only'));
    expect(policy.assess(`gcr.io/distroless/static@${DIGEST}`).standing).toBe('unresolved');
    expect(policy.assess(`alpine@${DIGEST}`).standing).toBe('not-allowed');
    expect(policy.assess('gcr.io/distroless/static').standing).toBe('allowed');
  });

  it('minimal allows distroless and other static bases, and warns of the rest', () => {
    const minimal = policyOf(operator('extends: minimal'));
    for (const reference of [
      'gcr.io/distroless/base',
      'gcr.io/distroless/java17',
      'cgr.dev/chainguard/static',
      'scratch',
    ])
      expect([reference, minimal.assess(reference).standing]).toEqual([reference, 'allowed']);
    for (const reference of [
      'alpine',
      'cgr.dev/chainguard/static:latest-dev',
      'gcr.io/distroless/base:debug',
    ])
      expect([reference, minimal.assess(reference).standing]).toEqual([reference, 'not-allowed']);
    expect(minimal.levelOf('base-not-allowed')).toBe('warn');
  });
});
