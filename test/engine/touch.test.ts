import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

const SPEC =
  'spec:\n  containers:\n  - name: a\n    image: registry.k8s.io/ours\n    command: [/bin/sh, -c, "/a"]';

/** A script that writes a manifest, with lines around it. */
function script(manifest: string, before = '', after = ''): string {
  return `#!/bin/sh\n${before}kubectl apply -f - <<'EOF'\n${manifest}\nEOF\n${after}`;
}

function pod(metadata: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n${metadata}${SPEC}${more}`;
}

const LOAD = 'load("@io_bazel_rules_docker//container:container.bzl", "container_image")\n';
const WORKSPACE =
  'load("@io_bazel_rules_docker//container:container.bzl", "container_pull")\ncontainer_pull(name = "debian", registry = "docker.io", repository = "library/debian", tag = "12")\n';

function rule(name: string, more: string): string {
  return `container_image(\n    name = "${name}",\n    base = "@debian//image",\n${more})\n`;
}

const USER = '    user = "1",\n';

describe('SEM-5.1 a manifest in another file is touched by its own lines', () => {
  it.each([
    ['a line inside is deleted', script(pod('  labels: {a: b}\n')), script(pod('')), 'block'],
    ['a line inside is added', script(pod('')), script(pod('  labels: {a: b}\n')), 'block'],
    ['its last line is deleted', script(pod('', '\n    tty: true')), script(pod('')), 'block'],
    ['a line before it is deleted', script(pod(''), 'set -e\n'), script(pod('')), 'pass'],
    ['a line after it is deleted', script(pod(''), '', 'echo done\n'), script(pod('')), 'pass'],
    ['a line before it is added', script(pod('')), script(pod(''), 'set -e\n'), 'pass'],
  ])('%s', async (_, before, after, touched) => {
    const { verdict } = await judgeChange({ 'hack/up.sh': before }, { 'hack/up.sh': after });
    expect(verdict).toMatchObject({ outcome: 'pass', touched });
  });
});

describe('SEM-5.1 an image that a build rule declares is touched by its own lines', () => {
  it.each([
    ['a line of the rule is deleted', rule('a', USER), rule('a', ''), 1],
    ['a line of the rule is added', rule('a', ''), rule('a', USER), 1],
    ['another rule is deleted', rule('a', '') + rule('b', ''), rule('a', ''), 0],
    ['a comment beside it is deleted', `# An image.\n${rule('a', '')}`, rule('a', ''), 0],
  ])('%s', async (_, before, after, found) => {
    const report = await judgeChange({ WORKSPACE, BUILD: LOAD + before }, { WORKSPACE, BUILD: LOAD + after });
    expect(report.findings.filter(({ state }) => state === 'existing')).toHaveLength(found);
    expect(report.verdict.touched).toBe(found === 0 ? 'pass' : 'block');
  });
});
