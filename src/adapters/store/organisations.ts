import { sql } from 'kysely';
import type { OrganisationFile } from '../../domain/index.ts';
import type { Connection } from './connection.ts';
import { requireShort } from './errors.ts';

const LIMITS = { commit: 64, text: 100_000, owner: 300 } as const;

/** What the store knows of an organisation's policy file. */
export interface KnownOrganisationFile {
  readonly file: OrganisationFile;
  /** Whether there was one when the repository could be read for the last time. */
  readonly seen: boolean;
  readonly readAt: number;
  /** What was read before then does not count any more. */
  readonly trustedFrom: number;
}

/** The policy files of organisations, one for each installation. */
export interface OrganisationStore {
  organisationFile(installationId: number): Promise<KnownOrganisationFile | null>;
  /** Records what was read at a time; an earlier reading never takes the place of a later one. */
  saveOrganisationFile(installationId: number, file: OrganisationFile, readAt: number): Promise<void>;
  /** What was read before that time does not count any more: it may have changed. */
  distrustOrganisationFile(installationId: number, from: number): Promise<void>;
  /** The repository is known to be gone, with the file. */
  forgetOrganisationFile(installationId: number): Promise<void>;
}

/** The part of the store on an open database that knows organisations' policies. */
export function organisationStore({ db }: Connection): OrganisationStore {
  return {
    async organisationFile(installationId) {
      const row = await db
        .selectFrom('organisation_files')
        .selectAll()
        .where('installation_id', '=', installationId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { owner, commit_sha: commit, content: text } = row;
      const isPresent = owner !== null && commit !== null && text !== null;
      const kind = row.reachable === 1 ? 'absent' : 'unreachable';
      return {
        file: isPresent ? { kind: 'present', owner, commit, text } : { kind },
        seen: row.seen === 1,
        readAt: row.read_at,
        trustedFrom: row.trusted_from,
      };
    },

    async saveOrganisationFile(installationId, file, readAt) {
      const isPresent = file.kind === 'present';
      const known = {
        owner: isPresent ? requireShort('owner', file.owner, LIMITS.owner) : null,
        commit_sha: isPresent ? requireShort('commit', file.commit, LIMITS.commit) : null,
        content: isPresent ? requireShort('policy', file.text, LIMITS.text) : null,
        reachable: file.kind === 'unreachable' ? 0 : 1,
        read_at: readAt,
      };
      const seen = isPresent ? 1 : 0;
      await db
        .insertInto('organisation_files')
        .values({ installation_id: installationId, ...known, seen, trusted_from: 0 })
        .onConflict((conflict) =>
          conflict
            .column('installation_id')
            .doUpdateSet({
              ...known,
              // Whether there is one is not known while the repository cannot be read.
              ...(file.kind === 'unreachable' ? {} : { seen }),
            })
            .where('organisation_files.read_at', '<=', readAt),
        )
        .execute();
    },

    async distrustOrganisationFile(installationId, from) {
      // Where nothing was read yet, something may be read at this moment.
      await db
        .insertInto('organisation_files')
        .values({ installation_id: installationId, reachable: 0, seen: 0, read_at: 0, trusted_from: from })
        .onConflict((conflict) =>
          conflict.column('installation_id').doUpdateSet({
            trusted_from: sql<number>`case when organisation_files.trusted_from < ${from} then ${from} else organisation_files.trusted_from end`,
          }),
        )
        .execute();
    },

    async forgetOrganisationFile(installationId) {
      await db.deleteFrom('organisation_files').where('installation_id', '=', installationId).execute();
    },
  };
}
