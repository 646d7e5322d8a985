// In: command lines of one comment. Out: an answer to each, one reply for all.
// Not here: finding command lines in a comment (grammar), sending the reply (reconcile).
import { nearest } from '../../domain/nearest.ts';
import { code } from '../../present/index.ts';
import type { Outcome } from '../grants/index.ts';
import type { Answer, Command, CommandContext } from './command.ts';
import { extend } from './exception/extend.ts';
import { grant } from './exception/grant.ts';
import { list } from './exception/list.ts';
import { request } from './exception/request.ts';
import { revoke } from './exception/revoke.ts';
import { explain } from './explain.ts';
import { type CommandLine, MOST_COMMANDS, parseCommandLine } from './grammar.ts';
import { helpCommand } from './help.ts';
import { recheck } from './recheck.ts';
import { status } from './status.ts';

export type { Answer, Command, CommandContext, Documented, Look, LookedAt, Said } from './command.ts';

const COMMANDS: readonly Command[] = [
  recheck,
  status,
  explain,
  request,
  grant,
  revoke,
  extend,
  list,
  helpCommand(commandList),
];

/** Every command with what it does, who may, and an example where its usage is none, as Markdown. */
function commandList(): string {
  return COMMANDS.map(({ usage, summary, permission, example }) => {
    const shown = example === usage ? '' : `, for example ${code(example)}`;
    return `- ${code(usage)} ${summary} (${permission})${shown}`;
  }).join('\n');
}

/** The last lines of a check run. */
export function commandsHelp(): string {
  const names = COMMANDS.filter(({ isShown }) => isShown).map(
    ({ name, summary }) => `${code(`/plinth ${name}`)} ${summary}`,
  );
  return `In a comment, alone on its line: ${names.join(', ')}.`;
}

/** What a comment's reply says, and the reaction that stands for all of it. */
export interface Reply {
  readonly outcome: Outcome;
  readonly body: string;
}

/** The worst counts. */
const OUTCOMES: readonly Outcome[] = ['not-understood', 'refused', 'done'];
const SHOWN = 200;

/** Runs the commands of one comment in their order, at most five, and answers all of them in one reply. */
export async function answerCommands(
  lines: readonly string[],
  contextOf: (line: number) => CommandContext,
): Promise<Reply> {
  const answers: { readonly line: string; readonly answer: Answer }[] = [];
  for (const [index, line] of lines.slice(0, MOST_COMMANDS).entries())
    answers.push({ line, answer: await answerLine(line, contextOf(index)) });
  const rest =
    lines.length > MOST_COMMANDS ? [`Only the first ${MOST_COMMANDS} commands of a comment are read.`] : [];
  const outcomes = answers.map(({ answer }) => answer.outcome);
  return {
    outcome: OUTCOMES.find((outcome) => outcomes.includes(outcome)) ?? 'done',
    body: [
      ...answers.map(({ line, answer }) => `${code(line.slice(0, SHOWN))}: ${answer.text}`),
      ...rest,
    ].join('\n\n'),
  };
}

async function answerLine(line: string, context: CommandContext): Promise<Answer> {
  const parsed = parseCommandLine(line);
  if (parsed.isUnclosed)
    return {
      outcome: 'not-understood',
      text: 'a quote is not closed; write a `"` at the end of what it holds.',
    };
  const [first = ''] = parsed.words;
  const name = parsed.name === '' ? 'help' : parsed.name;
  const inTwo = COMMANDS.find((one) => one.name === `${name} ${first}`);
  if (inTwo !== undefined) {
    const rest = { ...parsed, words: parsed.words.slice(1) };
    return misused(inTwo, rest) ?? (await inTwo.run(rest, context));
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) return unknown(isGroup(name) ? `${name} ${first}`.trim() : name);
  return misused(command, parsed) ?? (await command.run(parsed, context));
}

/** True for the first word of commands that have two. */
function isGroup(name: string): boolean {
  return COMMANDS.some((one) => one.name.startsWith(`${name} `));
}

function unknown(name: string): Answer {
  const near = nearest(
    name,
    COMMANDS.map((command) => command.name),
  );
  const found = COMMANDS.find((command) => command.name === near);
  const hint =
    found === undefined ? `these are known:\n\n${commandList()}` : `did you mean ${code(found.usage)}?`;
  return { outcome: 'not-understood', text: `there is no such command; ${hint}` };
}

function misused(command: Command, { words, options }: CommandLine): Answer | undefined {
  const key = options.find((option) => !command.options.includes(option.key))?.key;
  const extra = key === undefined ? words[command.words] : `${key}=`;
  if (extra === undefined) return undefined;
  const near = key === undefined ? undefined : nearest(key, command.options);
  const hint = near === undefined ? `write ${code(command.usage)}.` : `did you mean ${code(`${near}=`)}?`;
  return {
    outcome: 'not-understood',
    text: `${code(extra.slice(0, SHOWN))} is not understood here; ${hint}`,
  };
}
