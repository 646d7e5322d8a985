// Shell text, as a language inside other formats (RUN, `sh -c`) and as script files.
// In: text and where it stands. Out: simple commands in text order (ShellScript, ScriptFact).
// Not here: what a command means (package managers, log redirection), expansion of variables.
import { isShell, type ScriptFact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { startsBuilds } from './build-signs.ts';
import { interpreterOf } from './interpreter.ts';
import { placeIn } from './lines.ts';
import { readShell } from './read.ts';

export { isBuildScript, mayStartBuilds, startsBuilds } from './build-signs.ts';
export { interpreterOf } from './interpreter.ts';
export { placeIn } from './lines.ts';
export { type ParsedShell, parseShell } from './parse.ts';
export { readShell } from './read.ts';

/** Files whose name says that they are scripts. Others are read, when something refers to them, under the format's own id. */
const NAMED = 'shell-named';

export const shell: Format = {
  id: 'shell',
  version: 1,
  covers:
    'Script files (`*.sh`, `*.bash`, `*.ksh`, `*.dash`, and files that an image or manifest starts): the interpreter of the `#!` line and every simple command of sh and bash. Text that eval, trap and nested `sh -c` run is not read.',
  profileOf: (path) => (/\.(sh|bash|ksh|dash)$/.test(path) ? NAMED : null),
  mayMatter: (text, profile) => (profile === NAMED ? text.length > 0 : text.startsWith('#!')),
  facts(text) {
    return [scriptOf(text)];
  },
};

function scriptOf(text: string): ScriptFact {
  const interpreter = interpreterOf(text);
  const isForShell = interpreter === null || isShell(interpreter);
  return {
    kind: 'script',
    interpreter,
    script: isForShell ? readShell(text, placeIn(text)) : { commands: [] },
  };
}

/** The script with its text, which resolve runs through as a shell would. */
function withText(text: string): readonly ScriptFact[] {
  const fact = scriptOf(text);
  const isForShell = fact.interpreter === null || isShell(fact.interpreter);
  if (!isForShell) return [fact];
  return [text.length <= LONGEST_PROGRAM ? { ...fact, text } : { ...fact, isTooLong: true }];
}

const LONGEST_PROGRAM = 500_000;

/** Scripts that may build images: read in every tree, where others are only read when something starts them. */
export const buildScript: Format = {
  ...shell,
  id: 'build-script',
  covers: 'Scripts that may build, name, publish or run images: as shell scripts.',
  version: 6,
  facts: withText,
  mayMatter: startsBuilds,
};

/** Scripts that others run or source while they build. */
export const calledScript: Format = {
  ...shell,
  id: 'called-script',
  covers: 'Scripts that build rules and other scripts run or source: as shell scripts.',
  profileOf: () => null,
  mayMatter: () => true,
  facts: withText,
};
