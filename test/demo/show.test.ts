import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Shown } from '../../src/demo/scene.ts';
import { show } from '../../src/demo/show.ts';

const SHOWN: Shown = {
  conclusion: 'failure',
  title: '1 image needs changes',
  summary: '',
  annotations: [],
  comments: [],
  reviewBody: null,
  requests: [],
  milliseconds: 12,
  exception: null,
};

function linesOf(summary: string) {
  const text = show({ ...SHOWN, summary }, { width: 20, color: false, lines: () => undefined });
  const rule = '─'.repeat(20);
  return text.split(rule)[2]?.trim().split('\n') ?? [];
}

describe('what GitHub would show, in a terminal', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['breaks at blanks, below the item', '- one two three four five', ['- one two three four', '  five']],
    ['markup takes no room', '**one** `two` three fourth', ['one two three fourth']],
    [
      'code may break between its words',
      'write `kube-log-runner --x=1` now',
      ['write', 'kube-log-runner', '--x=1 now'],
    ],
    [
      'a long word stands whole, and what follows breaks again',
      'see https://plinth.test/a/very/long/address and then read on',
      ['see', 'https://plinth.test/a/very/long/address', 'and then read on'],
    ],
    ['a link is its text', '[a rule](https://plinth.test/x)', ['a rule']],
    [
      'fenced lines stay as they are',
      '```\na `b` **c** and much more of it\n```',
      ['```', 'a `b` **c** and much more of it', '```'],
    ],
    ['markers are not shown', '<!-- plinth:finding=ab -->\ntext', ['text']],
  ])('%s', (_, summary, lines) => {
    expect(linesOf(summary)).toEqual(lines);
  });

  it('colour does not change where lines break', () => {
    const summary = 'A `code of words` and **bold words of a line** that is longer than one line.';
    const texts = [true, false].map((color) =>
      show({ ...SHOWN, summary }, { width: 24, color, lines: () => undefined }),
    );
    expect(texts[0]).not.toBe(texts[1]);
    expect(stripVTControlCharacters(texts[0] ?? '')).toBe(texts[1]);
  });

  it('an exception is told from its question to the green check, without what a reply carries unseen', () => {
    const exception = {
      title: 'A router',
      before: { conclusion: 'action_required', title: '1 image needs an exception' },
      comments: [
        { by: 'ada', text: '/plinth exception request #1 "why"' },
        {
          by: 'plinth[bot]',
          text: '`/plinth exception request`: it is asked for. Much more.\n\nMore.\n<!-- plinth:reply -->',
        },
      ],
      after: { conclusion: 'success', title: '1 exception' },
      used: ['- `router` expires `2027-01-01`'],
    };
    const text = show({ ...SHOWN, exception }, { width: 60, color: false, lines: () => undefined });
    expect(text.split('\n').slice(-7, -1)).toEqual([
      'An exception, on another pull request: “A router”.',
      '! Plinth  1 image needs an exception',
      '  ada          /plinth exception request #1 "why"',
      '  plinth[bot]  it is asked for.',
      '✓ Plinth  1 exception',
      '- router expires 2027-01-01',
    ]);
  });
});
