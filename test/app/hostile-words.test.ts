// I12: what people write in commands is shown again in replies, in the entry to paste and in the check, and means nothing there.
import { describe, expect, it, jest } from '@jest/globals';
import { outsideCode } from '../support/markdown.ts';
import { check, exceptionWorlds, FILE, ID, say, type World, written } from './support/exceptions.ts';

// A loaded machine takes its time for git and SQLite.
jest.setTimeout(120_000);
const { opened } = exceptionWorlds();

const HOUR_MS = 3_600_000;

/** Each as a value in a command: no double quote, which ends it. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['a code span that ends', '` @acme/owners fixes #1 `'],
  ['longer runs of backticks', '``` ```` @acme/owners ` `` </details>'],
  ['a fence of tildes', '~~~ @acme/owners'],
  ['HTML', '<img src=https://evil.example/x.png><script>alert(1)</script></details><!-- x'],
  [
    'the end of an HTML comment',
    '--> @acme/owners <!-- plinth:reply 1 done AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -->',
  ],
  [
    'links and images',
    '![x](https://evil.example/x.png) [y](javascript:alert(1)) <https://evil.example> www.evil.example',
  ],
  [
    'mentions, issues and commits',
    '@acme/owners #1 acme/app#1 GH-1 0123456789abcdef0123456789abcdef01234567',
  ],
  ['a right-to-left override', 'needs \u202ellehs\u202c'],
  ['zero-width characters', 'a\u200bb\u2060c\ufeffd\u00ade'],
  ['characters of tags', 'a\u{e0041}\u{e0042}\u{e007f}'],
  ['control characters', 'a\u0007\u001b[31mred\u001b]0;t\u0007\u0085b'],
  ['a command of a CI log', '::error::x ##[error]y'],
  ['YAML', "a: [b, *c]\\n- &d !!js/function 'x' # e"],
  ['a backslash before everything', '\\` \\@acme/owners \\<b>'],
];
const UNSEEN = /[\p{Cf}\p{Cc}\u2028\u2029\u3164]/u;

/** Nothing outside of code that GitHub gives a meaning, and nothing anywhere that is not seen. */
function expectHarmless(markdown: string): void {
  const bare = outsideCode(markdown);
  for (const meant of [
    /@acme/,
    /#1\b/,
    /GH-1/,
    /[0-9a-f]{40}/,
    /<(?!!-- plinth:reply )[a-z!/]/i,
    /evil\.example/,
    /javascript:/,
  ])
    expect(bare).not.toMatch(meant);
  expect(markdown.replaceAll('\n', '')).not.toMatch(UNSEEN);
}

/** Without the last line, which is the App's mark. */
function shownOf(reply: string): string {
  const lines = reply.split('\n');
  expect(lines.at(-1)).toMatch(/^<!-- plinth:reply [ \w-]+ -->$/);
  return lines.slice(0, -1).join('\n');
}

/** What the fence of a reply says when it is pasted. */
async function pastedIn(world: World, reply: string) {
  const [, yaml = ''] = /\n(`{3,})yaml\n([\s\S]*?)\n\1\n/.exec(reply)?.slice(1) ?? [];
  const read = world.ports.readPolicy([]);
  if (!('policy' in read)) throw new Error('no policy');
  return read.policy.exceptionsOf({ from: 'pasted', text: `exceptions:\n${yaml}\n` });
}

describe('I12: hostile words', () => {
  it.each(HOSTILE)('%s, in every value of a command', async (_, words) => {
    const world = await opened();
    const said = `reason=other expires=2026-12-31 owner="${words}" issue="${words}" "${words}"`;
    const { reply, reactions } = await say(world, `/plinth exception request #1 ${said}`, 'contributor');
    expect(reactions).toEqual(['+1']);
    expectHarmless(shownOf(reply));
    const granted = await say(world, '/plinth exception grant');
    expect(granted.reactions).toEqual(['+1']);
    expectHarmless(shownOf(granted.reply));
    const { events } = await world.store.grantEvents({
      repositoryId: world.repository.id,
      number: world.pull.number,
    });
    // What is pasted is what was granted, to the letter.
    expect(await pastedIn(world, granted.reply)).toMatchObject({
      entries: [{ hash: events.at(-1)?.entry.hash }],
    });
    expect(check(world).conclusion).toBe('success');
    expectHarmless(check(world).summary);
    for (const line of ['/plinth exception list', '/plinth status', `/plinth exception revoke "${ID}"`])
      expectHarmless(shownOf((await say(world, line)).reply));
  });

  it('where a name, a key or a command is expected', async () => {
    const world = await opened();
    for (const [, words] of HOSTILE) {
      const lines = [
        `/plinth ${words}`,
        `/plinth explain "${words}"`,
        `/plinth exception grant "${words}" "x"`,
        `/plinth exception revoke "${words}"`,
        `/plinth exception grant #1 reason="${words}" "x"`,
        `/plinth exception grant #1 expires="${words}" "x"`,
        `/plinth exception extend "${words}" expires=2026-12-31`,
        `/plinth recheck "${words}"`,
      ];
      for (const line of lines) {
        const { reply, reactions } = await say(world, line);
        expect(reactions).not.toEqual(['+1']);
        expectHarmless(shownOf(reply));
      }
      // A hundred comments are answered in an hour.
      await world.clock.advance(HOUR_MS);
    }
  });

  it.each(HOSTILE)('%s, as the id of an entry that the change writes', async (_, words) => {
    const world = await opened({ head: 'base', files: { [FILE]: written({ id: JSON.stringify(words) }) } });
    for (const line of [
      '/plinth exception list',
      '/plinth status',
      `/plinth exception extend "${words}" expires=2027-12-31`,
    ])
      expectHarmless(shownOf((await say(world, line)).reply));
    expectHarmless(check(world).summary);
  });
});
