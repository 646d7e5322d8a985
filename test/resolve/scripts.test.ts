import { describe, expect, it } from '@jest/globals';
import { imageOf } from './model.ts';

const SCRIPT = '#!/bin/sh\nexec /server\n';

/** The file of the tree that the entry point starts; null where a script is meant and no file of it is known. */
function startedFile(files: Readonly<Record<string, string>>): string | null | undefined {
  const script = imageOf(files).entrypoint?.script;
  return script === undefined ? undefined : (script.at?.path ?? null);
}

function dockerfile(...lines: readonly string[]): string {
  return ['FROM gcr.io/distroless/static', ...lines, ''].join('\n');
}

describe('the file that stands at a program’s path', () => {
  it.each<readonly [string, string, readonly string[], string]>([
    ['copied under its name', 'run', ['COPY run /run', 'ENTRYPOINT ["/run"]'], 'run'],
    ['copied under another name', 'start', ['COPY start /bin/server', 'ENTRYPOINT ["/bin/server"]'], 'start'],
    ['copied into a folder', 'run', ['COPY run /bin/', 'ENTRYPOINT ["/bin/run"]'], 'run'],
    ['one of many sources', 'b/run', ['COPY a b/run /opt', 'ENTRYPOINT ["/opt/run"]'], 'b/run'],
    [
      'below a folder that is copied',
      'rootfs/bin/run',
      ['COPY rootfs/ /', 'ENTRYPOINT ["/bin/run"]'],
      'rootfs/bin/run',
    ],
    ['with the whole context', 'bin/run', ['COPY . /app', 'ENTRYPOINT ["/app/bin/run"]'], 'bin/run'],
    [
      'with the whole context into the work folder',
      'run',
      ['WORKDIR /srv', 'COPY . .', 'ENTRYPOINT ["./run"]'],
      'run',
    ],
    [
      'below a work folder made of two',
      'run',
      ['WORKDIR /srv', 'WORKDIR app', 'COPY run run', 'ENTRYPOINT ["/srv/app/run"]'],
      'run',
    ],
    ['by a pattern', 'scripts/run', ['COPY scripts/r* /bin/', 'ENTRYPOINT ["/bin/run"]'], 'scripts/run'],
    ['by ADD', 'run', ['ADD run /run', 'ENTRYPOINT ["/run"]'], 'run'],
    ['in JSON form', 'my run', ['COPY ["my run", "/run"]', 'ENTRYPOINT ["/run"]'], 'my run'],
    ['by its bare name', 'run', ['COPY run /usr/local/bin/run', 'ENTRYPOINT ["run"]'], 'run'],
    ['by a variable', 'run', ['ARG NAME=run', 'COPY ${NAME} /${NAME}', 'ENTRYPOINT ["/run"]'], 'run'],
    ['in a path with detours', 'run', ['COPY ./x/../run /opt/./bin/', 'ENTRYPOINT ["/opt/bin/run"]'], 'run'],
    ['given to a shell', 'run', ['COPY run /run', 'ENTRYPOINT ["sh", "-e", "/run"]'], 'run'],
    ['behind a wrapper', 'run', ['COPY run /run', 'ENTRYPOINT ["/tini", "--", "/run"]'], 'run'],
    [
      'in shell form, after other commands',
      'run',
      ['COPY run /run', 'ENTRYPOINT set -e; cd /x && exec /run --now'],
      'run',
    ],
    ['nowhere copied, beside the Dockerfile', 'run.sh', ['ENTRYPOINT ["/run.sh"]'], 'run.sh'],
  ])('%s', (_, path, lines, expected) => {
    expect(startedFile({ Dockerfile: dockerfile(...lines), [path]: SCRIPT })).toBe(expected);
  });

  it('is looked for in the Dockerfile’s folder first, then in those above', () => {
    const build = dockerfile('COPY run /run', 'ENTRYPOINT ["/run"]');
    expect(startedFile({ 'a/b/Dockerfile': build, run: SCRIPT })).toBe('run');
    expect(startedFile({ 'a/b/Dockerfile': build, run: SCRIPT, 'a/b/run': SCRIPT })).toBe('a/b/run');
  });

  it('is the last one that was copied there', () => {
    const build = dockerfile('COPY old /run', 'COPY new /run', 'ENTRYPOINT ["/run"]');
    expect(startedFile({ Dockerfile: build, old: SCRIPT, new: SCRIPT })).toBe('new');
  });

  it('is known by its name where no file of it is', () => {
    expect(startedFile({ Dockerfile: dockerfile('ENTRYPOINT ["/run.sh"]') })).toBeNull();
  });

  it('may be written by the Dockerfile itself', () => {
    const text = dockerfile('COPY <<EOF /run', '#!/bin/sh', 'exec /x', 'EOF', 'ENTRYPOINT ["/run"]');
    const script = imageOf(text).entrypoint?.script;
    expect(script?.at).toMatchObject({ path: 'Dockerfile', start: { line: 3 } });
  });
});

describe('what is no script', () => {
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['a binary', { run: '\u007fELF\u0000' }],
    ['a file for another interpreter', { run: '#!/usr/bin/python3\nsh = 1\n' }],
    ['a file without a #! line', { run: 'exec /server\n' }],
  ])('%s', (_, files) => {
    const build = dockerfile('COPY run /run', 'ENTRYPOINT ["/run"]');
    expect(startedFile({ Dockerfile: build, ...files })).toBeUndefined();
  });

  it('an argument, a flag, a file that is only copied', () => {
    const build = dockerfile('COPY run.sh /run.sh', 'ENTRYPOINT ["/server", "/run.sh"]');
    expect(startedFile({ Dockerfile: build, 'run.sh': SCRIPT })).toBeUndefined();
  });
});

describe('what an image rests on', () => {
  it('its definition and the scripts that it starts and runs, no other file', () => {
    const image = imageOf({
      'a/Dockerfile': dockerfile('COPY . /', 'RUN /setup.sh', 'ENTRYPOINT ["/run"]'),
      'a/run': SCRIPT,
      'a/setup.sh': SCRIPT,
      'a/other.sh': SCRIPT,
    });
    expect([...image.reads].sort()).toEqual(['a/Dockerfile', 'a/run', 'a/setup.sh']);
  });
});
