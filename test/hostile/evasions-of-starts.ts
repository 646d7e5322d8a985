import { type Evasion, evasion, STATIC } from './evasion.ts';

const SHELL = 'shell-entrypoint';
const RUN = 'shell-run-final-stage';
const COPIED = 'shell-copied-into-image';

/** A Dockerfile on the right base that needs a shell, a program or a package manager without saying so. */
export const EVASIONS_OF_STARTS: readonly Evasion[] = [
  evasion('CMD in shell form', `${STATIC}CMD /server --port=1\n`, SHELL),
  evasion('ENTRYPOINT as a string', `${STATIC}ENTRYPOINT "/server"\n`, SHELL),
  evasion('a list that is no JSON', `${STATIC}ENTRYPOINT [./app]\n`, SHELL),
  evasion('a list in single quotes', `${STATIC}ENTRYPOINT ['/app']\n`, SHELL),
  evasion('a list with a comma too many', `${STATIC}ENTRYPOINT ["/app",]\n`, SHELL),
  evasion('a list with a word behind it', `${STATIC}ENTRYPOINT ["/app"] --flag\n`, SHELL),
  evasion('a list in typographic quotes', `${STATIC}ENTRYPOINT [\u201c/app\u201d]\n`, SHELL),
  evasion('a list of a list', `${STATIC}ENTRYPOINT [["/app"]]\n`, SHELL),
  evasion('a shell in exec form', `${STATIC}ENTRYPOINT ["/bin/sh", "-c", "/server"]\n`, SHELL),
  evasion('a login shell', `${STATIC}ENTRYPOINT ["bash", "-lc", "/server"]\n`, SHELL),
  evasion(
    'a shell written in escapes',
    `${STATIC}ENTRYPOINT ["\\u002fbin\\u002fsh", "-c", "/server"]\n`,
    SHELL,
  ),
  evasion('a shell over two lines', `${STATIC}ENTRYPOINT ["/bin/sh", \\\n  "-c", \\\n  "/server"]\n`, SHELL),
  evasion(
    'a shell behind env',
    `${STATIC}ENTRYPOINT ["/usr/bin/env", "-i", "A=1", "sh", "-c", "/server"]\n`,
    `missing-program ${SHELL}`,
  ),
  evasion(
    'a shell in the text that env splits',
    `${STATIC}ENTRYPOINT ["env", "-S", "sh -c /server"]\n`,
    `missing-program ${SHELL}`,
  ),
  evasion(
    'a shell behind timeout',
    `${STATIC}ENTRYPOINT ["timeout", "-k", "5", "60", "/bin/sh", "-c", "/server"]\n`,
    `missing-program ${SHELL}`,
  ),
  evasion(
    'a shell behind tini',
    `${STATIC}COPY tini /tini\nENTRYPOINT ["/tini", "--", "/bin/bash", "-c", "/server"]\n`,
    SHELL,
  ),
  evasion(
    'a shell behind dumb-init',
    `${STATIC}COPY dumb-init /dumb-init\nENTRYPOINT ["/dumb-init", "bash"]\n`,
    SHELL,
  ),
  evasion(
    'a shell as an applet of busybox',
    `${STATIC}ENTRYPOINT ["/busybox/busybox", "sh", "-c", "/server"]\n`,
    SHELL,
  ),
  evasion('a shell in its debug folder', `${STATIC}ENTRYPOINT ["/busybox/sh"]\n`, SHELL),
  evasion(
    'a shell in CMD below a wrapper',
    `${STATIC}COPY tini /tini\nENTRYPOINT ["/tini", "--"]\nCMD ["sh", "-c", "/server"]\n`,
    SHELL,
  ),
  evasion(
    'CMD in shell form below a wrapper',
    `${STATIC}COPY tini /tini\nENTRYPOINT ["/tini", "--"]\nCMD /server\n`,
    SHELL,
  ),
  evasion('CMD as arguments of a shell', `${STATIC}ENTRYPOINT ["/bin/sh"]\nCMD ["-c", "/server"]\n`, SHELL),
  evasion(
    'a start in a stage below',
    `${STATIC.trim()} AS a\nENTRYPOINT /server\nFROM a\nCOPY x /x\n`,
    SHELL,
  ),
  evasion(
    'a start in a stage that is the number 0',
    `FROM gcr.io/distroless/static AS zero\nCMD /server\nFROM zero\n`,
    SHELL,
  ),
  evasion('a start in lower case', `${STATIC}cmd /server\n`, SHELL),
  evasion('a start with a tab', `${STATIC}CMD\t/server\n`, SHELL),
  evasion('a start under another SHELL', `${STATIC}SHELL ["/busybox/sh", "-c"]\nENTRYPOINT /server\n`, SHELL),
  evasion('a start as a heredoc', `${STATIC}ENTRYPOINT <<EOF\n/server\nEOF\n`, `${SHELL} unread-file`),
  evasion(
    'a script in exec form',
    {
      Dockerfile: `${STATIC}COPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n`,
      'start.sh': '#!/bin/sh\nexec /server\n',
    },
    'script-entrypoint',
  ),
  evasion(
    'a script without the ending of one',
    {
      Dockerfile: `${STATIC}COPY start /usr/bin/server\nENTRYPOINT ["server"]\n`,
      start: '#! /usr/bin/env -S bash -e\nexec /x\n',
    },
    'script-entrypoint',
  ),
  evasion(
    'a script in a folder that is copied whole',
    {
      Dockerfile: `${STATIC}COPY bin/ /opt/\nENTRYPOINT ["/opt/run"]\n`,
      'bin/run': '#!/bin/dash\nexec /x\n',
    },
    'script-entrypoint',
  ),
  evasion(
    'a script below the work folder',
    { Dockerfile: `${STATIC}WORKDIR /opt\nCOPY . .\nENTRYPOINT ["./run"]\n`, run: '#!/bin/sh\nexec /x\n' },
    'script-entrypoint',
  ),
  evasion(
    'a script with CRLF behind its shebang',
    { Dockerfile: `${STATIC}COPY run /run\nENTRYPOINT ["/run"]\n`, run: '#!/bin/sh\r\nexec /x\r\n' },
    'script-entrypoint',
  ),
  evasion(
    'a script behind tini',
    {
      Dockerfile: `${STATIC}COPY tini run /\nENTRYPOINT ["/tini", "-g", "--", "/run"]\n`,
      run: '#!/bin/bash\nexec /x\n',
    },
    'script-entrypoint',
  ),
  evasion(
    'a script that came through a builder stage',
    {
      Dockerfile: `FROM golang:1.25 AS build\nCOPY start.sh /out/start.sh\n${STATIC}COPY --from=build /out/start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n`,
      'start.sh': '#!/bin/sh\nexec /x\n',
    },
    'script-entrypoint',
  ),
  evasion(
    'a script written by a heredoc',
    `${STATIC}COPY <<EOF /start\n#!/bin/sh\nexec /server\nEOF\nENTRYPOINT ["/start"]\n`,
    'script-entrypoint',
  ),
  evasion(
    'a health check in shell form',
    `${STATIC}ENTRYPOINT ["/server"]\nHEALTHCHECK --interval=5s CMD /server health\n`,
    'healthcheck-shell',
  ),
  evasion(
    'a health check that names a shell',
    `${STATIC}ENTRYPOINT ["/server"]\nHEALTHCHECK CMD ["sh", "-c", "/server health"]\n`,
    'healthcheck-shell',
  ),
  evasion(
    'a health check by a program',
    `${STATIC}ENTRYPOINT ["/server"]\nHEALTHCHECK CMD ["curl", "-f", "http://localhost"]\n`,
    'missing-program',
  ),
  evasion('RUN in the final stage', `${STATIC}RUN mkdir /data\nENTRYPOINT ["/server"]\n`, RUN),
  evasion(
    'RUN in exec form that names a shell',
    `${STATIC}RUN ["sh", "-c", "mkdir /data"]\nENTRYPOINT ["/server"]\n`,
    RUN,
  ),
  evasion('RUN as a heredoc', `${STATIC}RUN <<EOF\nmkdir /data\nEOF\nENTRYPOINT ["/server"]\n`, RUN),
  evasion(
    'RUN as a heredoc for a named shell',
    `${STATIC}RUN bash <<'EOF'\nmkdir /data\nEOF\nENTRYPOINT ["/server"]\n`,
    RUN,
  ),
  evasion(
    'RUN under another SHELL',
    `${STATIC}SHELL ["/bin/bash", "-c"]\nRUN mkdir /data\nENTRYPOINT ["/server"]\n`,
    RUN,
  ),
  evasion(
    'RUN with a cache mount',
    `${STATIC}RUN --mount=type=cache,target=/x mkdir /data\nENTRYPOINT ["/server"]\n`,
    RUN,
  ),
  evasion(
    'a package manager in exec form',
    `${STATIC}RUN ["apt-get", "install", "-y", "curl"]\nENTRYPOINT ["/server"]\n`,
    'package-manager-final-stage',
  ),
  evasion(
    'a package manager behind env',
    `${STATIC}RUN env DEBIAN_FRONTEND=noninteractive apt-get install -y curl\nENTRYPOINT ["/server"]\n`,
    'package-manager-final-stage',
  ),
  evasion(
    'a package manager inside sh -c',
    `${STATIC}RUN sh -c 'apk add curl'\nENTRYPOINT ["/server"]\n`,
    'package-manager-final-stage',
  ),
  evasion(
    'a package manager in a script that RUN starts',
    {
      Dockerfile: `${STATIC}COPY setup.sh /setup.sh\nRUN /setup.sh\nENTRYPOINT ["/server"]\n`,
      'setup.sh': '#!/bin/sh\napt-get update && apt-get install -y iptables\n',
    },
    'package-manager-final-stage',
  ),
  evasion(
    'ONBUILD of a base of the same file',
    `FROM gcr.io/distroless/static AS a\nONBUILD RUN mkdir /data\nFROM a\nENTRYPOINT ["/server"]\n`,
    RUN,
  ),
  evasion(
    'ONBUILD CMD of a base of the same file',
    `FROM gcr.io/distroless/static AS a\nONBUILD CMD /server\nFROM a\n`,
    SHELL,
  ),
  evasion(
    'a shell copied by its name',
    `FROM busybox:1.36 AS bb\n${STATIC}COPY --from=bb /bin/sh /bin/sh\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'busybox copied under another name',
    `FROM busybox:1.36 AS bb\n${STATIC}COPY --from=bb /bin/busybox /server\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a static bash of the tree',
    `${STATIC}COPY bash-static /usr/bin/x\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a folder of programs',
    `FROM busybox:1.36 AS bb\n${STATIC}COPY --from=bb /bin /bin\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a folder of programs by a pattern',
    `FROM busybox:1.36 AS bb\n${STATIC}COPY --from=bb /bin/* /bin/\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a folder of programs to another place',
    `FROM busybox:1.36 AS bb\n${STATIC}COPY --from=bb /bin /opt/tools\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell by a pattern',
    `FROM busybox:1.36 AS bb\n${STATIC}COPY --from=bb /bin/s[h] /x\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell from an image of a registry',
    `${STATIC}COPY --from=busybox:1.36-musl /bin/sh /sh\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell by the number of a stage',
    `FROM busybox\n${STATIC}COPY --from=0 /bin/sh /sh\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell into a folder',
    `FROM debian AS d\n${STATIC}COPY --from=d /bin/bash /bin/cat /bin/\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell by a path with detours',
    `FROM debian AS d\n${STATIC}COPY --from=d /usr/../bin/./sh /x\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell behind a variable',
    `FROM debian AS d\n${STATIC}ARG WHAT=/bin/sh\nCOPY --from=d \${WHAT} /x\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell through a stage that renames it',
    `FROM debian AS d\nFROM scratch AS mid\nCOPY --from=d /bin/sh /tool\n${STATIC}COPY --from=mid /tool /tool\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a shell fetched by ADD',
    `${STATIC}ADD https://example.com/releases/busybox-x86_64 /tool\nENTRYPOINT ["/server"]\n`,
    COPIED,
    'needs-exception',
  ),
  evasion(
    'a program of the system as the start',
    `${STATIC}ENTRYPOINT ["/bin/sleep", "1"]\n`,
    'missing-program',
  ),
  evasion(
    'cgo on in a builder stage',
    `FROM golang:1.25 AS build\nRUN CGO_ENABLED=1 go build -o /server .\n${STATIC}COPY --from=build /server /server\nENTRYPOINT ["/server"]\n`,
    'dynamic-binary',
  ),
];
