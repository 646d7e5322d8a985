import { describe, expect, it } from '@jest/globals';
import { imageOf } from './model.ts';

const STATIC = 'FROM gcr.io/distroless/static\n';

function brought(lines: string) {
  return imageOf(lines.includes('FROM gcr.io') ? lines : `${STATIC}${lines}\n`).brings;
}

describe('programs that the layers bring', () => {
  it.each<readonly [string, string, readonly string[], boolean]>([
    ['a file by its name', 'COPY curl /usr/bin/curl', ['curl'], false],
    ['a file under another name', 'COPY x /usr/bin/curl', ['curl'], false],
    ['files into a folder', 'COPY a/curl b/jq /tools/', ['curl', 'jq'], false],
    ['a folder among programs is not seen', 'COPY bin/ /usr/bin/', ['bin'], false],
    ["a system's own folder", 'COPY --from=debian /usr/bin /usr/bin', ['bin'], true],
    ['a folder elsewhere is data', 'COPY data/ /data/', ['data'], false],
    ['a pattern among programs is not seen', 'COPY bin/* /usr/bin/', ['*'], false],
    [
      'packages by name, where nothing can install them',
      'RUN apt-get install -y curl=1 jq',
      ['curl', 'jq'],
      false,
    ],
    ['a PATH of its own brings nothing', 'ENV PATH=/opt/bin', [], false],
    ['nothing', 'USER 1', [], false],
  ])('%s', (_, lines, programs, more) => {
    const brings = brought(lines);
    expect({ programs: [...brings.programs].sort(), more: brings.more }).toEqual({ programs, more });
  });
});

it('packages, where the base has a package manager', () => {
  const { brings } = imageOf(
    'FROM registry.k8s.io/build-image/debian-base:v1\nRUN apt-get install -y iproute2\n',
  );
  expect(brings.more).toBe(true);
});

describe('copies among programs that nothing lists', () => {
  it.each([
    ['a folder', 'USER 1\nCOPY bin/ /usr/bin/', 3],
    ['a pattern', 'COPY bin/* /usr/bin/', 2],
    ['what a build put out', 'COPY --from=golang /out/ /usr/local/bin/', 2],
    ['a file that nobody names', 'ARG X\nCOPY $X /usr/bin/', 3],
    ['a folder of the PATH', 'ENV PATH=/opt/bin:$PATH\nCOPY tools/ /opt/bin/', 3],
  ])('%s', (_, lines, expected) => {
    expect(brought(lines).unseen?.start.line).toBe(expected);
  });

  it.each([
    ['a folder elsewhere', 'COPY tools/ /opt/bin/'],
    ['a file', 'COPY tool /usr/bin/'],
    ['a file under a name of its own', 'ARG X\nCOPY $X /server'],
  ])('not %s', (_, lines) => {
    expect(brought(lines).unseen).toBeUndefined();
  });

  it('a folder of the tree is looked into', () => {
    const { brings } = imageOf({
      Dockerfile: `${STATIC}COPY bin/ /usr/bin/\n`,
      'bin/curl': '',
      'bin/x/y': '',
    });
    expect(brings.unseen).toBeUndefined();
    expect([...brings.programs].sort()).toEqual(['bin', 'curl']);
  });
});

describe('the shell that the layers bring', () => {
  const BUSYBOX = 'FROM busybox AS bb\n';
  const line = (text: string) => brought(text).shell?.start.line;

  it.each<readonly [string, string, number | undefined]>([
    ['by name', `${BUSYBOX}${STATIC}COPY --from=bb /bin/sh /x\n`, 3],
    [
      'by a link of the stage',
      `${BUSYBOX}RUN ln -s /bin/busybox /app\n${STATIC}COPY --from=bb /app /app\n`,
      4,
    ],
    [
      'by a copy of the stage',
      `${BUSYBOX}RUN mkdir /o && cp /bin/sh /o/tool\n${STATIC}USER 1\nCOPY --from=bb /o/ /o/\n`,
      5,
    ],
    [
      'by install and its folder',
      `${BUSYBOX}WORKDIR /o\nRUN install -m 755 /bin/sh .\n${STATIC}COPY --from=bb /o /o\n`,
      5,
    ],
    [
      'through three stages',
      `${BUSYBOX}FROM scratch AS a\nCOPY --from=bb /bin/sh /a\nFROM scratch AS b\nCOPY --from=a /a /b\n${STATIC}COPY --from=b /b /c\n`,
      7,
    ],
    [
      'by the stage that it is built on',
      `${BUSYBOX}${STATIC.trim()} AS a\nCOPY --from=bb /bin/sh /x\nFROM a\nUSER 1\n`,
      3,
    ],
    ['by a folder above', `${BUSYBOX}${STATIC}COPY --from=bb / /rootfs\n`, 3],
    ['by a pattern for the folder', `${BUSYBOX}${STATIC}COPY --from=bb /b?n /x\n`, 3],
    ['by a class of characters', `${BUSYBOX}${STATIC}COPY --from=bb /bin/[s]h /x\n`, 3],
    [
      'by a variable of the stage',
      `${BUSYBOX}${STATIC}ENV D=/bin\nARG P=\${D}/sh\nCOPY --from=bb $P /x\n`,
      5,
    ],
    [
      'by a pattern with signs that are none',
      `${BUSYBOX}${STATIC}COPY --from=bb /bin/s{h* /bin/s[!a] /x/\n`,
      3,
    ],
    ['a file that happens to lie beside it', `${BUSYBOX}${STATIC}COPY --from=bb /bin/ls /x\n`, undefined],
    ['a pattern that no shell fits', `${BUSYBOX}${STATIC}COPY --from=bb /etc/*.conf /etc/\n`, undefined],
    [
      'a folder of a base without one',
      `${STATIC.trim()} AS s\n${STATIC}COPY --from=s /bin /bin\n`,
      undefined,
    ],
    ['a file called like one in a folder of data', 'COPY conf/bash.bashrc /etc/', undefined],
    [
      'a link that nobody copies',
      `${BUSYBOX}RUN ln -s /bin/sh /app\n${STATIC}COPY --from=bb /etc/passwd /etc/\n`,
      undefined,
    ],
  ])('%s', (_, text, expected) => {
    expect(line(text)).toBe(expected);
  });

  it('is followed so far; a definition that asks for more has one', () => {
    const links = Array.from({ length: 300 }, (_, index) => `RUN cp /bin/sh /a/b/c/${index}`).join('\n');
    const copies = (count: number) => 'COPY --from=bb /a/*/[a-z]*/9*z /x/\n'.repeat(count);
    expect(brought(`${BUSYBOX}${links}\n${STATIC}${copies(20)}`).shell).toBeUndefined();
    expect(brought(`${BUSYBOX}${links}\n${STATIC}${copies(20_000)}`).shell).toBeDefined();
  });
});
