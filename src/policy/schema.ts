import { z } from 'zod';
import { once } from './once.ts';

const LEVELS = ['off', 'note', 'warn', 'needs-exception', 'inconclusive', 'block'] as const;
const MOST_GLOBS = 1000;

/**
 * What a policy text may say; every key may be left out, and is then what the tier below says. Numbers do not exist: a plain scalar is
 * text, `true`, `false` or nothing. Keys whose use comes with exceptions and organisation tiers are checked here and not used yet.
 */
export const policySchema = once(makeSchema);

function makeSchema() {
  const words = z.array(z.string()).max(MOST_GLOBS);
  return z.strictObject({
    name: z.string().optional().describe('What reports call this policy.'),
    extends: z
      .string()
      .optional()
      .describe('A policy that ships with Plinth, on top of which this one stands.'),
    lock: words.optional().describe('Keys that weaker tiers cannot set.'),
    bases: z
      .strictObject({
        allow: words
          .optional()
          .describe('Families of the table, or globs over image names, that any image may sit on.'),
        exception: words.optional().describe('Families or globs that need a documented exception.'),
        mirrors: z
          .record(z.string(), z.string())
          .optional()
          .describe('Registry prefixes that hold copies: prefix here, prefix of the original.'),
      })
      .optional(),
    digests: z
      .enum(['trust', 'known-only'])
      .optional()
      .describe('Whether a digest that no table knows stands by its name.'),
    rules: z.record(z.string(), z.enum(LEVELS)).optional().describe('A level for each rule, or off.'),
    paths: z
      .strictObject({
        ignored: words.optional().describe('Globs of paths that are not judged.'),
        test: words.optional(),
        example: words.optional(),
        vendored: words.optional(),
      })
      .optional(),
    images: words.optional().describe('Globs over the names of images that are ours; a leading ! takes out.'),
    declare: z
      .array(
        z.strictObject({
          variable: z.string().optional(),
          image: z.string().optional(),
          in: z.string().optional(),
          value: z.string(),
          reason: z.string(),
          owner: z.string(),
        }),
      )
      .max(MOST_GLOBS)
      .optional()
      .describe('Values that a build sets and no file of the tree does.'),
    branches: words.optional().describe('Branches whose own policy counts for pull requests into them.'),
    scope: z.enum(['introduced', 'touched']).optional(),
    enforcement: z.enum(['observe', 'enforce']).optional(),
    review: z.enum(['actionable', 'all', 'off']).optional(),
    commands: z
      .strictObject({
        grant: z
          .strictObject({
            teams: words
              .optional()
              .describe('Teams of the organisation whose members may grant an exception, by their slug.'),
            permission: z
              .enum(['triage', 'write', 'maintain', 'admin'])
              .optional()
              .describe('The role in the repository from which on a person may grant; maintain by default.'),
            owners: z
              .boolean()
              .optional()
              .describe('Whether approvers of the OWNERS files above the image may grant.'),
            author: z
              .boolean()
              .optional()
              .describe('Whether the author of a pull request may grant an exception for it.'),
          })
          .optional(),
        'two-person': z.boolean().optional().describe('Whether a grant takes two persons.'),
      })
      .optional(),
    exceptions: z.string().optional().describe('Path of the exceptions file.'),
    'permanent-exceptions': z.boolean().optional().describe('Whether an exception may be without an end.'),
  });
}

/** A policy text that fits the schema. */
export type PolicyConfig = z.infer<ReturnType<typeof policySchema>>;
