import { z } from 'zod';
import { compileGlob, isGlobFault } from '../domain/glob.ts';
import { once } from './once.ts';

/** The shape of `policies/bases.yaml`. */
export const baseTableSchema = once(makeSchema);

function makeSchema() {
  const text = z.string();
  const globs = z.array(
    text.refine((pattern) => !isGlobFault(compileGlob(pattern)), { error: 'is no valid glob' }),
  );

  const familySchema = z.strictObject({
    family: text,
    names: globs.optional(),
    'kubernetes-names': z.array(text).optional(),
    'official-names': z.array(text).optional(),
    tags: globs.optional(),
    digests: z.array(text).optional(),
    variant: z.boolean().optional(),
    'operating-system': z.boolean().optional(),
    shell: z.boolean().optional(),
    libc: z.boolean().optional(),
    'package-manager': z.boolean().optional(),
    programs: z.array(text).optional(),
    entrypoint: z.array(text).optional(),
    because: text.optional(),
    source: text,
    date: text,
  });

  return z
    .strictObject({
      'kubernetes-registries': z.array(text),
      'program-sets': z.record(text, text),
      'system-programs': z.array(text),
      families: z.array(familySchema),
    })
    .check((context) => {
      const table = context.value;
      const lists = [table['system-programs'], ...table.families.map((family) => family.programs ?? [])];
      for (const name of lists.flat()) {
        if (!name.startsWith('@') || Object.hasOwn(table['program-sets'], name.slice(1))) continue;
        context.issues.push({
          code: 'custom',
          input: name,
          path: ['program-sets'],
          message: `there is no set of programs called ${name.slice(1)}`,
        });
      }
    });
}

/** `policies/bases.yaml` as its text says it. */
export type BaseTableText = z.infer<ReturnType<typeof baseTableSchema>>;
/** One family of that text. */
export type FamilyText = BaseTableText['families'][number];
