// Takes out of GitHub's OpenAPI description what the GitHub stand-in validates requests with, and writes
// test/support/github/openapi.json. The package unpacks to 385 MB, so it is no dependency:
//   mkdir /tmp/openapi && cd /tmp/openapi && npm init -y && npm install @octokit/openapi@23.0.2
//   node scripts/extract-openapi.ts /tmp/openapi/node_modules/@octokit/openapi
//   npx biome check --write test/support/github/openapi.json
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = '23.0.2';
const OUTPUT = new URL('../test/support/github/openapi.json', import.meta.url);

const repo = '/repos/{owner}/{repo}';
const OPERATIONS = [
  'GET /app',
  'GET /app/hook/deliveries',
  'GET /app/hook/deliveries/{delivery_id}',
  'POST /app/hook/deliveries/{delivery_id}/attempts',
  'GET /app/installations',
  'GET /app/installations/{installation_id}',
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /installation/repositories',
  'GET /rate_limit',
  'GET /users/{username}',
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
  `GET ${repo}`,
  `GET ${repo}/installation`,
  `GET ${repo}/branches`,
  `GET ${repo}/branches/{branch}`,
  `GET ${repo}/collaborators/{username}/permission`,
  `GET ${repo}/commits`,
  `GET ${repo}/commits/{ref}`,
  `GET ${repo}/commits/{commit_sha}/pulls`,
  `GET ${repo}/compare/{basehead}`,
  `GET ${repo}/contents/{path}`,
  `PUT ${repo}/contents/{path}`,
  `GET ${repo}/tarball/{ref}`,
  `GET ${repo}/git/blobs/{file_sha}`,
  `GET ${repo}/git/ref/{ref}`,
  `GET ${repo}/git/trees/{tree_sha}`,
  `GET ${repo}/git/commits/{commit_sha}`,
  `GET ${repo}/pulls`,
  `GET ${repo}/pulls/{pull_number}`,
  `GET ${repo}/pulls/{pull_number}/files`,
  `GET ${repo}/pulls/{pull_number}/commits`,
  `GET ${repo}/pulls/{pull_number}/comments`,
  `GET ${repo}/pulls/{pull_number}/reviews`,
  `POST ${repo}/pulls/{pull_number}/reviews`,
  `GET ${repo}/pulls/{pull_number}/reviews/{review_id}/comments`,
  `PUT ${repo}/pulls/{pull_number}/reviews/{review_id}`,
  `POST ${repo}/pulls/{pull_number}/comments/{comment_id}/replies`,
  `GET ${repo}/pulls/comments/{comment_id}`,
  `PATCH ${repo}/pulls/comments/{comment_id}`,
  `GET ${repo}/pulls/comments/{comment_id}/reactions`,
  `POST ${repo}/pulls/comments/{comment_id}/reactions`,
  `DELETE ${repo}/pulls/comments/{comment_id}/reactions/{reaction_id}`,
  `GET ${repo}/issues/{issue_number}/comments`,
  `POST ${repo}/issues/{issue_number}/comments`,
  `GET ${repo}/issues/comments/{comment_id}`,
  `PATCH ${repo}/issues/comments/{comment_id}`,
  `GET ${repo}/issues/comments/{comment_id}/reactions`,
  `POST ${repo}/issues/comments/{comment_id}/reactions`,
  `DELETE ${repo}/issues/comments/{comment_id}/reactions/{reaction_id}`,
  `POST ${repo}/check-runs`,
  `GET ${repo}/check-runs/{check_run_id}`,
  `PATCH ${repo}/check-runs/{check_run_id}`,
  `GET ${repo}/check-runs/{check_run_id}/annotations`,
  `GET ${repo}/check-suites/{check_suite_id}`,
  `GET ${repo}/check-suites/{check_suite_id}/check-runs`,
  `GET ${repo}/commits/{ref}/check-runs`,
  `GET ${repo}/commits/{ref}/check-suites`,
];

/** What validation does not look at; without it the extract is a third of the size. */
const DROPPED = new Set(['description', 'example', 'examples', 'title', 'x-multi-segment', 'deprecated']);

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: unknown } | undefined>>;
  };
}

/** Drops prose from a schema; `properties` holds names, not keywords, so nothing is dropped there. */
function slim(schema: unknown, names = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => slim(each));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => names || !DROPPED.has(key))
      .map(([key, value]) => [key, slim(value, key === 'properties' && !names)]),
  );
}

function extract(operation: Operation): object {
  const body = operation.requestBody;
  return {
    operationId: operation.operationId,
    parameters: (operation.parameters ?? [])
      .filter((each) => each.in === 'path' || each.in === 'query')
      .map((each) => ({
        name: each.name,
        in: each.in,
        required: each.required ?? false,
        schema: slim(each.schema),
      })),
    ...(body === undefined
      ? {}
      : { bodyRequired: body.required ?? false, body: slim(body.content['application/json']?.schema ?? {}) }),
  };
}

function main(): void {
  const folder = process.argv[2];
  if (folder === undefined)
    throw new Error('usage: node scripts/extract-openapi.ts <folder of @octokit/openapi>');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== VERSION)
    throw new Error(`this script was written against @octokit/openapi ${VERSION}, not ${version}`);
  const description = JSON.parse(
    readFileSync(join(folder, 'generated', 'api.github.com.deref.json'), 'utf8'),
  ) as {
    paths: Record<string, Record<string, Operation | undefined> | undefined>;
  };
  const operations = OPERATIONS.map((key) => {
    const [method = '', path = ''] = key.split(' ');
    const operation = description.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub's description has no operation ${key}`);
    return [key, extract(operation)] as const;
  });
  const extracted = {
    from: `@octokit/openapi ${VERSION}, api.github.com`,
    operations: Object.fromEntries(operations),
  };
  writeFileSync(OUTPUT, `${JSON.stringify(extracted, null, 2)}\n`);
  console.log(`${operations.length} operations written to ${OUTPUT.pathname}`);
}

main();
