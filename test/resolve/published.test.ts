import { describe, expect, it } from '@jest/globals';
import { modelOf } from './model.ts';

/** Whose image a container runs, in a tree that publishes an image under another name. */
function whose(published: string, run: string): string | undefined {
  const { workloads } = modelOf({
    Dockerfile: 'FROM gcr.io/distroless/static\n',
    Makefile: `image:\n\tdocker build -t ${published} .\n\tdocker push ${published}\n`,
    'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - { name: a, image: "${run}" }\n`,
  });
  return workloads[0]?.containers[0]?.runs.whose;
}

describe('an image of the tree is run by', () => {
  it.each([
    ['its name', 'registry.example/app', 'registry.example/app:1'],
    [
      'another registry of the Kubernetes project',
      'gcr.io/k8s-staging-build-image/app',
      'registry.k8s.io/app',
    ],
    ['an earlier one', 'registry.k8s.io/app', 'k8s.gcr.io/app:v1'],
    ['a folder of one', 'registry.k8s.io/build-image/app', 'us.gcr.io/k8s-artifacts-prod/build-image/app'],
    ['the name for all architectures', 'registry.k8s.io/app-arm64', 'gcr.io/google_containers/app'],
  ])('%s', (_, published, run) => {
    expect(whose(published, run)).toBe('built');
  });

  it.each([
    ['another registry', 'registry.example/app', 'registry.example.org/app'],
    ['a name that goes on', 'registry.k8s.io/app', 'registry.k8s.io/app/server'],
    [
      'a registry that begins like one of the Kubernetes project',
      'registry.k8s.io/app',
      'registry.k8s.io.example/app',
    ],
  ])('and not by %s', (_, published, run) => {
    expect(whose(published, run)).not.toBe('built');
  });
});
