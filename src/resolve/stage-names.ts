import type { DockerfileFact, StageFact } from '../domain/index.ts';

/** The index of a stage by name or number among those before `before`; undefined where there is none. */
export function stageIndex(fact: DockerfileFact, name: string, before: number): number | undefined {
  const byName = stageIndexByName(fact, name, before);
  if (byName !== undefined) return byName;
  if (!/^\d{1,5}$/.test(name)) return undefined;
  const number = Number(name);
  return number < before ? number : undefined;
}

/** FROM takes stage names only; a number there is an image's name. */
export function stageIndexByName(fact: DockerfileFact, name: string, before: number): number | undefined {
  return namesOf(fact)
    .get(name.toLowerCase())
    ?.findLast((index) => index < before);
}

const NAMES = new WeakMap<DockerfileFact, ReadonlyMap<string, readonly number[]>>();

function namesOf(fact: DockerfileFact): ReadonlyMap<string, readonly number[]> {
  const known = NAMES.get(fact);
  if (known !== undefined) return known;
  const names = new Map<string, number[]>();
  for (const { index, name } of fact.stages) {
    if (name === undefined) continue;
    const list = names.get(name);
    if (list === undefined) names.set(name, [index]);
    else list.push(index);
  }
  NAMES.set(fact, names);
  return names;
}

/** What `--target` means: the stages that it can be; and why it is not decided, one clause, where it is none of them. */
export interface Target {
  readonly stages: readonly number[];
  readonly missing?: string;
}

/** The last stage where no target is given. One that stays open is every stage that somebody would ship and that fits what is written. */
export function targetOf(fact: DockerfileFact, target: string | undefined): Target {
  const last = fact.stages.at(-1)?.index;
  if (last === undefined) return { stages: [] };
  if (target === undefined || target === '') return { stages: [last] };
  const named = stageIndex(fact, target, fact.stages.length);
  if (named !== undefined) return { stages: [named] };
  if (!OPEN.test(target))
    return { stages: [last], missing: `no stage is called ${target}, which is the target` };
  const isAny = target.split(OPEN_PART).every((part) => part === '');
  const fitting = fact.stages.filter(({ index, name }) =>
    name === undefined ? isAny && index === last : fits(target.toLowerCase(), name),
  );
  const shipped = shippedStages(fact);
  const stages = fitting.filter(({ index }) => shipped.has(index)).map(({ index }) => index);
  if (stages.length > 0) return { stages };
  return { stages: [last], missing: `its target ${target} stays open, and no stage that is shipped fits it` };
}

const OPEN = /\$[({A-Za-z_]|\{\{/;
const OPEN_PART = /\$\([^()]*\)|\$\{[^{}]*\}|\$\w+|\{\{[^{}]*\}\}/;

/** True for a name that has every written part of a target, in order. */
function fits(target: string, name: string): boolean {
  const parts = target.split(OPEN_PART);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const found =
      index === 0
        ? name.startsWith(part)
          ? 0
          : -1
        : isLast
          ? endOf(name, part, at)
          : name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

function endOf(name: string, part: string, from: number): number {
  const at = name.length - part.length;
  return at >= from && name.endsWith(part) ? at : -1;
}

/** Stages that no other stage of the file is made with, and those that say what to start. */
function shippedStages(fact: DockerfileFact): ReadonlySet<number> {
  const used = new Set<number>();
  for (const stage of fact.stages) {
    for (const name of namesUsed(stage)) {
      const index = stageIndex(fact, name, stage.index);
      if (index !== undefined) used.add(index);
    }
  }
  const shipped = fact.stages.filter(
    (stage) =>
      !used.has(stage.index) ||
      stage.instructions.some(({ kind }) => kind === 'cmd' || kind === 'entrypoint'),
  );
  return new Set(shipped.map(({ index }) => index));
}

function namesUsed(stage: StageFact): readonly string[] {
  const names = stage.instructions.flatMap((instruction) => {
    if (instruction.kind === 'copy' || instruction.kind === 'add') return instruction.from?.text ?? [];
    return instruction.kind === 'run' ? instruction.mounts.flatMap(({ from }) => from ?? []) : [];
  });
  return [stage.base.text, ...names];
}
