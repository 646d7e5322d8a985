import type { BuiltImage, Location, ProposedFix, Rule } from '../domain/index.ts';
import { imageLabel } from '../domain/index.ts';
import { isWindows } from './base-advice.ts';
import { imageNeed, shellOnBase } from './image-needs.ts';
import { KEP_1729 } from './sources.ts';
import { type EntryStart, entryStarts } from './starts.ts';

/** CMD and ENTRYPOINT that start a shell. */
export const shellEntrypoint: Rule = {
  on: 'tree',
  meta: {
    id: 'shell-entrypoint',
    since: '0.1.0',
    level: 'block',
    summary: 'CMD or ENTRYPOINT starts the program through a shell.',
    why: 'The shell form (`CMD server --flag`) runs `/bin/sh -c`, and so does exec form that names a shell. On distroless/static the container cannot start. `ENTRYPOINT [./server]` is not valid JSON, so it is shell form too.',
    remedy: 'Use exec form with the program first: `ENTRYPOINT ["/server", "--flag"]`.',
    sources: [KEP_1729, 'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form'],
    examples: {
      flagged: [
        {
          title: 'shell form',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY server /server\nCMD /server --port=80\n#^^^^^^^^^^^^^^^^^^^^ shell-entrypoint\n',
          },
        },
        {
          title: 'exec form that names a shell',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY server /server\nENTRYPOINT ["/bin/sh", "-c", "/server"]\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ shell-entrypoint\n',
          },
        },
      ],
      clean: [
        {
          title: 'exec form',
          files: {
            Dockerfile: 'FROM gcr.io/distroless/static\nCOPY server /server\nCMD ["/server", "--port=80"]\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) {
      for (const entry of entryStarts(image)) {
        if (!entry.byShell) continue;
        const shell = onWindows(image) ? 'cmd' : '/bin/sh';
        const form =
          entry.start.command.form === 'shell' ? `in shell form starts ${shell}` : 'starts a shell';
        const message = `${entry.role} ${form} in ${imageLabel(image)}; ${shellOnBase(image)}: use exec form with the program first.`;
        const fix = execFormFix(image, entry);
        yield imageNeed(image, {
          at: entry.start.at,
          subject: `shell for ${entry.role}`,
          message,
          ...(fix === undefined ? {} : { fix }),
        });
      }
    }
  },
};

function onWindows({ bases }: BuiltImage): boolean {
  return bases.every(isWindows);
}

/** Words that need no shell to be understood. */
const PLAIN = /^[\w./:=,@%+-]+( +[\w./:=,@%+-]+)*$/;
/** What only a shell understands as a program. */
const BUILTIN = /^(exec|cd|export|set|source|\.|eval|trap|ulimit|umask|wait|\w+=.*)$/;
const DEFAULT_SHELL = '/bin/sh -c';
const LONGEST_FIX = 2000;

/** Plain words mean the same in exec form; an ENTRYPOINT that ignored a CMD would start to use it, so that is left to a person. */
function execFormFix(image: BuiltImage, entry: EntryStart): ProposedFix | undefined {
  const { command, at, script } = entry.start;
  // A script would need the shell all the same, and what cmd understands by itself is not known here.
  if (script !== undefined || onWindows(image)) return undefined;
  if (command.form !== 'shell' || command.text.length > LONGEST_FIX || !PLAIN.test(command.text.trim()))
    return undefined;
  if (shellInForce(image, at) !== DEFAULT_SHELL) return undefined;
  if (entry.role === 'ENTRYPOINT' ? image.cmd !== undefined : image.entrypoint !== undefined)
    return undefined;
  const words = command.text.trim().split(/ +/);
  const [program] = words;
  if (program === undefined || BUILTIN.test(program) || at.start.line !== at.end.line) return undefined;
  const text = `${entry.role} [${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  return { title: 'use exec form', safe: true, replacements: [{ at, text }] };
}

function shellInForce(image: BuiltImage, at: Location): string {
  return (
    image.steps
      .find((step) => step.at.path === at.path && step.at.start.line === at.start.line)
      ?.shell.join(' ') ?? ''
  );
}
