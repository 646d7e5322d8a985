import type { Command } from './command.ts';

/** `list` gives all commands, this one included. */
export function helpCommand(list: () => string): Command {
  return {
    name: 'help',
    usage: '/plinth help',
    summary: 'lists the commands',
    permission: 'anyone',
    example: '/plinth help',
    words: 0,
    options: [],
    isShown: true,
    run: async () => ({ outcome: 'done', text: `each stands alone on its line of a comment.\n\n${list()}` }),
  };
}
