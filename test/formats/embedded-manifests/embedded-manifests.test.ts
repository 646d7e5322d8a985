import { describe, expect, it } from '@jest/globals';
import type { Fact, WorkloadFact } from '../../../src/domain/index.ts';
import { embeddedManifests } from '../../../src/formats/embedded-manifests/index.ts';
import { judgeChange } from '../../support/mini-repository.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: clean}
spec:
  containers:
  - name: main
    image: registry.k8s.io/cleaner:1
    command: ["/bin/sh", "-c", "rm -rf /scrub"]
`;

function read(path: string, text: string): readonly Fact[] {
  const profile = embeddedManifests.profileOf(path);
  if (profile === null || !embeddedManifests.mayMatter(text, profile)) return [];
  return embeddedManifests.facts(text, profile);
}

function workloads(path: string, text: string): readonly WorkloadFact[] {
  return read(path, text).filter((fact): fact is WorkloadFact => fact.kind === 'workload');
}

/** The line of the text on which an image stands, counted by hand of the machine. */
function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

describe('a manifest in a heredoc', () => {
  it.each([
    ['plain', `#!/bin/bash\nset -e\ncat <<EOF | kubectl apply -f -\n${POD}EOF\n`],
    ['quoted', `cat > /tmp/pod.yaml << 'END'\n${POD}END\n`],
    ['before its file', `cat <<"EOF" >"$file"\n${POD}EOF\n`],
    ['stripped of tabs', `f() {\n\tcat <<-EOF\n${POD.replace(/^/gm, '\t').trimEnd()}\n\tEOF\n}\n`],
    ['after another on the same line', `cat <<A <<B\nx\nA\n${POD}B\n`],
    ['after a here-string', `read a <<< "$x"\ncat <<EOF\n${POD}EOF\n`],
    ['with a line that a variable fills in', `cat <<EOF\n${POD}    \${MORE}\nEOF\n`],
  ])('%s has its places in the script', (_, text) => {
    const [pod] = workloads('hack/run.sh', text);
    expect(pod).toMatchObject({ workload: 'Pod', name: 'clean', embedded: true });
    expect(pod?.containers[0]?.image?.span.start.line).toBe(lineOf(text, 'image:'));
    expect(pod?.containers[0]?.start?.words.map((word) => word.text)).toEqual([
      '/bin/sh',
      '-c',
      'rm -rf /scrub',
    ]);
  });

  it('that nothing ends, a comment and other text are nothing', () => {
    expect(read('a.sh', `cat <<EOF\n${POD}`)).toEqual([]);
    expect(read('a.sh', `# cat <<EOF\n${POD.replace(/^/gm, '# ')}`)).toEqual([]);
    expect(read('a.sh', 'cat <<EOF\nkind of containers: some\nEOF\n')).toEqual([]);
  });
});

describe('a manifest in a Go source', () => {
  it('stands in a raw string, on its own lines', () => {
    const text = `package a\n\n// \`not here\`\nconst pod = \`${POD}\`\n`;
    const [pod] = workloads('pkg/a.go', text);
    expect(pod?.containers[0]?.image?.span.start.line).toBe(lineOf(text, 'image:'));
  });

  it('in an interpreted string stands where the literal begins', () => {
    const text = `package a\n\nvar pod = "${POD.replaceAll('"', '\\"').replaceAll('\n', '\\n')}"\n`;
    const [pod] = workloads('pkg/a.go', text);
    expect(pod?.containers[0]?.image).toMatchObject({
      text: 'registry.k8s.io/cleaner:1',
      span: { start: { line: 3 } },
    });
  });

  it('of a test or of vendored code is nobody’s', () => {
    const text = `package a\nconst pod = \`${POD}\`\n`;
    expect(read('pkg/a_test.go', text)).toEqual([]);
    expect(read('vendor/x/a.go', text)).toEqual([]);
  });

  it('is found in linear time whatever stands around it', () => {
    const text = `package a // apiVersion command containers kind\n${'\'"`'.repeat(100_000)}`;
    expect(read('pkg/a.go', text)).toEqual([]);
    expect(read('a.sh', `kind containers\n${'cat <<EOF\n'.repeat(50_000)}`)).toEqual([]);
  });
});

describe('a change to the script around a manifest', () => {
  const script = (more: string) => `#!/bin/bash\n${more}cat <<EOF | kubectl apply -f -\n${POD}EOF\n`;

  it('does not touch the manifest (SEM-5.1)', async () => {
    const report = await judgeChange({ 'run.sh': script('') }, { 'run.sh': script('echo more\n') });
    expect(report.verdict).toMatchObject({ outcome: 'pass', touched: 'pass' });
  });

  it('that edits the manifest touches it', async () => {
    const before = script('').replace('"rm -rf /scrub"', '"rm -rf /old"');
    const report = await judgeChange({ 'run.sh': before }, { 'run.sh': script('') });
    expect(report.verdict).toMatchObject({ outcome: 'pass', touched: 'block' });
  });
});
