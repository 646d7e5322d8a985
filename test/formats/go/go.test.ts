import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Fact, GoFact } from '../../../src/domain/index.ts';
import { go } from '../../../src/formats/go/index.ts';

beforeAll(async () => {
  await go.prepare?.();
});

function read(source: string): GoFact {
  const fact = go.facts(source, 'go').find((each): each is GoFact => each.kind === 'go');
  if (fact === undefined) throw new Error('no fact');
  return fact;
}

const IMPORTS = 'package main\n\nimport (\n\t"fmt"\n\t"os/exec"\n)\n\n';

/** The starts of statements in a function of a file that imports os/exec. */
function startsOf(
  statements: string,
  head = IMPORTS,
): readonly (readonly [string, readonly (string | null)[]])[] {
  const source = `${head}func f() {\n${statements}\n}\n`;
  return go.mayMatter(source, 'go') ? read(source).starts.map(({ call, words }) => [call, words]) : [];
}

describe('which files', () => {
  it.each([
    ['cmd/main.go', 'go'],
    ['cmd/main_test.go', 'go-test'],
    ['vendor/example.org/a/a.go', 'go-vendored'],
    ['third_party/a/a_test.go', 'go-vendored'],
    ['x/Godeps/_workspace/a.go', 'go-vendored'],
    ['web/node_modules/a/a.go', 'go-vendored'],
    ['myvendor/a.go', 'go'],
    ['go.mod', null],
    ['a.go.tmpl', null],
  ])('%s: %s', (path, profile) => {
    expect(go.profileOf(path)).toBe(profile);
  });

  it('tests and vendored files yield nothing', () => {
    const source = `${IMPORTS}func f() { exec.Command("sh", "-c", "ls") }\n`;
    for (const profile of ['go-test', 'go-vendored']) {
      expect(go.mayMatter(source, profile)).toBe(false);
      expect(go.facts(source, profile)).toEqual([]);
    }
  });

  it('source without glog, exec and shells is not parsed', () => {
    const source = 'package a\n\nimport "fmt"\n\nfunc f() { fmt.Println("dash", "published") }\n';
    expect(go.mayMatter(source.replace('dash', 'x'), 'go')).toBe(false);
    expect(go.facts(source.replace('dash', 'x'), 'go')).toEqual([]);
  });
});

describe('imports', () => {
  it('are listed with name and place', () => {
    const { imports } = read(
      'package a\n\nimport log "github.com/golang/glog"\nimport (\n\t_ "embed"\n\t. `os/exec`\n)\n',
    );
    expect(imports.map(({ path, name }) => [name, path])).toEqual([
      ['log', 'github.com/golang/glog'],
      ['_', 'embed'],
      ['.', 'os/exec'],
    ]);
    expect(imports[0]?.span).toEqual({ start: { line: 3, column: 8 }, end: { line: 3, column: 36 } });
  });
});

describe('calls of os/exec', () => {
  it.each<[string, string, readonly (string | null)[]]>([
    ['exec.Command("/bin/sh", "-c", "ls "+dir)', 'exec.Command', ['/bin/sh', '-c', null]],
    ['exec.Command(`bash`, `-c`, `a "b"`).Run()', 'exec.Command', ['bash', '-c', 'a "b"']],
    ['c := exec.CommandContext(ctx, "sh", args...)', 'exec.CommandContext', ['sh', null]],
    ['if _, err := exec.LookPath("bash"); err != nil {}', 'exec.LookPath', ['bash']],
    ['out(exec.Command(name, fmt.Sprintf("%s", x)))', 'exec.Command', [null, null]],
    ['exec.Command("printf", "a\\tb\\x41\\u00e9\\101\\"") // "x"', 'exec.Command', ['printf', 'a\tbAéA"']],
    [
      'exec.Command("kubectl", "exec", pod, "--", "/bin/sh", "-x", "-c", cmd)',
      'exec.Command',
      ['kubectl', 'exec', null, '--', '/bin/sh', '-x', '-c', null],
    ],
    ['exec.Command("a", /* "sh" */ "b")', 'exec.Command', ['a', 'b']],
  ])('%s', (statement, call, words) => {
    expect(startsOf(statement)).toEqual([[call, words]]);
  });

  it('under another name, by a dot import, by an interface', () => {
    const renamed = 'package a\n\nimport osexec "os/exec"\n\n';
    expect(startsOf('osexec.Command("ls")', renamed)).toEqual([['exec.Command', ['ls']]]);
    expect(startsOf('Command("ls")', 'package a\n\nimport . "os/exec"\n\n')).toEqual([
      ['exec.Command', ['ls']],
    ]);
    const wrapped = 'package a\n\nimport utilexec "k8s.io/utils/exec"\n\n';
    expect(startsOf('utilexec.New().Command("mount", "-t")', wrapped)).toEqual([
      ['exec.Command', ['mount', '-t']],
    ]);
    expect(startsOf('r.execer.Command("mount")', wrapped)).toEqual([['exec.Command', ['mount']]]);
  });

  it('constants of the file are values, variables and names with two values are not', () => {
    const source =
      'package a\n\nimport "os/exec"\n\nconst shell = "/bin/bash"\n\nfunc g() { const x = "a" }\n\nfunc f() {\n\tconst x = "b"\n\ty := "c"\n\texec.Command(shell, x, y)\n}\n';
    expect(read(source).starts[0]?.words).toEqual(['/bin/bash', null, null]);
  });

  it('the span is the whole call, in UTF-16 units, over lines', () => {
    const [start] = read(`${IMPORTS}func f() {\n\ts := "é😀"; exec.Command("sh",\n\t\t"-c", s)\n}\n`).starts;
    expect(start?.span).toEqual({ start: { line: 9, column: 14 }, end: { line: 10, column: 11 } });
  });
});

describe('wrappers that are given a shell', () => {
  it.each<[string, string, readonly (string | null)[]]>([
    ['execCommand(timeout, "/bin/sh", "-c", script)', 'execCommand', ['/bin/sh', '-c', null]],
    ['run("bash", "hack/build.sh")', 'run', ['bash', 'hack/build.sh']],
    ['command.New("sh", "-c", text).RunSuccess()', 'command.New', ['sh', '-c', null]],
    [
      'r.RunInPod(pod, "kubectl", "exec", "--", "sh", "-c", cmd)',
      'r.RunInPod',
      ['kubectl', 'exec', '--', 'sh', '-c', null],
    ],
    ['args = append(args, "/bin/bash", "-ec", text)', 'append', ['/bin/bash', '-ec', null]],
    ['syscall.Exec("/bin/sh", argv, env)', 'syscall.Exec', ['/bin/sh', null, null]],
  ])('%s', (statement, call, words) => {
    expect(startsOf(statement)).toEqual([[call, words]]);
  });
});

describe('lists of strings', () => {
  it.each<[string, readonly (string | null)[]]>([
    ['x := []string{"/bin/sh", "-c", text}', ['/bin/sh', '-c', null]],
    ['x := [...]string{"bash", "run.sh"}', ['bash', 'run.sh']],
    ['x := []string{"/bin/sh"}', ['/bin/sh']],
    ['x := []string{"nsenter", "-t", "1", "--", "sh"}', ['nsenter', '-t', '1', '--', 'sh']],
    ['x := [][]string{{"ls"}, {"sh", "-c", "ls"}}', ['sh', '-c', 'ls']],
    ['x := Container{Command: []string{"sh", "-c", "-x", text}}', ['sh', '-c', '-x', null]],
    ['x := []string{"cmd.exe", "/C"}', ['cmd.exe', '/C']],
  ])('%s', (statement, words) => {
    expect(startsOf(statement)).toEqual([['[]string', words]]);
  });
});

describe('words that start nothing', () => {
  it.each([
    '// exec.Command("sh", "-c", "ls")',
    '/* []string{"/bin/sh", "-c"} */',
    's := `exec.Command("sh", "-c", "ls")`',
    'klog.Infof("running %s", "bash")',
    'fmt.Println("run", "/bin/sh")',
    'fmt.Printf("%s %s", "sh", "-c")',
    'x := []string{"bash", "zsh", "fish"}',
    'x := []string{"sh"}',
    'x := []int{1}',
    'm := map[string]string{"sh": "application/x-sh"}',
    'flag.StringVar(&o.deployment, "deployment", "bash", "choices: none, bash")',
    'if o.deployment == "bash" {}',
    'switch x { case "bash": }',
    'strings.HasPrefix(shell, "/bin/sh")',
    'writeCompletion(out, "bash")',
    't.Run("bash", func() {})',
    'build("go", "build", "cmd")',
    'runCommand("cmd")',
    'cobra.Command{Use: "bash"}',
  ])('%s', (statement) => {
    expect(startsOf(statement)).toEqual([]);
  });

  it('a Command that is not of os/exec', () => {
    const head = 'package a\n\nimport "example.org/exec"\n\n// "os/exec"\n';
    expect(startsOf('exec.Command("ls")', head)).toEqual([]);
  });
});

describe('text that is no Go', () => {
  it('says where, and reads the rest', () => {
    const facts = go.facts(`${IMPORTS}func f() {\n\texec.Command("sh")\n}\n\nfunc ) {\n`, 'go');
    expect(facts[0]).toMatchObject({ kind: 'go', starts: [{ words: ['sh'] }] });
    expect(facts[1]).toMatchObject({ kind: 'unreadable', because: 'line 12: not Go syntax' });
  });

  it.each<[string, string]>([
    ['100,000 parentheses', `package a\nvar x = "sh"+${'('.repeat(100_000)}`],
    ['30,000 nested calls', `package a\nfunc f() {${'exec.Command("sh",'.repeat(30_000)}`],
    ['a chain of 30,000 calls', `package a\nvar x = a.run("sh")${'.b("sh")'.repeat(30_000)}\n`],
    ['a table of 100,000 strings', `package a\nvar x = []string{${'"sh","-c",'.repeat(50_000)}}\n`],
    ['broken tokens', 'exec" \u0000 ((}{)]["'.repeat(5_000)],
    ['lone surrogates', '\ud800exec"'.repeat(10_000)],
    ['nothing', 'exec"'],
  ])('%s: total', (_, source) => {
    const facts: readonly Fact[] = go.facts(source, 'go');
    expect(facts.length).toBeGreaterThan(0);
    for (const fact of facts) expect(['go', 'unreadable']).toContain(fact.kind);
  });

  it('more starts than anybody writes are cut, and it says so', () => {
    const facts = go.facts(`${IMPORTS}func f() {\n${'exec.Command("a")\n'.repeat(10_001)}}\n`, 'go');
    expect(facts[0]?.kind === 'go' ? facts[0].starts.length : 0).toBe(10_000);
    expect(facts[1]).toMatchObject({ kind: 'unreadable', because: 'more than 10000 program starts' });
  });
});
