// The demo's entry: `npm run demo`, on the example or on any two commits of a git repository.
import { parseArgs } from 'node:util';
import { generateRepository } from '../../test/support/github/generated-repository.ts';
import { openRepository, type Repository } from '../adapters/git/index.ts';
import { AppError, type Tree } from '../domain/index.ts';
import { textWidth } from '../domain/text-width.ts';
import { AFTER, BEFORE, EXCEPTION, EXCEPTION_AFTER, TITLE } from './example.ts';
import { play, type Scene, type Shown } from './scene.ts';
import { show } from './show.ts';

const USAGE = `Usage: npm run demo [-- --json] [-- --git-dir DIR --base REV --head REV]

Opens a pull request on a local stand-in for GitHub, delivers its webhook to the App, and shows what GitHub would show.
Without a repository it plays a small example, and an exception that is asked for and granted in comments. DIR is a git directory, or the work tree that holds it.
Needs no account and no network. Exit: 0 whatever the verdict is, 2 where an option, DIR or REV is wrong, 1 for a fault of Plinth.
`;

interface Options {
  readonly json: boolean;
  readonly gitDir?: string;
  readonly base?: string;
  readonly head?: string;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (options === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { scene, remove } = await sceneOf(options);
  try {
    if (!options.json) process.stdout.write(intro(scene, options));
    const shown = await whileWaiting(play(scene));
    process.stdout.write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : await text(scene, shown));
    return 0;
  } finally {
    await remove();
  }
}

function readOptions(argv: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        'git-dir': { type: 'string' },
        base: { type: 'string' },
        head: { type: 'string' },
      },
    });
    if (values.help) return null;
    const given = { 'git-dir': values['git-dir'], base: values.base, head: values.head };
    const missing = Object.entries(given).filter(([, value]) => value === undefined);
    if (missing.length > 0 && missing.length < 3) {
      throw new AppError(
        'usage',
        `--git-dir, --base and --head go together; missing: ${missing.map(([name]) => `--${name}`).join(', ')}`,
      );
    }
    return {
      json: values.json,
      ...(values['git-dir'] === undefined ? {} : { gitDir: values['git-dir'] }),
      ...(values.base === undefined ? {} : { base: values.base }),
      ...(values.head === undefined ? {} : { head: values.head }),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('usage', error instanceof Error ? error.message : String(error));
  }
}

async function sceneOf(options: Options): Promise<{ scene: Scene; remove: () => Promise<void> }> {
  if (options.gitDir !== undefined && options.base !== undefined && options.head !== undefined) {
    const repository = await openRepository({ gitDir: options.gitDir });
    try {
      const [base, head] = [
        await repository.resolveCommit(options.base),
        await repository.resolveCommit(options.head),
      ];
      return {
        scene: { gitDir: repository.gitDir, base, head, title: `${base.slice(0, 10)}…${head.slice(0, 10)}` },
        remove: async () => {},
      };
    } finally {
      repository.close();
    }
  }
  const generated = await generateRepository([
    { name: 'before', branch: 'main', files: BEFORE },
    { name: 'after', branch: 'change', files: AFTER },
    { name: 'exception', branch: 'exception', parents: ['before'], files: EXCEPTION_AFTER },
  ]);
  return {
    scene: {
      gitDir: generated.gitDir,
      base: generated.id('before'),
      head: generated.id('after'),
      title: TITLE,
      exception: { ...EXCEPTION, head: generated.id('exception') },
    },
    remove: () => generated.remove(),
  };
}

function intro(scene: Scene, options: Options): string {
  const what = options.gitDir === undefined ? 'a small example repository' : options.gitDir;
  return `A pull request of ${what}:\n“${scene.title}”.\nThe App runs with its embedded store; GitHub is a stand-in on loopback.\n`;
}

const WIDTH_OF_A_PIPE = 100;
const WIDEST = 120;

async function text(scene: Scene, shown: Shown): Promise<string> {
  const repository = await openRepository({ gitDir: scene.gitDir });
  try {
    const tree = await repository.tree(scene.head);
    const lines = await linesOf(
      repository,
      tree,
      [...shown.annotations, ...shown.comments].map((note) => note.path),
    );
    const color =
      process.env.NO_COLOR === undefined &&
      (process.stdout.isTTY === true || process.env.FORCE_COLOR !== undefined);
    return show(shown, {
      color,
      width: textWidth(process.stdout.columns, { pipe: WIDTH_OF_A_PIPE, widest: WIDEST }),
      lines: (path) => lines.get(path),
    });
  } finally {
    repository.close();
  }
}

async function linesOf(
  repository: Repository,
  tree: Tree,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = new Map<string, readonly string[]>();
  for (const path of new Set(paths)) {
    const entry = tree.get(path);
    const blob = entry === undefined ? undefined : (await repository.blobs.read([entry.id])).get(entry.id);
    if (blob?.kind === 'bytes') lines.set(path, new TextDecoder().decode(blob.bytes).split(/\r\n|\n|\r/));
  }
  return lines;
}

/** A large repository takes minutes: a line on a terminal says that something happens. */
async function whileWaiting<T>(work: Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true) return await work;
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stderr.write(`\r\u001b[2KThe App judges the pull request: ${seconds} s`);
  }, 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\u001b[2K');
  }
}

// A reader that goes away, as in `| head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isKnown = error instanceof AppError;
  const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`demo: ${isKnown ? error.message : fault}\n`);
  process.exitCode = isKnown ? 2 : 1;
}
