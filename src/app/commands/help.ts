import type { Command } from './command.ts';

/** `list` gives all commands, this one included. */
export function helpCommand(list: () => string): Command {
  return {
    name: 'help',
    usage: '/plinth help',
    summary: 'lists the commands',
    permission: 'anyone, on an open pull request',
    example: '/plinth help',
    words: 0,
    options: [],
    isShown: true,
    run: async () => ({ outcome: 'done', text: `these commands are known:\n\n${list()}` }),
  };
}
