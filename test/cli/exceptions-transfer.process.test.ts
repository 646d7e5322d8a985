import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestFolders } from '../adapters/git/repositories.ts';
import { type Ended, plinth } from './plinth.ts';

jest.setTimeout(60_000);

const LIST = `# Waiting

### For: \`debian-base\`

| Image Name | Reasons for exception |
|---|---|
| [loader][sources] | Needs a shell |

## Others

| Image Name | Base Image | OWNER | Reasons for exception |
|---|---|---|---|
| sink | \`ruby:2.7-slim\` | @acme/logs | Links \`libfoo2\` |
| drain |  |  | needs more |

[sources]: https://example.com/common.sh
`;

const folders = new TestFolders();
let folder: string;

beforeAll(() => {
  ({ folder } = folders.repository());
  writeFileSync(join(folder, 'list.md'), LIST);
});

afterAll(() => folders.clean());

function exceptions(...args: string[]): Promise<Ended> {
  return plinth(folder, ['exceptions', ...args]);
}

describe('plinth exceptions import and export', () => {
  it('makes a file of a list, and says what the list left open', async () => {
    const { code, out, err } = await exceptions('import', 'list.md', '--registry', 'registry.example.com/');
    expect(code).toBe(0);
    expect(out).toMatch(
      /image: "registry.example.com\/loader"\n +rule: base-needs-exception\n +base: "debian-base"\n +reason: needs-shell\n/,
    );
    expect(out).toMatch(/rule: base-not-allowed\n +base: "ruby"\n +reason: non-static-binary\n/);
    expect(out).toMatch(/owner: "@acme\/logs"/);
    expect(out).toMatch(
      /^# {3}- id: .*\n# {5}image: "registry.example.com\/drain"\n# {5}rule: .*\n# {5}base: ""$/m,
    );
    expect(err.split('\n')).toEqual([
      'plinth: without owner: registry.example.com/loader on debian-base',
      'plinth: without issue: every entry',
      expect.stringMatching(/^plinth: without end \(.*--expires.*\): every entry$/),
      'plinth: list.md:14: drain has no base in the list; its entry is a comment',
      '',
    ]);
  });

  it('gives the list back byte for byte from the file that it made, and writes over no file', async () => {
    const args = ['import', 'list.md', '--expires', '2999-12-31', '--output', 'made.yml'];
    expect(await exceptions(...args)).toMatchObject({ code: 0, out: '' });
    expect(await exceptions('export', 'made.yml', '--format', 'markdown', '--into', 'list.md')).toEqual({
      code: 0,
      out: LIST,
      err: '',
    });
    const again = await exceptions(...args);
    expect(again.code).toBe(2);
    expect(again.err).toMatch(/made\.yml could not be written: it has to be a new file/);
  });

  it('prints the entries in each form, and says which have no place in a list', async () => {
    const entry = 'rule: base-needs-exception, base: debian-base, reason: other, owner: "=a,b"';
    const text = `exceptions:\n- { id: a, image: r.example.com/a, ${entry}, expires: 2999-12-31 }\n- { id: p, path: Dockerfile, ${entry} }\n`;
    writeFileSync(join(folder, 'own.yml'), text);
    const csv = await exceptions('export', 'own.yml', '--format', 'csv');
    expect(csv.out.split('\r\n')).toEqual([
      'id,image,path,target,blob,rule,base,reason,text,owner,issue,expires',
      'a,r.example.com/a,,,,base-needs-exception,debian-base,other,,"\'=a,b",,2999-12-31',
      'p,,Dockerfile,,,base-needs-exception,debian-base,other,,"\'=a,b",,',
      '',
    ]);
    const json = JSON.parse((await exceptions('export', 'own.yml', '--format', 'json')).out);
    expect(json).toMatchObject({
      schema: 'plinth-exceptions-file/1',
      exceptions: [
        { id: 'a', image: 'r.example.com/a', expires: '2999-12-31', line: 2 },
        { id: 'p', path: 'Dockerfile', expires: null, line: 3 },
      ],
    });
    const list = await exceptions('export', 'own.yml', '--format', 'markdown');
    expect(list.out).toContain('\n| r.example.com/a | debian-base | =a,b | U |  |\n');
    expect(list.err).toMatch(/1 entry left out.*: p\n$/);
    const yaml = await exceptions('export', 'own.yml');
    expect(yaml.out).toMatch(/^exceptions:\n {2}- id: "a"\n/);
  });

  it.each([
    [['import', 'missing.md'], /missing\.md could not be read/],
    [['import', 'own.yml'], /own\.yml has no table of exceptions: one has a column for/],
    [['import', 'list.md', '--expires', 'soon'], /--expires takes a day as YYYY-MM-DD/],
    [['import', 'list.md', '--registry', 'a b'], /makes no exceptions file:\n.*"a b\/loader"/],
    [['export', 'list.md'], /list\.md cannot be used:\n +list\.md:\d+:\d+: /],
    [['export'], /\.github\/plinth-exceptions\.yml could not be read/],
    [['export', 'own.yml', '--into', 'list.md'], /--into takes a list in Markdown: add --format markdown/],
  ])('refuses %j and says why', async (args, said) => {
    const { code, out, err } = await exceptions(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
    expect(readFileSync(join(folder, 'list.md'), 'utf8')).toBe(LIST);
  });
});
