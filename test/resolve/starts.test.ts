import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../src/domain/index.ts';
import { imageOf, workloadOf } from './model.ts';

const STATIC = 'FROM gcr.io/distroless/static\n';

function shown(command: Command | undefined): string | undefined {
  if (command === undefined) return undefined;
  return command.form === 'shell'
    ? `shell: ${command.text}`
    : command.words.map((word) => word.text).join(' ');
}

describe('what an image starts', () => {
  it.each<readonly [string, string, string | undefined, string | undefined]>([
    ['the last of each', 'CMD ["a"]\nENTRYPOINT ["x"]\nENTRYPOINT ["y"]\nCMD ["b"]', 'y', 'b'],
    ['an empty list takes back', 'ENTRYPOINT ["x"]\nCMD ["a"]\nENTRYPOINT []\nCMD []', undefined, undefined],
    ['shell form and exec form', 'ENTRYPOINT x y\nCMD ["a", "b"]', 'shell: x y', 'a b'],
  ])('%s', (_, lines, entrypoint, cmd) => {
    const image = imageOf(`${STATIC}${lines}\n`);
    expect([shown(image.entrypoint?.command), shown(image.cmd?.command)]).toEqual([entrypoint, cmd]);
  });

  it('an ENTRYPOINT forgets the CMD of the stage below, not one of its own stage', () => {
    const below = `${STATIC.trim()} AS a\nENTRYPOINT ["x"]\nCMD ["below"]\nFROM a\n`;
    expect(imageOf(below).cmd).toBeDefined();
    expect(imageOf(`${below}ENTRYPOINT ["y"]\n`).cmd).toBeUndefined();
    expect(shown(imageOf(`${below}CMD ["own"]\nENTRYPOINT ["y"]\n`).cmd?.command)).toBe('own');
  });

  it('a health check that is switched off is none', () => {
    expect(imageOf(`${STATIC}HEALTHCHECK CMD x\nHEALTHCHECK NONE\n`).healthcheck).toBeUndefined();
  });

  it('what ONBUILD of the stage below says is done first, once, and not by the stage itself', () => {
    const below = `${STATIC.trim()} AS a\nONBUILD CMD ["trigger"]\nONBUILD USER 7\n`;
    expect(imageOf(below).cmd).toBeUndefined();
    expect(shown(imageOf(`${below}FROM a\n`).cmd?.command)).toBe('trigger');
    expect(shown(imageOf(`${below}FROM a\nCMD ["own"]\n`).cmd?.command)).toBe('own');
    expect(imageOf(`${below}FROM a\nUSER 8\n`).user).toBe('8');
  });

  it('the SHELL in force goes with each instruction', () => {
    const image = imageOf(`${STATIC}RUN a\nSHELL ["/bin/bash", "-c"]\nRUN b\n`);
    const shells = image.steps
      .filter((step) => step.instruction.kind === 'run')
      .map((step) => step.shell.join(' '));
    expect(shells).toEqual(['/bin/sh -c', '/bin/bash -c']);
  });
});

describe('the steps of an image', () => {
  const kinds = (text: string) =>
    imageOf(text).steps.map((step) => `${step.instruction.kind}${step.own ? '' : ' below'}`);

  it('those of the stages below and of stages copied whole come first; builders have none', () => {
    expect(
      kinds(`FROM golang AS b\nRUN x\n${STATIC.trim()} AS a\nUSER 1\nFROM a\nCOPY --from=b /x /x\n`),
    ).toEqual(['user below', 'copy']);
    expect(kinds('FROM debian AS r\nRUN x\nFROM scratch\nCOPY --from=r / /\nUSER 1\n')).toEqual([
      'run below',
      'copy',
      'user',
    ]);
  });
});

function manifest(container: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: a\n    image: registry.k8s.io/a:1\n    ${container.replaceAll('\n', '\n    ')}\n`;
}

describe('what a container starts', () => {
  const started = (container: string) => shown(workloadOf(manifest(container)).containers[0]?.start?.command);

  it.each<readonly [string, string, string | undefined]>([
    ['command and args in one', 'command: [a]\nargs: [b, c]', 'a b c'],
    ['args alone', 'args: [b, c]', 'b c'],
    ['nothing', 'env: []', undefined],
    ['a declared variable', 'env: [{name: P, value: sh}]\ncommand: ["$(P)", "-c", x]', 'sh -c x'],
    ['a variable inside a word', 'env: [{name: P, value: sh}]\ncommand: ["/bin/$(P)"]', '/bin/sh'],
    ['an escaped variable', 'env: [{name: P, value: sh}]\ncommand: ["$$(P)"]', '$(P)'],
    ['a variable that nobody declares', 'command: ["$(P)"]', '$(P)'],
    [
      'names of the language are not declared',
      'command: ["$(constructor)", "$(__proto__)"]',
      '$(constructor) $(__proto__)',
    ],
    [
      'a variable of another source',
      'env: [{name: P, valueFrom: {fieldRef: {fieldPath: x}}}]\ncommand: ["$(P)"]',
      '$(P)',
    ],
  ])('%s', (_, container, expected) => {
    expect(started(container)).toBe(expected);
  });

  it('the text for a shell that a variable names is read as shell', () => {
    const [container] = workloadOf(
      manifest('env: [{name: P, value: sh}]\ncommand: ["$(P)", "-c", "x >> /y"]'),
    ).containers;
    const script = container?.start?.command.script;
    expect(script?.commands[0]?.redirections).toMatchObject([{ operator: '>>', target: '/y' }]);
  });

  it('probes see literal variables, lifecycle hooks none', () => {
    const [container] = workloadOf(
      manifest(
        'env: [{name: P, value: sh}]\nlivenessProbe: {exec: {command: ["$(P)"]}}\nlifecycle: {preStop: {exec: {command: ["$(P)"]}}}',
      ),
    ).containers;
    expect(container?.hooks.map((hook) => [hook.role, shown(hook.start.command)])).toEqual([
      ['liveness', 'sh'],
      ['pre-stop', '$(P)'],
    ]);
  });
});
