import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

const STATIC = 'FROM gcr.io/distroless/static\nCOPY bin/server /server\nENTRYPOINT ["/server"]\n';
const IMAGE = 'image: bin/server\n\tdocker build -t registry.k8s.io/server:1 .\n';

function built(command: string, more = ''): string {
  return `${more}bin/server:\n\t${command}\n${IMAGE}`;
}

async function found(
  after: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const { findings } = await judgeChange(before, after);
  return findings
    .filter(({ rule }) => rule === 'dynamic-binary')
    .map(({ path, line, level, state }) => `${state} ${level} ${path}:${line}`);
}

/** DOMAIN 5.11: cgo may be switched on in the Makefile that builds what the image copies in. */
describe('a Go program that a build rule makes with cgo', () => {
  it.each([
    [
      'a prefix',
      built('CGO_ENABLED=1 GOOS=linux go build -o bin/server ./cmd/server'),
      'introduced block Makefile:2',
    ],
    [
      'a variable',
      built('CGO_ENABLED=$(CGO) go build -o bin/server .', 'CGO := 1\n'),
      'introduced block Makefile:1',
    ],
    [
      'a branch that is taken',
      built(
        'CGO_ENABLED=$(CGO) go build -o bin/ ./cmd/server',
        'JOURNAL ?= 1\nCGO := 0\nifeq ($(JOURNAL), 1)\n\tCGO := 1\nendif\n',
      ),
      'introduced block Makefile:4',
    ],
    [
      'the environment of all recipes',
      built('go build -o bin/server .', 'export CGO_ENABLED = 1\n'),
      'introduced block Makefile:1',
    ],
  ])('by %s', async (_, Makefile, expected) => {
    expect(await found({ Dockerfile: STATIC, Makefile })).toEqual([expected]);
  });

  it.each([
    ['cgo is off', built('CGO_ENABLED=0 go build -o bin/server .')],
    ['nobody says', built('go build -o bin/server .')],
    [
      'it is linked statically',
      built('CGO_ENABLED=1 go build -ldflags \'-extldflags "-static"\' -o bin/server .'),
    ],
    ['another program is built', built('CGO_ENABLED=1 go build -o bin/tool ./cmd/tool')],
  ])('is silent where %s', async (_, Makefile) => {
    expect(await found({ Dockerfile: STATIC, Makefile })).toEqual([]);
  });

  it('is a note where the base has a libc', async () => {
    const Dockerfile = STATIC.replace('gcr.io/distroless/static', 'registry.k8s.io/debian-base:v1');
    const Makefile = built('CGO_ENABLED=1 go build -o bin/server .');
    expect(await found({ Dockerfile, Makefile })).toEqual(['introduced note Makefile:2']);
  });

  it('is told of a script that builds the program and the image', async () => {
    const script = `#!/bin/sh\nCGO_ENABLED=1 go build -o bin/server .\ndocker build -t registry.k8s.io/server:1 .\n`;
    expect(await found({ Dockerfile: STATIC, 'build.sh': script })).toEqual(['introduced block build.sh:2']);
  });

  it('is the same problem where the build moves into the definition (SEM-4.2)', async () => {
    const before = { Dockerfile: STATIC, Makefile: built('CGO_ENABLED=1 go build -o bin/server .') };
    const after = {
      Dockerfile: `FROM golang:1.25 AS build\nRUN CGO_ENABLED=1 go build -o /server .\n${STATIC.replace('bin/server', '--from=build /server')}`,
      Makefile: IMAGE.replace(' bin/server', ''),
    };
    expect(await found(after, before)).toEqual(['existing block Dockerfile:2']);
  });
});
