import { expect } from '@jest/globals';
import type { Location } from '../../src/domain/index.ts';
import { Marks } from '../../src/formats/make/marks.ts';
import { runShell, type ShellText } from '../../src/resolve/invocations/shell/run.ts';
import type { BuildCommand, CommandWord } from '../../src/resolve/invocations/words.ts';

/** A call of docker in a script. */
export interface Call {
  readonly words: readonly CommandWord[];
  /** Under no condition, and with nothing open. */
  readonly isSure: boolean;
}

function textOf(path: string, text: string): ShellText {
  return {
    path,
    text,
    place: (offset): Location => ({
      path,
      start: { line: 1, column: offset + 1 },
      end: { line: 1, column: offset + 1 },
    }),
  };
}

/** What `build.sh` among the files gives to docker, in an empty environment. */
export function dockerCalls(files: Readonly<Record<string, string>>): readonly Call[] {
  const calls: Call[] = [];
  const script = (path: string): ShellText | undefined => {
    const name = path.replace(/^(?:\/\.tree\/|\.\/)/, '');
    return files[name] === undefined ? undefined : textOf(name, files[name]);
  };
  const beyond = runShell(
    {
      marks: new Marks(),
      environment: new Map(),
      folder: () => '',
      script,
      emit: ({ words, when, boundary }: BuildCommand) => {
        if (boundary !== undefined || words[0]?.text !== 'docker') return;
        const isSure =
          when.length === 0 && words.every(({ pieces }) => pieces.every(({ open }) => open === undefined));
        calls.push({ words: words.slice(1), isSure });
      },
    },
    textOf('build.sh', files['build.sh'] ?? ''),
    { positional: { options: [{ when: [], pieces: [] }] }, when: [] },
  );
  expect(beyond).toBeNull();
  return calls;
}
