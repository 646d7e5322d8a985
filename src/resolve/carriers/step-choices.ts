// What the choices of a job (a matrix, variants beside the file) give its steps.
import type {
  BuildChoice,
  BuildJob,
  BuildStepsFact,
  Condition,
  NamedWord,
  VariantsFact,
} from '../../domain/index.ts';
import { BOUNDS, folderOf, joinPath } from '../../domain/index.ts';
import type { Placed } from '../carriers.ts';
import type { FileReader } from '../files.ts';
import type { Names, PlacedWord } from '../invocations/notations.ts';
import type { CommandWord } from '../invocations/words.ts';

/** What the choices of a job are looked for in. */
interface Around {
  readonly reader: FileReader;
  readonly variants: readonly Placed<VariantsFact>[];
}

/** Names as one run of a job sees them. */
export interface Run {
  readonly when: readonly Condition[];
  readonly names: Names;
  /** Options that whoever starts the file adds to every build of it. */
  readonly options?: readonly CommandWord[];
  /** What its programs find in their environment besides. */
  readonly environment?: ReadonlyMap<string, CommandWord>;
}

/** Variants of an image build stand beside the file that builds them. Source: test-infra's image-builder. */
const VARIANTS = 'variants.yaml';

/** The runs of a job: one for every choice of it. */
export function choicesOf(
  { path, fact }: Placed<BuildStepsFact>,
  job: BuildJob,
  { reader, variants: allVariants }: Around,
): readonly Run[] {
  const own = new Map([
    ...(fact.notation === 'compose' ? besideOf(path, reader) : []),
    ...job.variables.map((one) => [one.name, placedIn(path, one)] as const),
  ]);
  const mentioned = JSON.stringify([job.steps, job.variables]);
  let runs: readonly Run[] = [{ when: [], names: own }];
  for (const choice of job.choices) {
    if (choice.values.some((value) => value.some(({ name }) => mentioned.includes(name))))
      runs = chosen(runs, choice, { path, reader, by: path });
  }
  if (fact.notation !== 'cloudbuild') return runs;
  const beside = joinPath(folderOf(path), VARIANTS);
  for (const variants of allVariants) {
    if (variants.path !== beside) continue;
    const values = variants.fact.variants.map(({ values: given }) =>
      given.map(({ name, value }) => ({ name: `_${name}`, value })),
    );
    const names = variants.fact.variants.map(({ name }) => name);
    runs = chosen(runs, { axis: VARIANTS, values }, { path: beside, reader, by: path }, names);
  }
  return runs;
}

/** Variables of the `.env` file beside a compose file. Source: https://docs.docker.com/compose/how-tos/environment-variables */
function besideOf(path: string, reader: FileReader): readonly (readonly [string, PlacedWord])[] {
  return variablesIn(joinPath(folderOf(path), '.env'), reader);
}

/** Variables that a file of an environment gives. */
export function variablesIn(path: string, reader: FileReader): readonly (readonly [string, PlacedWord])[] {
  return reader
    .read(path, 'environment-file')
    .flatMap((fact) =>
      fact.kind === 'environment-file'
        ? fact.values.map((one) => [one.name, placedIn(path, one)] as const)
        : [],
    );
}

function chosen(
  runs: readonly Run[],
  { axis, values }: BuildChoice,
  { path, reader, by }: { readonly path: string; readonly reader: FileReader; readonly by: string },
  titles: readonly string[] = [],
): readonly Run[] {
  if (values.length === 0) return runs;
  const all = runs.flatMap(({ when, names }) =>
    values.map((value, index): Run => {
      const equals = titles[index] ?? value.map((one) => one.value?.text ?? '').join(', ');
      const more = value.map((one) => [one.name, placedIn(path, one)] as const);
      return { when: [...when, { subject: axis, equals }], names: new Map([...names, ...more]) };
    }),
  );
  const most = BOUNDS.alternativesPerValue;
  if (all.length > most) reader.cut(by, `more than ${most} choices of ${axis}`);
  return all.slice(0, most);
}

/** A value of a file, with that file. */
export function placedIn(path: string, { value }: NamedWord): PlacedWord {
  return { path, word: value };
}
