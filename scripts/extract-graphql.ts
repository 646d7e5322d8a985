// Takes out of GitHub's public GraphQL schema the types that the GitHub stand-in answers, and writes
// test/support/github/graphql/schema.json. The package is 7 MB, so it is no dependency:
//   mkdir /tmp/graphql && cd /tmp/graphql && npm init -y && npm install @octokit/graphql-schema@15.26.1
//   node scripts/extract-graphql.ts /tmp/graphql/node_modules/@octokit/graphql-schema
//   npx biome check --write test/support/github/graphql/schema.json
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = '15.26.1';
const OUTPUT = new URL('../test/support/github/graphql/schema.json', import.meta.url);

/** Whole types; their interfaces, enums and inputs follow by themselves. */
const TYPES = [
  'Actor',
  'AddReactionPayload',
  'Blob',
  'Bot',
  'Comment',
  'Commit',
  'GitObject',
  'IssueComment',
  'IssueCommentConnection',
  'IssueCommentEdge',
  'MergeQueue',
  'MergeQueueEntry',
  'MergeQueueEntryConnection',
  'MergeQueueEntryEdge',
  'Node',
  'Organization',
  'PageInfo',
  'PullRequest',
  'PullRequestChangedFile',
  'PullRequestChangedFileConnection',
  'PullRequestChangedFileEdge',
  'PullRequestCommit',
  'PullRequestCommitConnection',
  'PullRequestCommitEdge',
  'PullRequestConnection',
  'PullRequestEdge',
  'PullRequestReview',
  'PullRequestReviewComment',
  'PullRequestReviewCommentConnection',
  'PullRequestReviewCommentEdge',
  'PullRequestReviewConnection',
  'PullRequestReviewEdge',
  'PullRequestReviewThread',
  'PullRequestReviewThreadConnection',
  'PullRequestReviewThreadEdge',
  'RateLimit',
  'Reactable',
  'Reaction',
  'Ref',
  'RemoveReactionPayload',
  'Repository',
  'RepositoryOwner',
  'ResolveReviewThreadPayload',
  'Tag',
  'Tree',
  'TreeEntry',
  'UnresolveReviewThreadPayload',
  'User',
];

/** Of the roots, only what the stand-in answers. */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  Query: ['node', 'nodes', 'rateLimit', 'repository'],
  Mutation: ['addReaction', 'removeReaction', 'resolveReviewThread', 'unresolveReviewThread'],
};

interface TypeReference {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType: TypeReference | null;
}

interface InputValue {
  readonly name: string;
  readonly type: TypeReference;
  readonly defaultValue: string | null;
}

interface FullType {
  readonly kind: string;
  readonly name: string;
  readonly fields:
    | readonly { readonly name: string; readonly args: readonly InputValue[]; readonly type: TypeReference }[]
    | null;
  readonly inputFields: readonly InputValue[] | null;
  readonly enumValues: readonly { readonly name: string }[] | null;
  readonly possibleTypes: readonly TypeReference[] | null;
}

function spell(type: TypeReference): string {
  if (type.kind === 'NON_NULL') return `${type.ofType === null ? '' : spell(type.ofType)}!`;
  if (type.kind === 'LIST') return `[${type.ofType === null ? '' : spell(type.ofType)}]`;
  return type.name ?? '';
}

function base(type: TypeReference): string {
  return type.ofType === null ? (type.name ?? '') : base(type.ofType);
}

/** An argument's type; a default makes it optional. */
function inputs(values: readonly InputValue[]): object {
  const optional = (value: InputValue): string =>
    value.defaultValue === null ? spell(value.type) : spell(value.type).replace(/!$/, '');
  return Object.fromEntries(values.map((value) => [value.name, optional(value)]));
}

/** The kind of every type that a field returns is kept, so that selections on scalars are told. */
function extract(types: ReadonlyMap<string, FullType>): object {
  const kept = new Map<string, object>();
  const wanted = [...TYPES, ...Object.keys(ROOTS)];
  for (const name of wanted) {
    if (kept.has(name)) continue;
    const type = types.get(name);
    if (type === undefined) throw new Error(`GitHub's schema has no type ${name}`);
    const only = ROOTS[name];
    const fields = (type.fields ?? []).filter((field) => only === undefined || only.includes(field.name));
    const args = fields.filter(
      (field) => TYPES.includes(base(field.type)) || isLeaf(types, base(field.type)),
    );
    for (const field of args) wanted.push(...field.args.map((arg) => base(arg.type)));
    wanted.push(...(type.inputFields ?? []).map((field) => base(field.type)));
    kept.set(name, {
      kind: type.kind,
      ...(type.fields === null
        ? {}
        : {
            fields: Object.fromEntries(
              fields.map((field) => [
                field.name,
                // Fields that lead to other types are known by name only: the stand-in does not answer them.
                args.includes(field)
                  ? {
                      type: spell(field.type),
                      ...(field.args.length > 0 ? { args: inputs(field.args) } : {}),
                    }
                  : {},
              ]),
            ),
          }),
      ...(type.inputFields === null ? {} : { inputs: inputs(type.inputFields) }),
      ...(type.enumValues === null ? {} : { values: type.enumValues.map((value) => value.name) }),
      ...(type.possibleTypes === null
        ? {}
        : { possible: type.possibleTypes.map(base).filter((each) => TYPES.includes(each)) }),
    });
  }
  return Object.fromEntries(kept);
}

function isLeaf(types: ReadonlyMap<string, FullType>, name: string): boolean {
  return ['SCALAR', 'ENUM'].includes(types.get(name)?.kind ?? '');
}

function main(): void {
  const folder = process.argv[2];
  if (folder === undefined)
    throw new Error('usage: node scripts/extract-graphql.ts <folder of @octokit/graphql-schema>');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== VERSION)
    throw new Error(`this script was written against @octokit/graphql-schema ${VERSION}, not ${version}`);
  const schema = JSON.parse(readFileSync(join(folder, 'schema.json'), 'utf8')) as {
    __schema: { types: readonly FullType[] };
  };
  const types = new Map(schema.__schema.types.map((type) => [type.name, type]));
  const extracted = { from: `@octokit/graphql-schema ${VERSION}`, types: extract(types) };
  writeFileSync(OUTPUT, `${JSON.stringify(extracted)}\n`);
  console.log(`${Object.keys(extracted.types).length} types written to ${OUTPUT.pathname}`);
}

main();
