import { describe, expect, it } from '@jest/globals';
import { kubernetes } from '../../../src/formats/kubernetes/index.ts';
import { containersOf, podWith, read } from './reading.ts';

describe('the profile of a path', () => {
  it.each([
    ['deploy/pod.yaml', 'manifest'],
    ['pod.yml', 'manifest'],
    ['POD.YAML', 'manifest'],
    ['manifests/etcd.manifest', 'manifest'],
    ['a/b.json', 'manifest'],
    ['v1.2.yaml', 'manifest'],
    ['dns/controller.yaml.in', 'template'],
    ['dns/controller.yaml.base', 'template'],
    ['dns/controller.yaml.sed', 'template'],
    ['x.yaml.j2', 'template'],
    ['x.yml.erb', 'template'],
    ['x.json.tmpl', 'template'],
    ['pod.tmpl', 'template'],
    ['pod.template', 'template'],
    ['chart/templates/deployment.yaml', 'helm-template'],
    ['chart/templates/_pod.tpl', 'helm-template'],
    ['.github/workflows/ci.yml', 'workflow'],
    ['docker-compose.dev.yml', 'compose'],
    ['compose.yaml', 'compose'],
    ['images/cloudbuild.yaml', 'cloudbuild'],
    ['main.go', null],
    ['main.go.tmpl', null],
    ['README.md.gotmpl', null],
    ['Dockerfile.tmpl', null],
    ['Dockerfile.template', null],
    ['transforms2sed.sed', null],
    ['yaml', null],
    ['Makefile.in', null],
    ['.yaml', 'manifest'],
  ])('%s: %s', (path, profile) => {
    expect(kubernetes.profileOf(path)).toBe(profile);
  });
});

describe('the look before reading', () => {
  it.each([
    ['plain', podWith('image: i')],
    [
      'JSON without blanks',
      '{"kind":"Pod","apiVersion":"v1","spec":{"containers":[{"name":"c","image":"i"}]}}',
    ],
    ['single-quoted keys', "'kind' : Pod\n'spec': {'containers' : [{name: c, image: i}]}\n"],
    ['an escaped key', '"kind": Pod\nspec: {"\\x63ontain\\u0065rs": [{name: c, image: i}]}\n'],
    ['a key over two lines', 'kind: Pod\nspec:\n  ? "con\\\n    tainers"\n  : [{name: c, image: i}]\n'],
    ['an explicit key', '? kind\n# c\n: Pod\nspec:\n  ? initContainers\n  # c\n  : - {name: c, image: i}\n'],
    ['an anchored list', 'kind: Pod\nspec:\n  containers: &a\n  - {name: c, image: i}\n'],
    ['an alias for the list', 'kind: Pod\nx: &a [{name: c, image: i}]\nspec: {containers: *a}\n'],
    ['an alias for the key', 'kind: Pod\nx: &a containers\nspec:\n  *a : [{name: c, image: i}]\n'],
    ['a quoted key with an anchor', 'kind: Pod\nx: &a "containers"\nspec:\n  *a : [{name: c, image: i}]\n'],
    [
      'a comment above the list',
      'kind: Pod\nspec:\n  containers: # these\n  # and these\n\n  - {name: c, image: i}\n',
    ],
    ['a tag', 'kind: Pod\nspec:\n  containers: !!seq\n  - {name: c, image: i}\n'],
    [
      'a template that opens the list',
      'kind: Pod\nspec:\n  containers:\n  {{ if .x }}\n  - {name: c, image: i}\n  {{ end }}\n',
    ],
  ])('keeps %s', (_, text) => {
    expect(kubernetes.mayMatter(text, 'manifest')).toBe(true);
    expect(containersOf(text)).toHaveLength(1);
  });

  it.each([
    ['a service', 'kind: Service\nspec: {}\n'],
    ['a schema in YAML', 'kind: CustomResourceDefinition\nspec:\n  containers:\n    description: x\n'],
    ['a schema in JSON', '{"kind": "x", "containers": {"type": "array"}, "d": "all containers of a pod"}'],
    ['jobs without a kind', 'periodics:\n- spec:\n    containers:\n    - image: i\n'],
    ['a ConfigMap of plain text', 'kind: ConfigMap\ndata: {a: b}\n'],
  ])('passes by %s', (_, text) => {
    expect(kubernetes.mayMatter(text, 'manifest')).toBe(false);
  });

  it('reads only the documents of a stream that matter', () => {
    const text = `a: [broken\n---\n${podWith('image: i')}---\n${'a: b\n---\n'.repeat(20_000)}`;
    expect(read(text)).toMatchObject({ workloads: [{ name: 'p' }], unreadable: [] });
  });
});

describe('what cannot be read is said with its line', () => {
  it.each([
    ['a tab', `${podWith('image: i')}\tx: y\n`, 'line 9: tabs are not allowed as indentation'],
    ['a value in brackets with a tail', podWith('image: [YOUR]/x'), 'line 8: unexpected scalar at node end'],
    ['nesting', `${podWith('image: i')}x: ${'['.repeat(200)}`, 'line 9: nested deeper than 96 levels'],
    [
      'an alias in its own anchor',
      `${podWith('image: i')}x: &a [*a]\n`,
      'line 9: the alias *a stands inside its own anchor',
    ],
  ])('%s', (_, text, because) => {
    expect(read(text).unreadable.map((one) => one.because)).toEqual([because]);
  });

  it('and the workloads beside it are kept', () => {
    expect(read(`${podWith('image: i')}\tx: y\n`).workloads).toHaveLength(1);
  });

  it('but text in a template file that is no object is nobody’s manifest', () => {
    expect(read('<p>containers: [x</p>\n{{ .x }}: "\n', 'template').unreadable).toEqual([]);
  });
});
