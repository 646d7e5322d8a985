import { describe, expect, it } from '@jest/globals';
import { ownersFiles, ownersOf } from '../../../src/policy/index.ts';
import fc from '../../support/fast-check.ts';

const PATH = 'images/app/Dockerfile';

/** The owners of a path in a repository that has these files; all others are absent. */
function owners(files: Readonly<Record<string, string>>, path = PATH) {
  const absent = ownersFiles(path).map((each) => [each, null] as const);
  return ownersOf(path, new Map<string, string | null>([...absent, ...Object.entries(files)]));
}

const list = (...names: string[]) => `approvers:\n${names.map((name) => `- ${name}\n`).join('')}`;
const NOBODY = { logins: [], teams: [], from: '' };

describe('OWNERS', () => {
  it('the files of a path are those of the folders above it, and what is at the root', () => {
    expect(ownersFiles(PATH)).toEqual([
      'images/app/OWNERS',
      'images/OWNERS',
      'OWNERS',
      'OWNERS_ALIASES',
      '.github/CODEOWNERS',
      'CODEOWNERS',
      'docs/CODEOWNERS',
    ]);
    expect(ownersFiles('Dockerfile')[0]).toBe('OWNERS');
  });

  it('the approvers of the folder and of those above count', () => {
    const files = { 'images/app/OWNERS': list('Ada', '"@bob"'), OWNERS: list('root', 'ada') };
    expect(owners(files)).toEqual({
      logins: ['ada', 'bob', 'root'],
      teams: [],
      from: 'images/app/OWNERS, OWNERS',
      problems: [],
    });
  });

  it('up to a file that says so, even where that names nobody', () => {
    const end = 'options:\n  no_parent_owners: true\n';
    expect(owners({ 'images/app/OWNERS': list('ada') + end, OWNERS: list('root') }).logins).toEqual(['ada']);
    expect(owners({ 'images/OWNERS': end, OWNERS: list('root') })).toMatchObject(NOBODY);
  });

  it('reviewers and emeritus approvers are none, nor are the owners of other folders', () => {
    const files = {
      'images/app/OWNERS': 'reviewers: [ada]\nemeritus_approvers: [bob]\n',
      'images/other/OWNERS': list('cleo'),
    };
    expect(owners(files)).toMatchObject(NOBODY);
  });

  it('an alias stands for its members, once and not again', () => {
    const aliases = 'aliases:\n  Admins: [ada, Bob, others]\n  others: [cleo]\n  none:\n';
    const files = { OWNERS: list('admins', 'none'), OWNERS_ALIASES: aliases };
    expect(owners(files).logins).toEqual(['ada', 'bob', 'others']);
  });

  it('filters name approvers by the path below their folder; all that fit count', () => {
    const filters = [
      'filters:',
      '  ".*": { approvers: [ada] }',
      '  "^app/Dockerfile$": { approvers: [bob], reviewers: [rita] }',
      '  "\\\\.go$": { approvers: [cleo] }',
    ].join('\n');
    expect(owners({ 'images/OWNERS': filters }).logins).toEqual(['ada', 'bob']);
    expect(owners({ 'images/OWNERS': filters }, 'images/x.go').logins).toEqual(['ada', 'cleo']);
    // Prow reads one form or the other.
    expect(owners({ 'images/OWNERS': `labels: [area/x]\n${filters}` })).toMatchObject(NOBODY);
  });

  it('what was copied in brings no owners of its own', () => {
    const path = 'vendor/example.com/lib/build/Dockerfile';
    const files = { 'vendor/example.com/lib/OWNERS': list('stranger'), OWNERS: list('root') };
    expect(owners(files, path)).toMatchObject({ logins: ['root'], from: 'OWNERS' });
    expect(ownersFiles(path)).not.toContain('vendor/example.com/lib/OWNERS');
  });
});

describe('an OWNERS file of another shape', () => {
  it.each([
    ['that is no YAML', 'approvers: [ada'],
    ['that is a list', '- ada'],
    ['whose approvers are one name', 'approvers: ada'],
    ['whose approvers are a map', 'approvers:\n  ada: true'],
    ['whose approvers are nested', 'approvers: [[ada]]'],
    ['whose options are a list', `${list('ada')}options: [no_parent_owners]`],
    ['whose option is a word', `${list('ada')}options: { no_parent_owners: "yes" }`],
    ['with an alias bomb', 'a: &a [ada]\nb: &b [*a, *a]\napprovers: [*b, *b]'],
    ['with a tag', 'approvers: !!set { ada }'],
    ['with a merge key', 'x: { approvers: [ada] }\n<<: { approvers: [bob] }'],
    ['that says a key twice', 'approvers: [ada]\napprovers: [bob]'],
    ['of two documents', `${list('ada')}---\n${list('bob')}`],
    ['with a key of JavaScript', '__proto__:\n  approvers: [ada]'],
    [
      'of hundreds of filters',
      `filters:\n${Array.from({ length: 300 }, (_, at) => `  x${at}: { approvers: [ada] }\n`).join('')}`,
    ],
    ['that is huge', list(...Array<string>(30_000).fill('ada'))],
  ])('%s names nobody, and neither do those above: it might have said so', (_lesson, text) => {
    const found = owners({ 'images/app/OWNERS': text, OWNERS: list('root') });
    expect(found).toMatchObject(NOBODY);
    expect(found.problems).not.toEqual([]);
    expect(found.problems[0]?.from).toBe('images/app/OWNERS');
  });

  it('takes nothing from those below it', () => {
    const found = owners({ 'images/app/OWNERS': list('ada'), OWNERS: 'approvers: 1' });
    expect(found).toMatchObject({ logins: ['ada'], from: 'images/app/OWNERS' });
    expect(found.problems).toHaveLength(1);
  });

  it('an empty one says nothing', () => {
    expect(owners({ 'images/app/OWNERS': '# nobody\n', OWNERS: list('root') }).logins).toEqual(['root']);
  });

  it.each([
    ['with a letter that only looks like one', '"\u0430da"'],
    ['with a letter that becomes one in lower case', '"\u212aeeper"'],
    ['with an invisible character', '"ada\u200b"'],
    ['of a team', '"@acme/release"'],
    ['of a bot', '"helper[bot]"'],
    ['that is an address', 'ada@example.com'],
    ['that is none', '""'],
  ])('a name %s is nobody’s, the others count', (_lesson, name) => {
    const found = owners({ OWNERS: list(name, 'bob') });
    expect(found.logins).toEqual(['bob']);
    expect(found.problems).toHaveLength(1);
  });

  it('a filter that cannot be read names nobody, the others count', () => {
    const found = owners({ OWNERS: 'filters:\n  "(": { approvers: [ada] }\n  ".*": { approvers: [bob] }\n' });
    expect(found.logins).toEqual(['bob']);
    expect(found.problems).toMatchObject([{ from: 'OWNERS', line: 2 }]);
  });

  it.each([
    ['that cannot be read', 'aliases: ['],
    ['of another shape', 'aliases: [admins]'],
    ['with an alias that is no list', 'aliases: { admins: ada }'],
  ])('aliases %s make every name unknown: an alias must not pass for a login', (_lesson, text) => {
    const found = owners({ OWNERS: list('admins', 'bob'), OWNERS_ALIASES: text });
    expect(found).toMatchObject(NOBODY);
    expect(found.problems[0]?.from).toBe('OWNERS_ALIASES');
  });

  it('a file that was not read is not taken for absent', () => {
    const texts = new Map(ownersFiles(PATH).map((each) => [each, each === 'OWNERS' ? list('root') : null]));
    texts.delete('images/OWNERS');
    expect(ownersOf(PATH, texts)).toMatchObject(NOBODY);
    expect(ownersOf(PATH, new Map()).problems).not.toEqual([]);
  });

  it.each([
    ['of thousands of folders', 'a/'.repeat(3000)],
    ['of one folder with a huge name', `${'a'.repeat(3000)}/`],
  ])('a path %s has no owners, and asks for few files', (_lesson, folder) => {
    const path = `${folder}Dockerfile`;
    expect(ownersFiles(path).length).toBeLessThan(100);
    expect(owners({ OWNERS: list('root') }, path)).toMatchObject(NOBODY);
  });

  it('has few problems told, and is total', () => {
    const names = Array.from({ length: 500 }, (_, at) => `"x y ${at}"`);
    expect(owners({ OWNERS: list(...names) }).problems.length).toBeLessThanOrEqual(20);
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (one, two, three) => {
        const found = owners({ OWNERS: one, OWNERS_ALIASES: two, 'images/OWNERS': three });
        for (const login of found.logins) expect(login).toMatch(/^[a-z0-9_-]+$/);
      }),
    );
  });
});

describe('CODEOWNERS', () => {
  const code = (text: string, path?: string) => owners({ '.github/CODEOWNERS': text }, path);

  it('counts where there is no OWNERS file at all, the first place alone', () => {
    const files = { CODEOWNERS: '* @ada', 'docs/CODEOWNERS': '* @bob' };
    expect(owners(files)).toMatchObject({ logins: ['ada'], from: 'CODEOWNERS:1' });
    expect(owners({ ...files, '.github/CODEOWNERS': '' })).toMatchObject(NOBODY);
    expect(owners({ ...files, OWNERS: 'reviewers: [rita]' })).toMatchObject(NOBODY);
  });

  it('names people and teams; an address names nobody that can be asked for', () => {
    const text = '# owners\r\n* @Ada @Acme/Release ada@example.com # and @eve\r\n';
    expect(code(text)).toMatchObject({
      logins: ['ada'],
      teams: ['acme/release'],
      from: '.github/CODEOWNERS:2',
    });
  });

  it('the last line that fits counts, also one without owners', () => {
    expect(code('images/ @ada\n* @bob\n').logins).toEqual(['bob']);
    expect(code('* @bob\nimages/ @ada\ndocs/ @cleo\n').logins).toEqual(['ada']);
    expect(code('* @bob\nimages/\n')).toMatchObject(NOBODY);
  });

  it.each([
    ['*', PATH, true],
    ['Dockerfile', PATH, true],
    ['/Dockerfile', PATH, false],
    ['/Dockerfile', 'Dockerfile', true],
    ['Docker*', PATH, true],
    ['*.go', PATH, false],
    ['images', PATH, true],
    ['images/', PATH, true],
    ['app/', PATH, true],
    ['/app/', PATH, false],
    ['images/app', PATH, true],
    ['images/*', PATH, false],
    ['images/*', 'images/Dockerfile', true],
    ['images/**', PATH, true],
    ['/images/**/Dockerfile', PATH, true],
    ['/images/**/Dockerfile', 'images/Dockerfile', true],
    ['**/app', PATH, true],
    ['**', PATH, true],
    ['/*', PATH, false],
    ['/*', 'Dockerfile', true],
    ['imag?s/', PATH, true],
    ['app/Dockerfile', PATH, false],
    ['IMAGES/', PATH, false],
    ['my\\ images/', 'my images/Dockerfile', true],
    ['im**s/', PATH, true],
    ['/', PATH, false],
  ])('%s fits %s: %s', (pattern, path, fits) => {
    expect(code(`${pattern} @ada`, path).logins).toEqual(fits ? ['ada'] : []);
  });

  it('lines that GitHub passes over are passed over', () => {
    const found = code('* @bob\n!images/ @eve\n[ab]/ @eve\n\\#x @eve\n');
    expect(found.logins).toEqual(['bob']);
    expect(found.problems).toHaveLength(3);
  });

  it.each(['images/{app,web}/', 'images\\/app', '***', 'a!b', '//x', `${'x'.repeat(600)}`])(
    'behind %s, which might be the line that counts, nobody is an owner',
    (pattern) => {
      const found = code(`* @bob\n${pattern} @eve\n`);
      expect(found).toMatchObject(NOBODY);
      expect(found.problems).toMatchObject([{ from: '.github/CODEOWNERS', line: 2 }]);
    },
  );

  it.each([
    ['a word', 'ada'],
    ['a letter that only looks like one', '@\u0430da'],
    ['too many parts', '@acme/release/all'],
    ['a way out', '@acme/..'],
    ['nothing', '@'],
  ])('%s is no owner', (_lesson, word) => {
    const found = code(`* ${word} @bob`);
    expect(found).toMatchObject({ logins: ['bob'], teams: [] });
    expect(found.problems).toHaveLength(1);
  });

  it('a huge one names nobody; one of many lines that nearly fit is read', () => {
    expect(code(`* @ada\n${'#'.repeat(600_000)}`)).toMatchObject(NOBODY);
    const near = `/${'*a'.repeat(200)}b @eve\n`;
    const deep = `${'a'.repeat(200)}/Dockerfile`;
    expect(code(`* @ada\n${near.repeat(1000)}`, deep).logins).toEqual(['ada']);
  });
});
