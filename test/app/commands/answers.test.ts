import { describe, expect, it } from '@jest/globals';
import { answerCommands, type CommandContext, commandsHelp } from '../../../src/app/commands/index.ts';
import { RULE_METADATA } from '../../../src/rules/index.ts';

function context(isOpen = true) {
  const rechecked: number[] = [];
  const unasked = async () => {
    throw new Error('nothing is asked of the world');
  };
  const given: CommandContext = {
    number: 7,
    isOpen,
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

  it('recheck of a closed pull request is refused, with the way out', async () => {
    const { given, rechecked } = context(false);
    const reply = await answerCommands(['/plinth recheck'], given);
    expect(rechecked).toEqual([]);
    expect(reply).toMatchObject({ outcome: 'refused', body: expect.stringContaining('reopen') });
  });

  it('help, and a bare /plinth, list every command', async () => {
    for (const line of ['/plinth help', '/plinth']) {
      const reply = await answerCommands([line], context().given);
      expect(reply.outcome).toBe('done');
      expect(reply.body).toContain('`/plinth recheck`');
      expect(reply.body).toContain('`/plinth help`');
    }
    expect(commandsHelp()).toContain('`/plinth recheck`');
  });

  it('a misspelt command is answered with the nearest one', async () => {
    const reply = await answerCommands(['/plinth rechek'], context().given);
    expect(reply).toMatchObject({
      outcome: 'not-understood',
      body: expect.stringContaining('`/plinth recheck`?'),
    });
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
