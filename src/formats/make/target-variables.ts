// Variables that hold for a target and for what it needs. Source: the GNU make manual, sections 6.11 and 6.12.
import { type Assignment, appendedTo, setVariable } from './assignments.ts';
import { type Definition, Environment, partsOf } from './environment.ts';
import type { Expander } from './expand.ts';
import { stemOf } from './functions.ts';
import { ALWAYS, type Conjunction, divide, type Guards } from './guards.ts';

const MOST_WAYS = 16;
const MOST_REACHED = 20_000;

/** Variables of targets, outermost first: as one target reaches another, those of both hold. */
type Layers = readonly Environment[];

export class TargetVariables {
  readonly #exact = new Map<string, Environment>();
  readonly #patterns: { readonly pattern: string; readonly variables: Environment }[] = [];

  /** What only another `override` sets from here on. */
  readonly #overridden = new Set<string>();

  /** Sets a variable as make does when it reads the line. */
  assign(target: string, assignment: Assignment, expander: Expander): void {
    const key = `${target}\0${assignment.name}`;
    if (assignment.override !== true && this.#overridden.has(key)) return;
    const own = this.#own(target);
    const before = own.version;
    const { name, guard, operator, written } = assignment;
    const guards: Guards = guard.length === 0 ? ALWAYS : [guard];
    const around = expander.world.variables;
    switch (operator) {
      case '+=':
        own.set(name, guards, ({ when, definition }) =>
          definition === null
            ? { flavor: 'recursive', written, appends: true }
            : appendedTo(definition, written, () =>
                this.#expanded(own, { ...assignment, guard: when }, expander),
              ),
        );
        break;
      case '?=':
        for (const { when, definition } of around.get(name).held) {
          if (definition !== null) continue;
          const inside = divide(guard, when.length === 0 ? ALWAYS : [when]).inside;
          own.set(
            name,
            inside.length === 1 && inside[0]?.length === 0 ? ALWAYS : inside,
            (held) => held.definition ?? { flavor: 'recursive', written },
          );
        }
        break;
      case ':=':
        own.replace(name, guards, { flavor: 'simple', choice: this.#expanded(own, assignment, expander) });
        break;
      default:
        setVariable(own, expander, assignment);
    }
    if (assignment.override === true && own.version > before) this.#overridden.add(key);
  }

  #own(target: string): Environment {
    const known = this.#exact.get(target);
    if (known !== undefined) return known;
    const own = new Environment();
    this.#exact.set(target, own);
    if (target.includes('%')) this.#patterns.push({ pattern: target, variables: own });
    return own;
  }

  /** Text that is expanded when its line is read sees what the target has so far. */
  #expanded(own: Environment, { written, guard }: Assignment, expander: Expander) {
    const specific = merged([own], expander.world.variables);
    return expander.expand(written, guard, { locals: new Map(), specific, depth: 0 });
  }

  /** A target's own, with those of the patterns that it fits around them; of several the one with the shortest stem is the innermost. */
  #layersOf(target: string): Layers {
    const fitting = this.#patterns
      .flatMap(({ pattern, variables }) => {
        const stem = stemOf(pattern, target);
        return stem === null || stem === '' ? [] : [{ stem, variables }];
      })
      .toSorted((a, b) => b.stem.length - a.stem.length)
      .map(({ variables }) => variables);
    const own = target.includes('%') ? undefined : this.#exact.get(target);
    return own === undefined ? fitting : [...fitting, own];
  }

  /** What holds around each target: as it is made by itself, and as each that needs it makes it. */
  reaching(
    prerequisites: ReadonlyMap<string, readonly string[]>,
    expander: Expander,
  ): (target: string) => readonly (Environment | undefined)[] {
    if (this.#exact.size === 0) return () => [undefined];
    const ways = new Map<string, Layers[]>();
    const next: { readonly target: string; readonly layers: Layers }[] = [];
    const reach = (target: string, layers: Layers): void => {
      const known = ways.get(target) ?? [];
      ways.set(target, known);
      if (known.some((one) => areSame(one, layers))) return;
      if (known.length >= MOST_WAYS) {
        expander.cut(`a target that more than ${MOST_WAYS} others give variables`);
        return;
      }
      known.push(layers);
      next.push({ target, layers });
    };
    const targets = new Set([...prerequisites.keys(), ...this.#exact.keys()]);
    for (const target of targets) if (!target.includes('%')) reach(target, this.#layersOf(target));
    let reached = 0;
    for (let one = next.pop(); one !== undefined; one = next.pop()) {
      const { target, layers } = one;
      for (const name of layers.length === 0 ? [] : (prerequisites.get(target) ?? [])) {
        if (++reached > MOST_REACHED) {
          expander.cut('variables of targets that reach too many others');
          break;
        }
        const own = this.#layersOf(name);
        reach(name, [...layers.filter((layer) => !own.includes(layer)), ...own]);
      }
    }
    const { variables } = expander.world;
    return (target) =>
      (ways.get(target) ?? [this.#layersOf(target)]).map((layers) =>
        layers.length === 0 ? undefined : merged(layers, variables),
      );
  }
}

function areSame(a: Layers, b: Layers): boolean {
  return a.length === b.length && a.every((layer, index) => layer === b[index]);
}

/** All layers as one, each over the one before it and the first over the makefile's own variables. */
function merged(layers: Layers, around: Environment): Environment {
  const all = new Environment();
  const known = new Set<string>();
  for (const layer of layers) {
    for (const name of layer.names()) {
      if (!known.has(name)) all.restore(name, around.get(name));
      known.add(name);
      for (const { when, definition } of layer.get(name).held)
        if (definition !== null) put(all, name, when, definition);
    }
  }
  return all;
}

function put(all: Environment, name: string, when: Conjunction, definition: Definition): void {
  const guards: Guards = when.length === 0 ? ALWAYS : [when];
  const parts = definition.flavor === 'simple' ? [definition] : partsOf(definition);
  const [first] = parts;
  if (first === undefined || first.flavor === 'simple' || first.appends !== true) {
    all.replace(name, guards, definition);
    return;
  }
  all.set(name, guards, ({ definition: outer }) =>
    parts.reduce<Definition | null>(
      (before, part) => (part.flavor === 'simple' || before === null ? part : { ...part, before }),
      outer,
    ),
  );
}
