import { type Answer, type Command, type CommandContext, type LookedAt, refused } from './command.ts';
import type { CommandLine } from './grammar.ts';

/** How a command runs that is about the pull request as it is judged now; where it is not judged, the reply says why. */
export function onJudged(
  run: (line: CommandLine, look: LookedAt, context: CommandContext) => Promise<Answer>,
): Command['run'] {
  return async (line, context) => {
    const look = await context.look();
    return look.kind === 'judged' ? run(line, look, context) : refused(look.why);
  };
}
