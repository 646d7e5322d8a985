// In: command lines of one comment. Out: an answer to each, one reply for all.
// Not here: finding command lines in a comment (grammar), sending the reply (reconcile).
import { nearest } from '../../domain/nearest.ts';
import { code } from '../../present/index.ts';
import type { Outcome } from '../grants/index.ts';
import { COMMANDS_PAGE } from '../pages.ts';
import { type Answer, type Command, type CommandContext, type MayGive, notUnderstood } from './command.ts';
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

export type {
  Answer,
  Command,
  CommandContext,
  CommandOption,
  Documented,
  Look,
  LookedAt,
  MayGive,
  Said,
} from './command.ts';
export { MOST_COMMANDS } from './grammar.ts';
export { withEnforcement } from './policy-origins.ts';

/** Every command, in the order in which they are listed. */
export const COMMANDS: readonly Command[] = [
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

const MAY_GIVE: Readonly<Record<MayGive, string>> = {
  anyone: 'Anyone, on an open pull request',
  granters: 'Whom the policy lets grant (`/plinth status` says who that is)',
};

/** Every command with what it does and an example where its usage is none, under who may give it, as Markdown. */
function commandList(): string {
  const groups = Object.entries(MAY_GIVE).map(([permission, who]) => {
    const lines = COMMANDS.filter((one) => one.permission === permission).map(commandLine);
    return `**${who}:**\n${lines.join('\n')}`;
  });
  return [...groups, `More on each: ${COMMANDS_PAGE}`].join('\n\n');
}

function commandLine({ usage, summary, example }: Command): string {
  const shown = example === usage ? '' : `, for example ${code(example)}`;
  return `- ${code(usage)} ${summary}${shown}`;
}

/** The last line of a check run. */
export function commandsHelp(): string {
  const names = COMMANDS.filter(({ isShown }) => isShown).map(({ name }) => code(`/plinth ${name}`));
  return `Commands, each alone on its line of a comment: ${names.join(' · ')} ([all of them](${COMMANDS_PAGE})).`;
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
  const told: string[] = [];
  for (const { line, answer } of answers) {
    const after = answer.after === undefined ? [] : [await answer.after()];
    told.push(`${code(line.slice(0, SHOWN))}: ${[answer.text, ...after].join(' ')}`);
  }
  const rest =
    lines.length > MOST_COMMANDS ? [`Only the first ${MOST_COMMANDS} commands of a comment are read.`] : [];
  const outcomes = answers.map(({ answer }) => answer.outcome);
  return {
    outcome: OUTCOMES.find((outcome) => outcomes.includes(outcome)) ?? 'done',
    body: [...told, ...rest].join('\n\n'),
  };
}

/** What is replied where the commands of a comment could not be carried out; `why` is a sentence of ours. */
export function failedReply(
  lines: readonly string[],
  { why, hasDecided }: { readonly why: string; readonly hasDecided: boolean },
): Reply {
  const named = lines.slice(0, MOST_COMMANDS).map((line) => code(line.slice(0, SHOWN)));
  const rest = hasDecided
    ? `What was decided by then stands; ${code('/plinth exception list')} tells it.`
    : 'Nothing was decided. Give the command again.';
  return { outcome: 'refused', body: `${named.join(', ')}: this failed: ${why} ${rest}` };
}

async function answerLine(line: string, context: CommandContext): Promise<Answer> {
  const parsed = parseCommandLine(line);
  if (parsed.isUnclosed)
    return notUnderstood('a quote is not closed; write a `"` at the end of what it holds.');
  const [first = ''] = parsed.words;
  const name = parsed.name === '' ? 'help' : parsed.name;
  const inTwo = COMMANDS.find((one) => one.name === `${name} ${first}`);
  if (inTwo !== undefined) {
    const rest = { ...parsed, words: parsed.words.slice(1) };
    return misused(inTwo, rest) ?? (await inTwo.run(rest, context));
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) return unknown(name, first);
  return misused(command, parsed) ?? (await command.run(parsed, context));
}

function unknown(name: string, next: string): Answer {
  const found = meant(name, next);
  const group = COMMANDS.filter((one) => one.name.startsWith(`${name} `));
  if (found !== undefined) return noSuch(`did you mean ${code(found.usage)}?`);
  if (group.length > 0) return noSuch(`these begin so:\n\n${group.map(commandLine).join('\n')}`);
  return noSuch(`these are known:\n\n${commandList()}`);
}

function noSuch(hint: string): Answer {
  return notUnderstood(`there is no such command; ${hint}`);
}

/** The command that somebody may have meant: both words misspelt, or the first left out (`grant`). */
function meant(name: string, next: string): Command | undefined {
  const inTwo = COMMANDS.filter((one) => one.name.includes(' '));
  const first = nearest(name, inTwo.map(firstWord));
  const group = inTwo.filter((one) => firstWord(one) === first);
  const second = nearest(next, group.map(lastWord));
  const last = second ?? nearest(name, COMMANDS.map(lastWord));
  return (second === undefined ? COMMANDS : group).find((one) => lastWord(one) === last);
}

function firstWord({ name }: Command): string {
  return name.split(' ')[0] ?? name;
}

function lastWord({ name }: Command): string {
  return name.split(' ').at(-1) ?? name;
}

function misused(command: Command, { words, options }: CommandLine): Answer | undefined {
  const known = command.options.map((option) => option.key);
  const key = options.find((option) => !known.includes(option.key))?.key;
  const extra = key === undefined ? words[command.words] : `${key}=`;
  if (extra === undefined) return undefined;
  const near = key === undefined ? undefined : nearest(key, known);
  const hint =
    near !== undefined
      ? `did you mean ${code(`${near}=`)}?`
      : key === undefined && command.words > 0
        ? `put words that belong together in double quotes: ${code(command.example)}.`
        : `write ${code(command.usage)}.`;
  return notUnderstood(`${code(extra.slice(0, SHOWN))} is not understood here; ${hint}`);
}
