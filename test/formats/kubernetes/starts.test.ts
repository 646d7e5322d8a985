import { describe, expect, it } from '@jest/globals';
import { at, containerOf, podWith, texts } from './reading.ts';

describe('what a container starts', () => {
  it.each([
    [
      'a list in brackets',
      ['command: ["/bin/sh", "-c", "exec a >>b 2>&1"]'],
      ['/bin/sh', '-c', 'exec a >>b 2>&1'],
      2,
    ],
    ['list items', ['command:', '- sh', '- -c', '- exec a >b'], ['sh', '-c', 'exec a >b'], 1],
    [
      'items behind comments',
      ['command:', '# the old form', '- sh', '# -c', '- "-c"', '- a >b'],
      ['sh', '-c', 'a >b'],
      1,
    ],
    ['command and args', ['command: ["/bin/sh"]', 'args: ["-c", "a >b"]'], ['/bin/sh', '-c', 'a >b'], 1],
    ['args above command', ['args: ["-c", "a >b"]', 'command: ["/bin/sh"]'], ['/bin/sh', '-c', 'a >b'], 1],
    [
      'a literal block',
      ['command: [sh, -c]', 'args:', '- |', '  set -e', '  a >b'],
      ['sh', '-c', 'set -e\na >b\n'],
      1,
    ],
    ['a folded block', ['command: [sh, -c]', 'args:', '- >-', '  a', '  >b'], ['sh', '-c', 'a >b'], 1],
    ['a folded plain scalar', ['command:', '- sh', '- -c', '- a', '  >b'], ['sh', '-c', 'a >b'], 1],
    ['a wrapper', ['command: [env, A=1, sh, -c, "a >b"]'], ['env', 'A=1', 'sh', '-c', 'a >b'], 1],
    ['numbers', ['command: [sleep, 3600]'], ['sleep', '3600'], 0],
    ['a bare string, which the API refuses', ['command: run me'], ['run me'], 0],
    [
      'references to the environment',
      ['command: [app, "--x=$(NAME)", "$$(NOT)"]'],
      ['app', '--x=$(NAME)', '$$(NOT)'],
      0,
    ],
    [
      'an item that became a mapping',
      ['command: [app]', 'args:', '- --flag: value'],
      ['app', '--flag: value'],
      0,
    ],
  ])('%s', (_, lines, words, redirections) => {
    const container = containerOf(podWith('image: i', ...lines));
    expect(texts(container.start?.words)).toEqual(words);
    const found = container.start?.script?.commands.flatMap((command) => command.redirections) ?? [];
    expect(found).toHaveLength(redirections);
  });

  it('args alone leave the program to the image', () => {
    const container = containerOf(podWith('image: bash', 'args: ["-c", "exit"]'));
    expect(container.command).toBeUndefined();
    expect(texts(container.args)).toEqual(['-c', 'exit']);
    expect(texts(container.start?.words)).toEqual(['-c', 'exit']);
    expect(container.start?.script).toBeUndefined();
  });

  it.each([
    ['nothing', []],
    ['null', ['command:', 'args: null']],
    ['empty lists', ['command: []', 'args: []']],
  ])('%s leaves all to the image', (_, lines) => {
    const container = containerOf(podWith('image: i', ...lines));
    expect(container).not.toHaveProperty('start');
    expect(container).not.toHaveProperty('command');
    expect(container).not.toHaveProperty('startSpan');
  });
});

describe('places', () => {
  it('a word is its scalar without the dash; the start has its key', () => {
    const text = podWith(
      'image: "i:1"',
      'command:',
      '- /bin/sh',
      '- -c',
      '- |',
      '  exec a \\',
      '    1>>/var/log/a.log',
    );
    const { image, command, startSpan, start } = containerOf(text);
    expect(image === undefined ? '' : at(text, image.span)).toBe('"i:1"');
    expect(command?.slice(0, 2).map((word) => at(text, word.span))).toEqual(['/bin/sh', '-c']);
    expect(startSpan === undefined ? '' : at(text, startSpan)).toMatch(/^command:[\s\S]*a\.log$/);
    const [only] = start?.script?.commands ?? [];
    expect(only?.redirections.map((one) => at(text, one.span))).toEqual(['1>>/var/log/a.log']);
    expect(only?.words.map((word) => at(text, word.span))).toEqual(['exec', 'a']);
  });

  it('in JSON with one token a line, CRLF included', () => {
    const text =
      '{"kind": "Pod", "apiVersion": "v1", "spec": {"containers": [{\r\n"name": "c",\r\n"command": [\r\n\t"/bin/sh",\r\n\t"-c",\r\n\t"a \\"b\\" 2>&1"\r\n]}]}}\r\n';
    const { command, start } = containerOf(text);
    expect(command?.map((word) => word.span.start)).toEqual([
      { line: 4, column: 2 },
      { line: 5, column: 2 },
      { line: 6, column: 2 },
    ]);
    const [redirection] = start?.script?.commands[0]?.redirections ?? [];
    expect(redirection === undefined ? '' : at(text, redirection.span)).toBe('2>&1');
  });
});

describe('probes and lifecycle hooks', () => {
  it('with exec are starts of their own', () => {
    const text = podWith(
      'image: i',
      'livenessProbe: {exec: {command: [/bin/sh, -c, "curl x"]}}',
      'readinessProbe: {httpGet: {path: /}}',
      'startupProbe:',
      '  exec:',
      '    command: [cat, /ready]',
      'lifecycle:',
      '  postStart: {exec: {command: [a]}}',
      '  preStop: {exec: {command: [sleep, "5"]}}',
    );
    const { hooks } = containerOf(text);
    expect(hooks.map((hook) => [hook.role, ...hook.command.words.map((word) => word.text)])).toEqual([
      ['liveness', '/bin/sh', '-c', 'curl x'],
      ['startup', 'cat', '/ready'],
      ['post-start', 'a'],
      ['pre-stop', 'sleep', '5'],
    ]);
    expect(hooks[0]?.command.script?.commands[0]?.words[0]?.text).toBe('curl');
    expect(hooks[1] === undefined ? '' : at(text, hooks[1].command.span)).toBe('command: [cat, /ready]');
  });
});
