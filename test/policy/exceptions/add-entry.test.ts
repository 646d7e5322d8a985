import { describe, expect, it } from '@jest/globals';
import type { ReadExceptions, StatedException } from '../../../src/domain/index.ts';
import { compilePolicy } from '../../../src/engine/policy.ts';
import { withEntry } from '../../../src/policy/exceptions/index.ts';
import { SHIPPED } from '../../support/mini-repository.ts';

const compiled = compilePolicy([], SHIPPED);
if ('problems' in compiled) throw new Error('the shipped policy cannot be used');
const { policy } = compiled;
const read = (text: string): ReadExceptions => policy.exceptionsOf({ from: 'file', text });

function entryOf(image: string): StatedException {
  const [entry] = entriesOf(
    `exceptions:\n  - {image: ${image}, rule: base-needs-exception, base: debian-base, reason: other, expires: 2027-06-30}\n`,
  );
  if (entry === undefined) throw new Error('no entry');
  const { at: _, ...stated } = entry;
  return stated;
}

function entriesOf(text: string) {
  const found = read(text);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  return found.entries;
}

const NEW = entryOf('a.io/new');
const OLD =
  '{image: a.io/old, rule: base-needs-exception, base: debian-base, reason: other, expires: 2027-06-30}';

describe('an entry that is added to an exceptions file', () => {
  it.each([
    ['no file', null],
    ['an empty file', ''],
    ['a list whose items are indented', `# ours\nexceptions:\n  - ${OLD} # one\n`],
    ['a list whose items are not', `exceptions:\n- ${OLD}\n`],
    ['a file without an end of its last line', `exceptions:\n  - ${OLD}`],
    ['a file with a list that is empty', 'exceptions:\n'],
  ])('to %s stands behind the others, which stay as they are', (_, text) => {
    const added = withEntry(text, NEW, read);
    expect(added?.startsWith(text ?? '')).toBe(true);
    const before = text === null ? [] : entriesOf(text).map(({ hash }) => hash);
    expect(entriesOf(added ?? '').map(({ hash }) => hash)).toEqual([...before, NEW.hash]);
  });

  it.each([
    ['a list on one line', `exceptions: [${OLD}]\n`],
    ['an entry with the same id', `exceptions:\n  - ${OLD.replace('{', `{id: "${NEW.id}", `)}\n`],
    ['a file that cannot be used', 'exceptions: 1\n'],
    ['a text behind the list', `exceptions:\n  - ${OLD}\n...\n`],
  ])('is not added to %s', (_, text) => {
    expect(withEntry(text, NEW, read)).toBeNull();
  });
});
