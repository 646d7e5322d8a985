import { describe, expect, it } from '@jest/globals';
import { dockerfile } from '../../../src/formats/dockerfile/index.ts';

describe('files that are Dockerfiles by their name', () => {
  it.each([
    'Dockerfile',
    'images/etcd/Dockerfile',
    'dockerfile',
    'DOCKERFILE',
    'Dockerfile.build',
    'Dockerfile.arm64',
    'Dockerfile-release.arm64',
    'Dockerfile_test',
    'Dockerfile.test',
    'proxy.Dockerfile',
    'proxy.dockerfile',
    'Containerfile',
    'Containerfile.dev',
    'proxy.containerfile',
  ])('%s', (path) => {
    expect(dockerfile.profileOf(path)).toBe('dockerfile');
  });
});

describe('files that a tool makes a Dockerfile of', () => {
  it.each([
    'Dockerfile.in',
    'Dockerfile.tmpl',
    'Dockerfile.j2',
    'Dockerfile.cross.in',
    'proxy.Dockerfile.tpl',
  ])('%s', (path) => {
    expect(dockerfile.profileOf(path)).toBe('dockerfile-template');
  });
});

describe('files that only sound like it', () => {
  it.each([
    'Dockerfile.md',
    '.dockerignore',
    'Dockerfile.dockerignore',
    'dockerfile.go',
    'dockerfile_test.go',
    'dockerfile_parser.py',
    'dockerfile-lint.sh',
    'Dockerfile.yaml',
    'Dockerfile.orig',
    'Dockerfile~',
    'boilerplate.Dockerfile.txt',
    'Dockerfiles',
    'mydockerfile',
    'Dockerfile/main.c',
    'docker-compose.yml',
  ])('%s', (path) => {
    expect(dockerfile.profileOf(path)).toBeNull();
  });
});
