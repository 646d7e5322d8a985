import type { Command } from './command.ts';

export const recheck: Command = {
  name: 'recheck',
  usage: '/plinth recheck',
  summary: 'judges this pull request again',
  permission: 'anyone',
  example: '/plinth recheck',
  words: 0,
  options: [],
  isShown: true,
  async run(_line, context) {
    await context.recheck();
    return { outcome: 'done', text: 'this pull request is being judged again; the check shows the verdict.' };
  },
};
