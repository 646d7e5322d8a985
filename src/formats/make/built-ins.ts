// What make itself sets, and what it can be told through its own variables.
import { joinPath } from '../../domain/index.ts';
import { type Environment, textsOf } from './environment.ts';
import { shown } from './pieces.ts';
import { ROOT } from './tree-path.ts';

/** A variable of make's own; `files` are the makefiles that were read so far. */
export function builtIn(name: string, folder: string, files: readonly string[]): string | undefined {
  switch (name) {
    case 'MAKE':
      return 'make';
    case 'SHELL':
      return '/bin/sh';
    case 'CURDIR':
    case 'PWD':
      return joinPath(ROOT, folder);
    case 'root':
      return ROOT;
    case 'MAKEFILE_LIST':
      return files.map((path) => joinPath(ROOT, path)).join(' ');
    default:
      return undefined;
  }
}

/** True where a makefile sets variables through the options of make. */
export function setsFlags(variables: Environment): boolean {
  return ['MAKEFLAGS', 'GNUMAKEFLAGS'].some((name) =>
    variables.get(name).held.some(({ definition }) => {
      if (definition === null) return false;
      const texts =
        definition.flavor === 'recursive'
          ? textsOf(definition).map(({ text }) => text)
          : definition.choice.options.map(({ pieces }) => shown(pieces));
      return texts.some((text) => /(?:^|\s)(?:\w+\s*[:?+]?=|-\w*e|--environment-overrides)/.test(text));
    }),
  );
}
