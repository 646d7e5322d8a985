import { describe, expect, it } from '@jest/globals';
import { jsonPatch, kustomization } from '../../../src/formats/kustomize/index.ts';

describe('a kustomization', () => {
  it.each<readonly [string, boolean]>([
    ['config/kustomization.yaml', true],
    ['kustomization.yml', true],
    ['a/Kustomization', true],
    ['a/my-kustomization.yaml', false],
  ])('%s', (path, claimed) => {
    expect(kustomization.profileOf(path) !== null).toBe(claimed);
  });

  it('says what it puts together, calls otherwise and patches', () => {
    const text = [
      'resources: [a.yaml, ../base]',
      'bases: [../old]',
      'components: [../part]',
      'images:',
      '- name: dns',
      '  newTag: "2"',
      '- name: nothing',
      '- newName: nameless',
      'patches:',
      '- path: p.yaml',
      '  target: { kind: Deployment, name: dns }',
      'patchesStrategicMerge: [m.yaml]',
      '',
    ].join('\n');
    expect(kustomization.facts(text, 'kustomization')).toMatchObject([
      {
        kind: 'kustomization',
        resources: [{ text: 'a.yaml' }, { text: '../base' }, { text: '../old' }],
        components: [{ text: '../part' }],
        images: [{ name: 'dns', newTag: { text: '2', span: { start: { line: 6 } } } }],
        patches: [
          { file: { text: 'p.yaml' }, target: { kind: 'Deployment', name: 'dns' } },
          { file: { text: 'm.yaml' } },
        ],
      },
    ]);
  });

  it.each([
    '',
    'x',
    '- a\n',
    'resources: x\nimages: 3\npatches: [1, {patch: [}]\n',
    'patches:\n- patch: "- op: [\\n"\n',
  ])('that is none says nothing of images and patches: %j', (text) => {
    const facts = kustomization.facts(text, 'kustomization').filter(({ kind }) => kind === 'kustomization');
    expect(
      facts.flatMap((fact) => (fact.kind === 'kustomization' ? [fact.images, fact.patches].flat() : [])),
    ).toEqual([]);
  });

  it('keys that name objects are plain data', () => {
    const text = 'images:\n- name: a\n  newTag: b\n  __proto__: { polluted: x }\n';
    expect(kustomization.facts(text, 'kustomization')).toHaveLength(1);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('a JSON patch', () => {
  const at = '/spec/template/spec/containers/0';

  it.each<readonly [string, readonly string[]]>([
    [`{"op": "add", "path": "${at}/command", "value": ["sh", "-c"]}`, ['sh', '-c']],
    [`{"op": "replace", "path": "${at}/command/0", "value": "sh"}`, ['sh']],
    [`{"op": "replace", "path": "${at}/image", "value": "busybox"}`, ['busybox']],
    [`{"op": "add", "path": "${at}/livenessProbe", "value": {"exec": {"command": ["sh"]}}}`, ['sh']],
    [`{"op": "add", "path": "${at}/lifecycle/preStop/exec/command", "value": ["sh"]}`, ['sh']],
    [`{"op": "add", "path": "${at}/livenessProbe", "value": {"httpGet": {"port": 1}}}`, []],
    [`{"op": "remove", "path": "${at}/command"}`, []],
    ['{"op": "add", "path": "/metadata/name", "value": "sh"}', []],
  ])('%s', (operation, words) => {
    const facts = jsonPatch.facts(`[${operation}]`, 'json-patch');
    expect(
      facts
        .flatMap((fact) => (fact.kind === 'json-patch' ? fact.operations.flatMap((one) => one.words) : []))
        .map(({ text }) => text),
    ).toEqual(words);
  });
});
