import { describe, expect, it } from '@jest/globals';
import type { BuiltImage } from '../../src/domain/index.ts';
import { imageOf } from './model.ts';

const STATIC = 'FROM gcr.io/distroless/static\n';
const DEBIAN = 'FROM debian:12 AS b\n';
const ALPINE = 'FROM alpine:3 AS b\n';

type Files = Readonly<Record<string, string>>;

function imageWith(lines: string, files: Files = {}): BuiltImage {
  return imageOf({ Dockerfile: lines.includes(STATIC.trim()) ? lines : `${STATIC}${lines}\n`, ...files });
}

/** The reasons why its base is not known, without what they all end with. */
function reasons(image: BuiltImage): readonly string[] {
  return image.bases.flatMap(({ unresolved }) => unresolved?.split(', and ')[0] ?? []);
}

describe('what becomes the root and is not spelled out is said', () => {
  it.each<readonly [string, string, string]>([
    [
      'a system made by a program',
      `${DEBIAN}RUN debootstrap bookworm /rootfs http://deb.example\n${STATIC}COPY --from=b /rootfs /\n`,
      'debootstrap fills what becomes the root',
    ],
    [
      'in a folder that a variable names',
      `${DEBIAN}ENV ROOT=/r\nRUN debootstrap bookworm "$ROOT"\n${STATIC}COPY --from=b /r/ /\n`,
      'debootstrap fills what becomes the root',
    ],
    [
      'packages under another root',
      `${ALPINE}RUN apk add --root=/r --initdb nginx\n${STATIC}COPY --from=b /r/. /\n`,
      'apk --root fills what becomes the root',
    ],
    [
      'one of its folders',
      `FROM fedora AS b\nRUN dnf install -y --installroot /m coreutils\n${STATIC}COPY --from=b /m/usr /usr\n`,
      'dnf --installroot fills what becomes /usr',
    ],
    [
      'through another stage',
      `${DEBIAN}RUN debootstrap bookworm /r\nFROM scratch AS m\nCOPY --from=b /r /x\n${STATIC}COPY --from=m /x /\n`,
      'debootstrap fills what becomes the root',
    ],
    [
      'an archive that a command unpacks',
      `${ALPINE}RUN wget -O- https://x.example | tar -xzC /r\n${STATIC}COPY --from=b /r /\n`,
      'tar fills what becomes the root',
    ],
    [
      'an archive that is unpacked where the stage works',
      `${ALPINE}WORKDIR /r\nRUN wget -O- https://x.example | tar xz\n${STATIC}COPY --from=b /r/ /\n`,
      'tar fills what becomes the root',
    ],
    [
      'an archive that another stage adds',
      `${ALPINE}ADD rootfs.tar /r/\n${STATIC}COPY --from=b /r /\n`,
      'the archive rootfs.tar is unpacked onto the root',
    ],
    ['an archive', 'ADD rootfs.tar.xz /', 'the archive rootfs.tar.xz is unpacked onto the root'],
    ['an archive of a newer kind', 'ADD rootfs.tzst /', 'the archive rootfs.tzst is unpacked onto the root'],
    [
      'an archive for the programs',
      'ADD x.tgz /usr/local/bin',
      'the archive x.tgz is unpacked onto /usr/local/bin',
    ],
    ['a pattern for archives', 'ADD root.t* /', 'the archive root.t* is unpacked onto the root'],
    [
      'an archive from elsewhere that is to be unpacked',
      'ADD --unpack=true https://x.example/y /',
      'the archive https://x.example/y is unpacked onto the root',
    ],
    [
      'a repository',
      'ADD https://git.example/x/root.git /',
      'the archive https://git.example/x/root.git is unpacked onto the root',
    ],
    [
      'a folder of that name that the tree lacks',
      'COPY rootfs/ /',
      'the folder rootfs/ is copied onto the root',
    ],
    [
      'a folder of that name that something unknown made',
      `${DEBIAN}RUN ./mk.sh /rootfs\n${STATIC}COPY --from=b /rootfs /\n`,
      'the folder /rootfs is copied onto the root',
    ],
    [
      'a folder of that name of an image',
      'COPY --from=ghcr.io/acme/sys /rootfs /',
      'the folder /rootfs is copied onto the root',
    ],
  ])('%s', (_, lines, reason) => {
    const image = imageWith(lines);
    expect(reasons(image)).toEqual([reason]);
    // What was known before stays an alternative.
    expect(image.bases[0]).toMatchObject({ reference: 'gcr.io/distroless/static' });
  });
});

describe('everyday copies stay calm', () => {
  it.each<readonly [string, string, Files]>([
    ['what a build put out', `FROM golang AS b\nRUN go build -o /out/x\n${STATIC}COPY --from=b /out /\n`, {}],
    ['a folder of programs', 'COPY bin/ /', {}],
    ['an archive elsewhere', 'ADD x.tar.gz /opt', {}],
    ['an archive that is copied as it is', 'COPY rootfs.tar /', {}],
    ['an archive from elsewhere, which ADD leaves alone', 'ADD https://x.example/y.tar.gz /', {}],
    ['an archive that is not to be unpacked', 'ADD --unpack=false x.tar.gz /', {}],
    ['a folder that the tree holds', 'COPY rootfs/ /', { 'rootfs/etc/app.conf': '' }],
    [
      'a folder that the commands show',
      `FROM golang AS b\nRUN mkdir -p /rootfs/etc && cp /etc/passwd /rootfs/etc/\nRUN go build -o /rootfs/x .\n${STATIC}COPY --from=b /rootfs /\n`,
      {},
    ],
    [
      'packages that static holds anyway',
      `${ALPINE}RUN apk --root /r --initdb add ca-certificates tzdata\n${STATIC}COPY --from=b /r /\n`,
      {},
    ],
    [
      'one file out of an archive',
      `${ALPINE}RUN tar xzf x.tgz -C /out\n${STATIC}COPY --from=b /out/etcd /etcd\nCOPY --from=b /out/etcd /usr/local/bin/\n`,
      {},
    ],
    [
      'a library out of a system',
      `${DEBIAN}RUN debootstrap bookworm /r\n${STATIC}COPY --from=b /r/usr/lib/x.so /usr/lib/x.so\nCOPY --from=b /r/usr/sbin/tool /usr/sbin/\n`,
      {},
    ],
    [
      'sources that are unpacked, and what make installs from them',
      `${DEBIAN}WORKDIR /src\nRUN tar xzf x.tgz && make install DESTDIR=/out\n${STATIC}COPY --from=b /out /\n`,
      {},
    ],
    [
      'the whole context, with a file called like a shell somewhere',
      'COPY . /',
      { 'hack/sh': '', 'a.txt': '' },
    ],
  ])('%s', (_, lines, files) => {
    const image = imageWith(lines, files);
    expect({ reasons: reasons(image), shell: image.brings.shell }).toEqual({ reasons: [], shell: undefined });
  });

  it('on a base that has a shell anyway', () => {
    const image = imageOf('FROM registry.k8s.io/build-image/debian-base:v1\nADD tools.tgz /usr/local\n');
    expect(reasons(image)).toEqual([]);
  });
});

describe('shells that come another way than by a copy of theirs', () => {
  const line = (lines: string, files: Files = {}) => imageWith(lines, files).brings.shell?.start.line;

  it.each<readonly [string, string, number, Files]>([
    ['a package that is one', `${ALPINE}RUN apk --root /r add busybox\n${STATIC}COPY --from=b /r /\n`, 4, {}],
    ['a folder of the tree', 'COPY rootfs/ /', 2, { 'rootfs/bin/busybox': '' }],
    [
      'a mount',
      'RUN --mount=from=busybox,target=/bb ["/bb/bin/busybox", "cp", "/bb/bin/busybox", "/bin/x"]',
      2,
      {},
    ],
    [
      'a mount in the place of the programs',
      'RUN --mount=from=busybox,src=/bin,dst=/bin cp /bin/sh /x',
      2,
      {},
    ],
    [
      'a folder of a mount',
      'RUN --mount=from=busybox,target=/bb ["/bb/bin/cp", "-a", "/bb/bin", "/"]',
      2,
      {},
    ],
    ['links of a mount', 'RUN --mount=from=busybox,target=/b ["/b/bin/busybox", "--install", "/b2"]', 2, {}],
    ['a folder that a command copies', `${ALPINE}RUN cp -a /bin /o/\n${STATIC}COPY --from=b /o/ /\n`, 4, {}],
    ['its content', `${ALPINE}RUN cp -a /bin/. /o/\n${STATIC}COPY --from=b /o/sh /x\n`, 4, {}],
    [
      'from the folder that it went to',
      `${ALPINE}RUN cd /bin && cp sh /o/x\n${STATIC}COPY --from=b /o/x /x\n`,
      4,
      {},
    ],
    [
      'where the system finds it',
      `${ALPINE}RUN cp $(which bash) /o/x\n${STATIC}COPY --from=b /o/x /x\n`,
      4,
      {},
    ],
    ['byte by byte', `${ALPINE}RUN dd if=/bin/sh of=/o/x\n${STATIC}COPY --from=b /o/x /x\n`, 4, {}],
    [
      'into the folder that is named first',
      `${ALPINE}RUN cp -t /o /bin/sh\n${STATIC}COPY --from=b /o/sh /x\n`,
      4,
      {},
    ],
    [
      'a trigger of the stage below',
      `${STATIC.trim()} AS b\nONBUILD COPY --from=busybox /bin/sh /x\nFROM b\n`,
      2,
      {},
    ],
  ])('%s', (_, lines, expected, files) => {
    expect(line(lines, files)).toBe(expected);
  });

  it('not where a mount is only used', () => {
    expect(line('RUN --mount=from=busybox,src=/bin,dst=/bin chmod +x /agent')).toBeUndefined();
    expect(
      line('RUN --mount=from=busybox,dst=/b --mount=type=cache,dst=/c cp /b/bin/sh /c/sh'),
    ).toBeUndefined();
  });
});
