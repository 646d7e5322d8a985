import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../build/bundle.ts';
import { ROOT } from '../build/entries.ts';

/** The programs that are measured, built into a folder of their own. */
export interface Programs {
  /** What `plinth` runs. */
  readonly plinth: string;
  readonly floor: string;
  /** The App's entry. */
  readonly app: string;
  /** Run as a source: it is measured as it comes, and its start does not count. */
  readonly bareProbot: string;
  /** A repository whose working tree is one Dockerfile. */
  readonly oneDockerfile: string;
  /** An empty cache folder. */
  cacheFolder(): string;
  clean(): void;
}

export async function buildPrograms(): Promise<Programs> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-programs-'));
  const built = join(folder, 'dist');
  const build = fileURLToPath(new URL('scripts/build.ts', ROOT));
  const { status, stderr } = spawnSync(process.execPath, [build, built], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
  cpSync(fileURLToPath(new URL('bin/', ROOT)), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  await bundle({ floor: 'scripts/bench/floor.ts' }, join(folder, 'floor'));
  let caches = 0;
  return {
    plinth: join(folder, 'bin', 'plinth.js'),
    floor: join(folder, 'floor', 'floor.js'),
    app: join(built, 'app.js'),
    bareProbot: fileURLToPath(new URL('scripts/bench/bare-probot.ts', ROOT)),
    oneDockerfile: oneDockerfile(join(folder, 'one')),
    cacheFolder: () => {
      const cache = join(folder, `cache-${++caches}`);
      mkdirSync(cache);
      return cache;
    },
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function oneDockerfile(folder: string): string {
  const git = (...args: string[]) =>
    spawnSync('git', ['-C', folder, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...args]);
  mkdirSync(folder);
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
  git('add', 'Dockerfile');
  git('commit', '-q', '-m', 'one');
  return folder;
}

const DOCKERFILE = `FROM golang:1.23 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/app ./cmd/app

FROM gcr.io/distroless/static:nonroot
COPY --from=build /out/app /app
USER 65532:65532
ENTRYPOINT ["/app"]
`;
