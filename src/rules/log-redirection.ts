import type { Redirection, ShellScript, SimpleCommand } from '../domain/index.ts';
import { programName } from '../domain/index.ts';

/** Programs that write what they are told to: their output is no log of the container. */
const WRITERS: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'cat',
  'sed',
  'awk',
  'grep',
  'tee',
  'envsubst',
  'base64',
  'jq',
  'cut',
  'sort',
  'head',
  'tail',
  'tr',
  'date',
  'hostname',
  'id',
  'true',
  ':',
  'openssl',
  'curl',
  'wget',
]);
/** Where the logs of a container lie, whatever the file is called. */
const LOG_PLACE = /(^|\/)var\/log\/|\$\{?[A-Z_]*LOG/;
const LOG_TARGET =
  /(^|\/)var\/log\/|\.log$|\$\{?[A-Z_]*LOG|^\/proc\/(1|self)\/fd\/[12]$|\{\{[^{}]{0,200}log[^{}]{0,200}\}\}/i;

/**
 * The first command of a text that a container starts, or of a script file, that redirects the container's own output: into a log file, into tee (the redirection is then null),
 * or standard error into standard output. Plain file writing, captured output and `/dev/null` are none of it.
 */
export function logRedirection(
  script: ShellScript,
  where: 'command' | 'file',
): { readonly command: SimpleCommand; readonly redirection: Redirection | null } | null {
  for (const [index, command] of script.commands.entries()) {
    if (command.substituted) continue;
    const redirection = redirectionOf(command, script.commands[index + 1], where);
    if (redirection !== undefined) return { command, redirection };
  }
  return null;
}

function redirectionOf(
  command: SimpleCommand,
  next: SimpleCommand | undefined,
  where: 'command' | 'file',
): Redirection | null | undefined {
  const program = programName(command.words[0]?.text ?? '');
  const outputs = command.redirections.filter((one) => isOutput(one));
  if (outputs.some((one) => one.target === '/dev/null')) return undefined;
  if (WRITERS.has(program)) return undefined;
  const toLog = outputs.find((one) => isFile(one) && LOG_TARGET.test(one.target));
  if (toLog !== undefined) return toLog;
  if (command.words.length === 0) return undefined;
  const piped = command.piped ? programName(next?.words[0]?.text ?? '') : null;
  if (piped === 'tee') return where === 'command' || isLog(next, outputs) ? null : undefined;
  return piped === null ? outputs.find(mergesErrors) : undefined;
}

/** In a script that does more than to start a program, a copy of plain output may be its work; errors are the log. */
function isLog(tee: SimpleCommand | undefined, outputs: readonly Redirection[]): boolean {
  return outputs.some(mergesErrors) || tee?.words.slice(1).some(({ text }) => LOG_PLACE.test(text)) === true;
}

function isOutput(one: Redirection): boolean {
  return one.operator.includes('>') && one.operator !== '<>';
}

function isFile(one: Redirection): boolean {
  return one.operator !== '>&' || !/^\d+$|^-$/.test(one.target);
}

/** `2>&1`, `&>x`, `>&x`: standard error leaves its own way. `1>&2` does not. */
function mergesErrors(one: Redirection): boolean {
  if (one.operator === '&>' || one.operator === '&>>') return true;
  return one.operator === '>&' && (one.target === '1' ? one.descriptor === 2 : isFile(one));
}
