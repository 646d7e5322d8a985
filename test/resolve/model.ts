import {
  type BaseAssessment,
  type BuiltImage,
  compareText,
  type Fact,
  type ProjectModel,
  type Workload,
} from '../../src/domain/index.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { formatById, formatsOf } from '../../src/formats/index.ts';
import { buildProject, type ProjectFiles } from '../../src/resolve/index.ts';
import { CHOSEN, SHIPPED } from '../support/mini-repository.ts';

const compiled = compilePolicy(CHOSEN, SHIPPED);

/** What the policy of these models says of a reference. */
export function assessed(reference: string): BaseAssessment {
  if ('problems' in compiled) throw new Error('the policy has problems');
  return compiled.policy.assess(reference);
}

/** The model of a few files, everything that it wants given at once. */
export function modelOf(files: Readonly<Record<string, string>>): ProjectModel {
  if ('problems' in compiled) throw new Error('the policy has problems');
  const facts = new Map<string, readonly Fact[]>();
  const claimed: { path: string; format: string }[] = [];
  const read = (path: string, id: string) => {
    const format = formatById(id);
    const text = files[path];
    if (format === undefined || text === undefined) throw new Error(`nothing to read at ${path} as ${id}`);
    const profile = format.profileOf(path) ?? format.id;
    facts.set(`${id} ${path}`, format.mayMatter(text, profile) ? format.facts(text, profile) : []);
  };
  for (const path of Object.keys(files).sort(compareText)) {
    for (const { format, when } of formatsOf(path)) {
      if (when !== 'always') continue;
      claimed.push({ path, format: format.id });
      read(path, format.id);
    }
  }
  const tree: ProjectFiles = {
    has: (path) => Object.hasOwn(files, path),
    below: (folder, most) =>
      Object.keys(files)
        .filter((path) => folder === '' || path.startsWith(`${folder}/`))
        .sort(compareText)
        .slice(0, most),
    facts: (path, format) => facts.get(`${format} ${path}`),
    claimed,
  };
  for (;;) {
    const { model, wants } = buildProject(tree, compiled.policy);
    if (wants.length === 0) return model;
    for (const want of wants) read(want.path, want.format);
  }
}

/** The one image that the files build. */
export function imageOf(files: string | Readonly<Record<string, string>>): BuiltImage {
  const { images } = modelOf(typeof files === 'string' ? { Dockerfile: files } : files);
  const [image] = images;
  if (image === undefined || images.length !== 1) throw new Error(`${images.length} images`);
  return image;
}

/** The one workload that a manifest holds. */
export function workloadOf(manifest: string, path = 'pod.yaml'): Workload {
  const { workloads } = modelOf({ [path]: manifest });
  const [workload] = workloads;
  if (workload === undefined || workloads.length !== 1) throw new Error(`${workloads.length} workloads`);
  return workload;
}
