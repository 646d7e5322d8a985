import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { LISTING, ORGANISATION, PURPOSES } from '../../src/adapters/github/permissions.ts';

interface Manifest {
  readonly default_permissions: Readonly<Record<string, 'read' | 'write'>>;
  readonly default_events: readonly string[];
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const manifest = (path: string) => parse(read(path)) as Manifest;

/** Events that GitHub sends to every App: a manifest that lists one is refused ("Default events unsupported"). */
const SENT_TO_EVERY_APP = [
  'github_app_authorization',
  'installation',
  'installation_repositories',
  'installation_target',
];

/** What GitHub wants before it sends an event. */
const NEEDS: Readonly<Record<string, string>> = {
  check_run: 'checks',
  check_suite: 'checks',
  issue_comment: 'issues',
  merge_group: 'merge_queues',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  pull_request_review_comment: 'pull_requests',
  push: 'contents',
  repository: 'metadata',
};

describe.each(['app.yml', 'app.write.yml'])('%s', (path) => {
  const { default_permissions: permissions, default_events: events } = manifest(path);

  it('asks for the permission behind each event', () => {
    expect(events.filter((event) => !(event in NEEDS))).toEqual([]);
    const missing = events.filter((event) => {
      const needed = NEEDS[event];
      return needed !== undefined && permissions[needed] === undefined;
    });
    expect(missing).toEqual([]);
  });

  it('holds its final events', () => {
    expect([...events].sort()).toEqual(Object.keys(NEEDS).sort());
  });

  it('lists no event that GitHub sends to every App', () => {
    expect(events.filter((event) => SENT_TO_EVERY_APP.includes(event))).toEqual([]);
  });

  it('covers every token that the App mints', () => {
    const rank = { read: 1, write: 2 } as const;
    // Without it an entry is printed instead of committed.
    const { document, ...needed } = PURPOSES;
    const all = [...Object.values(needed), LISTING, ORGANISATION];
    for (const { permissions: minted } of path === 'app.yml' ? all : [...all, document]) {
      for (const [name, level] of Object.entries(minted)) {
        expect({
          name,
          enough: rank[permissions[name] ?? 'read'] >= rank[level] && name in permissions,
        }).toEqual({ name, enough: true });
      }
    }
  });
});

describe('least permissions', () => {
  it('app.yml writes checks and pull requests only', () => {
    const written = Object.entries(manifest('app.yml').default_permissions).filter(
      ([, level]) => level === 'write',
    );
    expect(written.map(([name]) => name).sort()).toEqual(['checks', 'pull_requests']);
  });

  it('app.write.yml adds writing contents and issues, and nothing else', () => {
    const plain = manifest('app.yml').default_permissions;
    const more = Object.entries(manifest('app.write.yml').default_permissions).filter(
      ([name, level]) => plain[name] !== level,
    );
    expect(more.sort()).toEqual([
      ['contents', 'write'],
      ['issues', 'write'],
    ]);
  });

  it('docs/permissions.md gives a reason for each permission and each event', () => {
    const page = read('docs/permissions.md');
    for (const name of Object.keys(manifest('app.yml').default_permissions))
      expect(page).toContain(`| ${name.replaceAll('_', ' ')} |`);
    for (const event of Object.keys(NEEDS)) expect(page).toContain(`\`${event}\``);
    const row = page.split('\n').find((line) => line.includes('`installation`, `installation_repositories`'));
    expect(row).toContain('| sent to every App |');
  });

  it('docs/permissions.md tells what the token of each job carries', () => {
    const page = read('docs/permissions.md');
    for (const { permissions } of [...Object.values(PURPOSES), ORGANISATION]) {
      const row = Object.entries(permissions)
        .map(([name, level]) => `${name.replaceAll('_', ' ')}: ${level}`)
        .sort();
      const rows = page
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => (line.split('|')[2] ?? '').trim().split(', ').sort());
      expect(rows).toContainEqual(row);
    }
  });
});
