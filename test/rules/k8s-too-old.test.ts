import { describe, expect, it } from '@jest/globals';
import { judgeTree } from '../support/mini-repository.ts';

async function found(files: Readonly<Record<string, string>>) {
  const report = await judgeTree(files);
  return report.findings
    .filter(({ rule }) => rule === 'k8s-too-old')
    .map(({ level, path, line }) => `${level} ${path}:${line}`);
}

const requiring = (needed: string) => ({ 'go.mod': `module example.org/a\n\nrequire (\n\t${needed}\n)\n` });

describe('what a Go module needs of Kubernetes', () => {
  it.each([
    'k8s.io/client-go v9.0.0+incompatible',
    'k8s.io/client-go v2.0.0+incompatible',
    'k8s.io/client-go v2.0.0-alpha.0.0.20180806134042-1f13a808da65+incompatible',
    'k8s.io/client-go v9.0.1-0.20190313000000-0a1b2c3d4e5f+incompatible',
    'k8s.io/kubernetes v1.12.10',
    'k8s.io/api v0.0.0-20180904230853-4e7be11eab3f',
    'k8s.io/apimachinery v0.0.0-20181003000000-49ce2735e507',
  ])('%s is too old', async (needed) => {
    expect(await found(requiring(needed))).toEqual(['note go.mod:4']);
  });

  it.each([
    'k8s.io/client-go v10.0.0+incompatible',
    'k8s.io/client-go v2.0.0-alpha.0.0.20190313000000-0a1b2c3d4e5f+incompatible',
    'k8s.io/client-go v0.34.1',
    'k8s.io/kubernetes v1.13.0',
    'k8s.io/api v0.17.0',
    'k8s.io/apimachinery v0.0.0-20190404173353-6a84e37a896d',
    'k8s.io/gengo v0.0.0-20180702041517-fdcf9f9480fd',
    'k8s.io/klog v0.1.0',
    'example.org/k8s.io/kubernetes v1.2.0',
  ])('%s is not', async (needed) => {
    expect(await found(requiring(needed))).toEqual([]);
  });

  it.each([
    ['vendor/modules.txt', '# k8s.io/client-go v9.0.0+incompatible\nk8s.io/client-go/rest\n', 1],
    [
      'Gopkg.lock',
      '[[projects]]\n  name = "k8s.io/api"\n  packages = ["core/v1"]\n  version = "kubernetes-1.12.1"\n',
      2,
    ],
    [
      'Godeps/Godeps.json',
      '{"Deps": [\n{\n"ImportPath": "k8s.io/kubernetes/pkg/api",\n"Comment": "v1.3.0"\n}]}\n',
      3,
    ],
  ])('%s says it as well', async (path, text, line) => {
    expect(await found({ [path]: text })).toEqual([`note ${path}:${line}`]);
  });

  it('what a dependency needs for itself is not ours', async () => {
    expect(
      await found({ 'vendor/example.org/b/Gopkg.lock': 'name = "k8s.io/kubernetes"\nversion = "v1.2.0"\n' }),
    ).toEqual([]);
  });
});
