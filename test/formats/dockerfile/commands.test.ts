import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../src/domain/index.ts';
import { dockerfileOf, instruction, place, unread } from './reading.ts';

/** The program words of each simple command that a command's shell text holds. */
function programs(command: Command): readonly (string | undefined)[] | undefined {
  return command.script?.commands.map((one) => one.words[0]?.text);
}

describe('exec and shell form', () => {
  it.each([
    ['a JSON array', 'ENTRYPOINT ["/app", "--x"]', 'exec'],
    ['an array over several lines', 'ENTRYPOINT [ \\\n  "/app", \\\n  "--x" ]', 'exec'],
    ['plain words', 'ENTRYPOINT /app --x', 'shell'],
    ['brackets without quotes', 'ENTRYPOINT [./app]', 'shell'],
    ['single quotes are no JSON', "ENTRYPOINT ['/app']", 'shell'],
    ['a comma too many', 'ENTRYPOINT ["/app",]', 'shell'],
    ['text behind the array', 'ENTRYPOINT ["/app"] --x', 'shell'],
    ['an array of other things', 'ENTRYPOINT ["/app", 1]', 'shell'],
  ])('%s', (_lesson, line, form) => {
    expect(instruction('entrypoint', line).command.form).toBe(form);
  });

  it('an empty array starts nothing', () => {
    const { command } = instruction('cmd', 'CMD []');
    expect(command).toMatchObject({ form: 'exec', words: [] });
  });

  it('words are decoded, their places hold the quotes', () => {
    const { command } = instruction('cmd', 'CMD ["/a\\u0062", \\\n  "x y"]');
    expect(command.form === 'exec' && command.words.map((word) => [word.text, place(word.span)])).toEqual([
      ['/ab', '2:6-2:16'],
      ['x y', '3:3-3:8'],
    ]);
  });
});

describe('shell text', () => {
  it('is what the shell gets: continuations joined, comment and empty lines gone, places exact', () => {
    const { command } = instruction('run', 'RUN apt-get \\\n # why\n\n install && \\  \n   curl x # end');
    expect(programs(command)).toEqual(['apt-get', 'curl']);
    const words = command.script?.commands.flatMap((one) => one.words.map((word) => place(word.span)));
    expect(words?.slice(0, 3)).toEqual(['2:5-2:12', '5:2-5:9', '6:4-6:8']);
    expect(place(command.span)).toBe('2:5-6:16');
  });

  it('a # that is no first character of a line comments out all that is joined to it', () => {
    expect(programs(instruction('run', 'RUN a # note \\\n && b').command)).toEqual(['a']);
  });

  it('another escape character continues lines alike', () => {
    const [stage] = dockerfileOf('# escape=`\nFROM a\nRUN one && `\r\n  two').stages;
    const [run] = stage?.instructions ?? [];
    expect(run?.kind === 'run' && programs(run.command)).toEqual(['one', 'two']);
  });

  it('CRLF leaves no carriage return in the text', () => {
    const { command } = instruction('run', 'RUN one && \\\r\n  two\r\n');
    expect(command.form === 'shell' && command.text).toBe('one &&   two');
  });

  it('an exec form that tells a shell what to run is read too, places through JSON escapes', () => {
    const { command } = instruction('cmd', 'CMD ["/bin/sh", "-ec", "a \\"b\\" && tee x"]');
    expect(programs(command)).toEqual(['a', 'tee']);
    expect(command.script?.commands[1] && place(command.script.commands[1].span)).toBe('2:36-2:41');
  });

  it('an exec form without a shell has no script', () => {
    expect(instruction('cmd', 'CMD ["/app", "-c", "x"]').command.script).toBeUndefined();
  });
});

describe('RUN', () => {
  it('reads its mounts, in both spellings of their keys', () => {
    const text =
      'RUN --mount=type=cache,target=/c --mount=from=busybox,src=/bin,dst=/b --network=none --mount=type=secret,id=x cmd';
    const { mounts, command } = instruction('run', text);
    expect(mounts).toEqual([
      { type: 'cache', target: '/c' },
      { type: 'bind', from: 'busybox', source: '/bin', target: '/b' },
      { type: 'secret' },
    ]);
    expect(programs(command)).toEqual(['cmd']);
  });

  it('a mount without a value is refused by Docker', () => {
    expect(unread('FROM a\nRUN --mount x')).toEqual(['line 2: the flag --mount has no value']);
  });
});

describe('HEALTHCHECK', () => {
  it('reads flags and both forms', () => {
    const exec = instruction('healthcheck', 'HEALTHCHECK --interval=5s --retries=3 CMD ["/probe"]').command;
    expect(exec).toMatchObject({ form: 'exec', words: [{ text: '/probe' }] });
    const shell = instruction('healthcheck', 'HEALTHCHECK cmd curl -f http://localhost || exit 1').command;
    expect(shell && programs(shell)).toEqual(['curl', 'exit']);
  });

  it('NONE clears it', () => {
    expect(instruction('healthcheck', 'HEALTHCHECK NONE').command).toBeNull();
  });

  it('anything else is said', () => {
    expect(unread('FROM a\nHEALTHCHECK curl')).toEqual(['line 2: HEALTHCHECK wants CMD or NONE']);
  });
});

describe('ONBUILD', () => {
  it('holds the instruction that it triggers', () => {
    const { instruction: inner } = instruction('onbuild', 'ONBUILD COPY --from=x a b');
    expect(inner).toMatchObject({ kind: 'copy', from: { text: 'x' } });
    expect(place(inner.span)).toBe('2:9-2:26');
  });

  it.each(['ONBUILD', 'ONBUILD ONBUILD RUN x', 'ONBUILD FROM x'])('%s is refused', (line) => {
    expect(unread(`FROM a\n${line}`)).toHaveLength(1);
  });
});

describe('SHELL', () => {
  it('holds its words', () => {
    expect(instruction('shell', 'SHELL ["/bin/bash", "-c"]').words.map((word) => word.text)).toEqual([
      '/bin/bash',
      '-c',
    ]);
  });

  it('wants a JSON array', () => {
    expect(unread('FROM a\nSHELL /bin/bash')).toEqual(['line 2: SHELL wants a JSON array of strings']);
  });
});
