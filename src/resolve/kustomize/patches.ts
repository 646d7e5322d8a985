import type {
  EnvironmentSource,
  HookFact,
  KustomizeReplacement,
  PatchOperation,
  PatchTarget,
  Word,
} from '../../domain/index.ts';
import { joinPath } from '../../domain/index.ts';
import type { FileReader } from '../files.ts';
import { type FilledContainer, type ImageChoice, imagesOf, type PlacedWorkload } from '../filled.ts';
import { withWords } from '../helm/fill.ts';
import type { Kustomization, KustomizeTree } from './tree.ts';

/** Workloads that one patch is looked for in. */
const MOST_TARGETS = 500;

/** Objects of the files that kustomizations put together. */
export class Patched {
  readonly #tree: KustomizeTree;
  readonly #reader: FileReader;
  readonly #byFile: ReadonlyMap<string, readonly PlacedWorkload[]>;
  /** Kustomizations by the files that they name as patches, with what each of them is for. */
  readonly #patching = new Map<string, { readonly by: Kustomization; readonly target?: PatchTarget }[]>();

  constructor(tree: KustomizeTree, workloads: readonly PlacedWorkload[], reader: FileReader) {
    this.#reader = reader;
    this.#tree = tree;
    this.#byFile = Map.groupBy(workloads, ({ path }) => path);
    for (const by of tree.all) {
      this.#add(by.path, { by });
      for (const { file, target } of by.fact.patches)
        if (file !== undefined)
          this.#add(joinPath(by.folder, file.text), target === undefined ? { by } : { by, target });
    }
  }

  #add(path: string, patch: { readonly by: Kustomization; readonly target?: PatchTarget }): void {
    const known = this.#patching.get(path);
    if (known === undefined) this.#patching.set(path, [patch]);
    else known.push(patch);
  }

  /** The workload of a patch with the images of what it patches, for containers that name none. */
  withImages(one: PlacedWorkload): PlacedWorkload {
    const patching = this.#patching.get(one.path);
    if (patching === undefined || one.fact.containers.every(({ image }) => image !== undefined)) return one;
    const { workload: kind, name } = one.fact;
    const targets = patching.flatMap(({ by, target }) => [
      ...this.targets(by, target ?? { kind, name }, one.path).map(({ fact }) => fact),
    ]);
    const containers = one.fact.containers.map((container): FilledContainer => {
      if (container.image !== undefined) return container;
      const images = targets
        .flatMap((fact) => fact.containers.filter((each) => each.name === container.name))
        .flatMap(imagesOf);
      const [first] = images;
      return first === undefined ? container : { ...container, image: first.word, images };
    });
    return { ...one, fact: { ...one.fact, containers } };
  }

  /** Workloads that a kustomization's patch changes; patches themselves are none of them. */
  targets(by: Kustomization, { kind, name }: PatchTarget, except: string): readonly PlacedWorkload[] {
    const found: PlacedWorkload[] = [];
    for (const path of this.#tree.filesOf(by)) {
      if (path === except) continue;
      for (const one of this.#byFile.get(path) ?? []) {
        const { workload, name: own, containers } = one.fact;
        if (kind !== undefined && kind !== workload) continue;
        if (name !== undefined && name !== own && !isPattern(name)) continue;
        if (containers.some(({ image }) => image !== undefined)) found.push(one);
        if (found.length < MOST_TARGETS) continue;
        this.#reader.cut(by.path, `a patch of more than ${MOST_TARGETS} objects`);
        return found;
      }
    }
    return found;
  }

  /** What JSON patches make of workloads, as workloads of the files in which the patches stand. */
  byOperations(): readonly PlacedWorkload[] {
    return this.#tree.all.flatMap((by) =>
      by.fact.patches.flatMap(({ file, operations, target }) => {
        if (target === undefined) return [];
        const path = file === undefined ? by.path : joinPath(by.folder, file.text);
        const all =
          operations ??
          this.#reader
            .read(path, 'json-patch')
            .flatMap((fact) => (fact.kind === 'json-patch' ? fact.operations : []));
        if (all.length === 0) return [];
        const targets = this.targets(by, target, path);
        // What a patch brings whole runs whether what it patches is in this tree or not.
        return targets.length === 0
          ? operated(
              { path, fact: { ...NOWHERE, ...named(target), span: spanOf(all, NOWHERE.span) } },
              path,
              all,
            )
          : targets.flatMap((one) => operated(one, path, all));
      }),
    );
  }

  /** What replacements put into commands, as workloads of the kustomizations that do: a text that its own object decides. */
  byReplacements(): readonly PlacedWorkload[] {
    return this.#tree.all.flatMap((by) =>
      this.#replacementsOf(by).flatMap(({ path, source, targets }) =>
        targets.flatMap(({ target, fields }) => {
          const operations = fields.flatMap((field) => replacing(field, source.name ?? ''));
          if (operations.length === 0) return [];
          return this.targets(by, target, path)
            .flatMap((one) => operated(one, path, operations))
            .map((one) => fed(one, source));
        }),
      ),
    );
  }

  /** Those of the kustomization itself and of files that it names, each with the file that it stands in. */
  #replacementsOf(by: Kustomization): readonly PlacedReplacement[] {
    return by.fact.replacements.flatMap((one): readonly PlacedReplacement[] => {
      if (!('file' in one)) return [{ ...one, path: by.path }];
      const path = joinPath(by.folder, one.file.text);
      return this.#reader
        .read(path, 'kustomization')
        .flatMap((fact) => (fact.kind === 'kustomization' ? fact.replacements : []))
        .flatMap((inner) => ('file' in inner ? [] : [{ ...inner, path }]));
    });
  }
}

type PlacedReplacement = Exclude<KustomizeReplacement, { readonly file: Word }> & { readonly path: string };

const ORIGIN = { line: 1, column: 1 };

/** An object of which only what a patch brings is known. */
const NOWHERE: PlacedWorkload['fact'] = {
  kind: 'workload',
  workload: 'Patch',
  name: '',
  at: '',
  span: { start: ORIGIN, end: ORIGIN },
  hostPid: false,
  volumes: [],
  containers: [],
};

function named({ kind, name }: PatchTarget): Partial<PlacedWorkload['fact']> {
  return { ...(kind === undefined ? {} : { workload: kind }), ...(name === undefined ? {} : { name }) };
}

const FIELD =
  /(?:^|\.)(initContainers|containers)\.(?:(\d{1,4}|\*)|\[name=[^\]]{1,100}\])\.(command|args)(?:\.(\d{1,3}|-|\*))?$/;

/** A field of a container's start as the operation that would put a variable there. */
function replacing(field: Word, name: string): readonly PatchOperation[] {
  const [, list, index, key, element] = FIELD.exec(field.text) ?? [];
  if (list === undefined || key === undefined) return [];
  const at = index === undefined || index === '*' ? '0' : index;
  const place = element === undefined ? '' : `/${element === '*' ? '0' : element}`;
  return [
    {
      path: `/${list}/${at}/${key}${place}`,
      span: field.span,
      words: [{ text: `$(${name})`, span: field.span }],
    },
  ];
}

/** With the object that decides a variable of its containers. */
function fed(one: PlacedWorkload, source: EnvironmentSource): PlacedWorkload {
  const containers = one.fact.containers.map((each) => ({
    ...each,
    envFrom: [...(each.envFrom ?? []), source],
  }));
  return { ...one, fact: { ...one.fact, containers } };
}

/** `target.name` may be a regular expression; which of them it fits is then not asked. */
function isPattern(name: string): boolean {
  return /[.*+?^$|()[\]\\]/.test(name);
}

const PATH = /\/(initContainers|containers)\/(\d{1,4})\/(.{1,80})$/;

/** A container of a workload that operations change: its image, and what they make it start. */
function operated(
  { path: origin, fact }: PlacedWorkload,
  path: string,
  operations: readonly PatchOperation[],
): readonly PlacedWorkload[] {
  const changed = new Map<FilledContainer, FilledContainer>();
  const whole = operations.flatMap((one) => wholeOf(one, fact));
  for (const { path: pointer, words, span } of operations) {
    const [, list, index, key] = PATH.exec(pointer) ?? [];
    if (list === undefined || key === undefined) continue;
    const alike = fact.containers.filter(({ role }) =>
      list === 'containers' ? role === 'container' : role === 'init' || role === 'sidecar',
    );
    const container = alike[Number(index)];
    if (container === undefined) continue;
    const before = changed.get(container) ?? bare(container, origin, span);
    const after = withOperation(before, ...withOwnWords(container, origin, key, words), span);
    if (after !== null) changed.set(container, after);
  }
  if (changed.size + whole.length === 0) return [];
  return [
    {
      path,
      fact: {
        ...fact,
        embedded: true,
        span: spanOf(operations, fact.span),
        containers: [...changed.values(), ...whole],
      },
    },
  ];
}

/** Containers that a patch brings whole; one that takes the place of another and names no image has that one's. */
function wholeOf(
  { path, containers = [] }: PatchOperation,
  fact: PlacedWorkload['fact'],
): readonly FilledContainer[] {
  const [, list, index] = /\/(initContainers|containers)\/(\d{1,4})$/.exec(path) ?? [];
  const alike = fact.containers.filter(({ role }) => (role === 'container') === (list === 'containers'));
  const before = index === undefined ? undefined : alike[Number(index)];
  return containers.map((one) => {
    const image = one.image ?? before?.image;
    return image === undefined ? one : { ...one, image };
  });
}

function spanOf([first]: readonly PatchOperation[], other: PatchOperation['span']): PatchOperation['span'] {
  return first?.span ?? other;
}

/** The container with nothing of its own but its image, whose place stays where it is. */
function bare(container: FilledContainer, path: string, span: PatchOperation['span']): FilledContainer {
  const images = imagesOf(container).map(
    (choice): ImageChoice => ({ ...choice, word: { path, ...choice.word } }),
  );
  const [first] = images;
  return {
    name: container.name,
    role: container.role,
    span,
    env: container.env,
    ...(container.envFrom === undefined ? {} : { envFrom: container.envFrom }),
    hooks: [],
    mounts: container.mounts,
    ...(first === undefined ? {} : { image: first.word, images }),
  };
}

const ELEMENT = /^(command|args)\/(\d{1,3}|-)$/;

/**
 * `command/0`: the whole list, with what the container has of it. An element counts as added, so that its list is never shorter than what
 * runs.
 */
function withOwnWords(
  container: FilledContainer,
  path: string,
  key: string,
  words: readonly Word[],
): readonly [key: string, words: readonly Word[]] {
  const [, list, index] = ELEMENT.exec(key) ?? [];
  if (list !== 'command' && list !== 'args') return [key, words];
  const own = (container[list] ?? []).map((word): Word => ({ path, ...word }));
  const at = index === '-' ? own.length : Number(index);
  return [list, [...own.slice(0, at), ...words, ...own.slice(at)]];
}

const HOOKS: ReadonlyMap<string, HookFact['role']> = new Map([
  ['livenessProbe', 'liveness'],
  ['readinessProbe', 'readiness'],
  ['startupProbe', 'startup'],
  ['lifecycle/postStart', 'post-start'],
  ['lifecycle/preStop', 'pre-stop'],
]);

function withOperation(
  container: FilledContainer,
  key: string,
  words: readonly Word[],
  span: PatchOperation['span'],
): FilledContainer | null {
  const [first] = words;
  if (key === 'image' && first !== undefined)
    return { ...container, image: first, images: [{ word: first }] };
  if (key === 'command' || key === 'args') {
    const next = { ...container, [key]: words };
    const all = [...(next.command ?? []), ...(next.args ?? [])];
    return { ...next, startSpan: span, start: withWords({ form: 'exec', words: [], span }, all) };
  }
  for (const [name, role] of HOOKS) {
    if (key !== name && !key.startsWith(`${name}/`)) continue;
    const command = withWords({ form: 'exec', words: [], span }, words);
    return { ...container, hooks: [...container.hooks, { role, command }] };
  }
  return null;
}
