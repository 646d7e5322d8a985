import { fileName } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { buildScript } from './index.ts';

/** Scripts whose names do not say so: files that may be executed, without an extension. What they are is known from their mode and `#!` line only. */
export const buildProgram: Format = {
  ...buildScript,
  id: 'build-program',
  covers:
    'Executable files without an extension that begin with `#!` and may build, name, publish or run images: as shell scripts.',
  profileOf: () => null,
  mayMatter: (text, profile) => text.startsWith('#!') && buildScript.mayMatter(text, profile),
};

/** True for the name of a file that has no extension, as those of programs have none. */
export function isProgramName(path: string): boolean {
  return !fileName(path).includes('.');
}
