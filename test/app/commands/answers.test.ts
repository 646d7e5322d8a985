import { describe, expect, it } from '@jest/globals';
import { answerCommands, type CommandContext, commandsHelp } from '../../../src/app/commands/index.ts';
import { RULE_METADATA } from '../../../src/rules/index.ts';

function context() {
  const rechecked: number[] = [];
  const unasked = async () => {
    throw new Error('nothing is asked of the world');
  };
  const given: CommandContext = {
    number: 7,
    repository: 'acme/app',
    by: { id: 1, login: 'somebody' },
    rules: RULE_METADATA,
    pageOf: (rule) => `https://pages.example/${rule}`,
    recheck: async () => void rechecked.push(7),
    look: unasked,
    kept: unasked,
    mayDecide: unasked,
    say: unasked,
    document: unasked,
  };
  return { rechecked, given: () => given };
}

describe('what a comment’s commands come to', () => {
  it('recheck has the pull request judged again', async () => {
    const { given, rechecked } = context();
    const reply = await answerCommands(['/plinth recheck'], given);
    expect(rechecked).toEqual([7]);
    expect(reply.outcome).toBe('done');
    expect(reply.body).toMatch(/^`\/plinth recheck`: .*judged again/);
  });

  it('help, and a bare /plinth, list every command', async () => {
    for (const line of ['/plinth help', '/plinth']) {
      const reply = await answerCommands([line], context().given);
      expect(reply.outcome).toBe('done');
      expect(reply.body).toContain('`/plinth recheck`');
      expect(reply.body).toContain('`/plinth help`');
    }
  });

  it('the last line of a check is one line, without what each does', () => {
    expect(commandsHelp()).toContain('`/plinth recheck`');
    expect(commandsHelp()).toContain('`/plinth exception request`');
    expect(commandsHelp()).not.toContain('\n');
    expect(commandsHelp().length).toBeLessThan(300);
  });

  it.each([
    ['misspelt', '/plinth rechek', '/plinth recheck`?'],
    ['of two words, misspelt', '/plinth exceptoin gant #1', '/plinth exception grant '],
    ['without its first word', '/plinth grant #1', '/plinth exception grant '],
  ])('a command %s is answered with the one that is meant', async (_, line, meant) => {
    const { outcome, body } = await answerCommands([line], context().given);
    expect(outcome).toBe('not-understood');
    expect(body).toContain(`did you mean \`${meant}`);
  });

  it('the first word alone of those that have two is answered with those', async () => {
    const { body } = await answerCommands(['/plinth exception'], context().given);
    expect(body).toContain('`/plinth exception request ');
    expect(body).not.toContain('`/plinth recheck`');
  });

  it('a reason without quotes is answered with how it is written', async () => {
    const line = '/plinth exception request #1 it migrates data';
    const { outcome, body } = await answerCommands([line], context().given);
    expect(outcome).toBe('not-understood');
    expect(body).toMatch(/double quotes: `.* "a script migrates the data"`/);
  });

  it('what a command does not take is refused, and nothing is done', async () => {
    const { given, rechecked } = context();
    const reply = await answerCommands(['/plinth recheck force=yes', '/plinth recheck now'], given);
    expect(rechecked).toEqual([]);
    expect(reply.outcome).toBe('not-understood');
    expect(reply.body).toContain('`force=`');
    expect(reply.body).toContain('`now`');
  });

  it('a quote that is not closed is refused: what it holds is not known', async () => {
    const { given, rechecked } = context();
    const reply = await answerCommands(['/plinth recheck "', '/plinth recheck "force=yes"'], given);
    expect(rechecked).toEqual([]);
    expect(reply.outcome).toBe('not-understood');
    expect(reply.body).toContain('a quote is not closed');
    expect(reply.body).toContain('`force=yes` is not understood');
  });

  it('one reply for all, the worst outcome counts, the sixth is not read', async () => {
    const { given, rechecked } = context();
    const lines = ['/plinth recheck', '/plinth nonsense', ...Array<string>(4).fill('/plinth recheck')];
    const reply = await answerCommands(lines, given);
    expect(rechecked).toHaveLength(4);
    expect(reply.outcome).toBe('not-understood');
    expect(reply.body).toContain('first 5 commands');
  });

  it('says nothing of a comment outside of code', async () => {
    const reply = await answerCommands(['/plinth @all <img src=x> [x](http://e)'], context().given);
    expect(reply.body.replaceAll(/`[^`]*`/g, '')).not.toMatch(/@all|<img|\]\(http/);
  });
});
