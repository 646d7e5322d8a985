// The page on commands: made from the descriptions that stand beside their handlers.
import { COMMANDS, type Command, type MayGive, MOST_COMMANDS } from '../../src/app/commands/index.ts';

import { MOST_ANSWERS, MOST_TO_STRANGERS } from '../../src/app/reconcile/command-bounds.ts';

const MAY_GIVE: Readonly<Record<MayGive, string>> = {
  anyone: 'anyone',
  granters: 'who may grant',
};

/** The page's text; `note` says that it is generated. */
export function commandsPage(note: string): string {
  return `${note}

# Commands

A command is a line of a new comment on an open pull request: on the conversation, in a review, or on a line of the change.

\`\`\`text
/plinth exception request #1 reason=needs-shell "a script migrates the data"
\`\`\`

- It begins in the first column. In code, a quote or an HTML comment it is text. A comment has ${MOST_COMMANDS} commands at most.
- Only a new comment acts, as it was written: editing it later changes nothing, and neither does deleting it once it is answered. Bots are not read.
- Words are separated by blanks; what has blanks stands in double quotes. Options are \`key=value\`.
- A finding is named by its number in the check (\`#1\`) or by its id (\`027b6043\`), which stays the same on later commits. An exception is
  named by its id. Where only one thing is open, neither is needed.
- Plinth reacts with 👀, then with 👍 (done), 👎 (refused) or 😕 (not understood), and answers all commands of a comment in one reply.

*Who may grant* is said by the policy: by default, people with the role *maintain* or *admin*, except the author of the pull request and whoever asked
([policy](policy.md#who-may-grant-an-exception)). \`/plinth status\` names them. People who may not write to the repository get, together,
${MOST_TO_STRANGERS} answers an hour, and the last of them says so; an installation of the App gives ${MOST_ANSWERS}. A command beyond that is not carried out and has neither answer nor
reaction: give it again later.

| command | what it does | who may |
|---|---|---|
${COMMANDS.map(row).join('\n')}

${COMMANDS.filter(hasMore).map(section).join('\n\n')}

How the commands about exceptions play together: [exceptions](exceptions.md).
`;
}

/** Whether there is more to say than the table does. */
function hasMore({ name, usage }: Command): boolean {
  return usage !== `/plinth ${name}`;
}

function row(command: Command): string {
  const { name, summary, permission } = command;
  const shown = `\`/plinth ${name}\``;
  const linked = hasMore(command) ? `[${shown}](#plinth-${name.replaceAll(' ', '-')})` : shown;
  return `| ${linked} | ${summary} | ${MAY_GIVE[permission]} |`;
}

function section({ name, usage, example, options }: Command): string {
  return [
    `## \`/plinth ${name}\``,
    `\`\`\`text\n${usage}\n\`\`\``,
    `For example:`,
    `\`\`\`text\n${example}\n\`\`\``,
    ...(options.length === 0
      ? []
      : [options.map(({ key, meaning }) => `- \`${key}=\`: ${meaning}`).join('\n')]),
  ].join('\n\n');
}
