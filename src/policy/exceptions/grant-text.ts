import { z } from 'zod';
import { EXCEPTION_REASONS, type Grant, type RuleId } from '../../domain/index.ts';
import { canonical } from '../canonical.ts';
import { once } from '../once.ts';
import { entryHash } from './hash.ts';
import { identityOf } from './identity.ts';

/** A grant as reports name it among their inputs: JSON with its keys in order, from which `readGrant` makes it again. */
export function writeGrant({ entry, by, paths }: Grant): string {
  const { identity, hash: _, ...rest } = entry;
  return canonical({ ...rest, ...identity, by: [...by], definitions: [...paths] });
}

const grantSchema = once(() =>
  z.strictObject({
    id: z.string(),
    image: z.string().optional(),
    path: z.string().optional(),
    target: z.string().optional(),
    blob: z.string().optional(),
    rule: z.string(),
    base: z.string().nullable(),
    reason: z.enum(EXCEPTION_REASONS),
    text: z.string(),
    owner: z.string(),
    issue: z.string(),
    expires: z.string().nullable(),
    by: z.array(z.string()),
    definitions: z.array(z.string()),
  }),
);

/** The grant that a report names; undefined for a text of another shape. */
export function readGrant(text: string): Grant | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = grantSchema().safeParse(data);
  if (!parsed.success) return undefined;
  const { by, definitions, image, path, target, blob, ...rest } = parsed.data;
  if ((image === undefined) === (path === undefined)) return undefined;
  const identity = identityOf({ image, path, target, blob });
  const entry = { ...rest, rule: rest.rule as RuleId, identity };
  return { entry: { ...entry, hash: entryHash(entry) }, by, paths: definitions };
}
