import type { Rule } from '../domain/index.ts';
import { isShell, programName, shellIndex } from '../domain/index.ts';
import { KEP_1729 } from './sources.ts';

/** Shells that Go sources that change start. */
export const goExecShell: Rule = {
  on: 'tree',
  meta: {
    id: 'go-exec-shell',
    since: '0.1.0',
    level: 'note',
    summary: 'A Go program starts a shell.',
    why: 'The image of a program that runs `sh -c` needs a shell, wherever the command is put together.',
    remedy: 'Start the program itself with its arguments, or do the work in Go.',
    sources: [KEP_1729, 'https://pkg.go.dev/os/exec#Command'],
    examples: {
      flagged: [
        {
          title: 'sh -c',
          files: {
            'main.go':
              'package main\n\nimport "os/exec"\n\nfunc main() {\n\texec.Command("/bin/sh", "-c", "ls").Run()\n//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ go-exec-shell\n}\n',
          },
        },
      ],
      clean: [
        {
          title: 'a program',
          files: {
            'main.go':
              'package main\n\nimport "os/exec"\n\nfunc main() {\n\texec.Command("/usr/bin/helper", "--list").Run()\n}\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const { path, fact } of project.goFiles) {
      for (const start of fact.starts) {
        const shell = shellOf(start.words);
        if (shell === undefined) continue;
        const message = `The Go code starts ${programName(shell)} (${start.call}), which its image, or the one it runs it in, then has to have: start the program itself.`;
        yield {
          kind: 'other',
          path,
          at: { path, ...start.span },
          subject: `shell by ${start.call}`,
          message,
          rests: [path],
        };
      }
    }
  },
};

/**
 * The shell that a start's words name: as the program (through wrappers), after `--`, or in front of an option that gives it text. Another
 * word that happens to be called like a shell is only an argument.
 */
function shellOf(words: readonly (string | null)[]): string | undefined {
  const texts = words.map((word) => word ?? '');
  const index = shellIndex(texts);
  if (index !== null) return texts[index];
  return texts.find(
    (word, at) =>
      at > 0 && isShell(word) && (texts[at - 1] === '--' || /^-[a-z]*c$/.test(texts[at + 1] ?? '')),
  );
}
