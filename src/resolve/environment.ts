import type { ContainerFact, EnvironmentSource } from '../domain/index.ts';
import type { ConfigMaps } from './config-maps.ts';

/** What `$(NAME)` stands for in a container's command. */
export interface Environment {
  /** Its value; undefined where none is known. */
  valueOf(name: string): string | undefined;
  /** True where the container declares the variable, or may, with a value that nothing read decides. */
  isOpen(name: string): boolean;
}

/** Longer values are no program's name, and would double without end. */
const LONGEST_VALUE = 4096;

/** `$(NAME)`, and `$$`, which escapes it. */
const REFERENCE = /\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]{0,250})\)/g;

/** The literal values alone, as probes see them (DOMAIN 4). */
export function literalEnvironment({ env }: ContainerFact): Environment {
  return {
    valueOf: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
    isOpen: () => false,
  };
}

/** No variable at all, as lifecycle hooks see it. */
export const NO_ENVIRONMENT: Environment = { valueOf: () => undefined, isOpen: () => false };

/**
 * The environment that a container's own command sees: literal values, each with those before it put in, and the shells that ConfigMaps of the
 * tree name. All other values of ConfigMaps, Secrets and fields stay open.
 */
export function commandEnvironment(
  { env, envFrom = [] }: ContainerFact,
  configMaps: ConfigMaps,
): Environment {
  const values = new Map<string, string>();
  const elsewhere = new Set<string>();
  for (const source of envFrom) {
    if (source.name === undefined) continue;
    elsewhere.add(source.name);
    const shell = shellOf(source, source.key ?? '', configMaps);
    if (shell !== undefined) values.set(source.name, shell);
  }
  const whole = envFrom.filter(({ name }) => name === undefined);
  const looked = whole.slice(0, MOST_SOURCES);
  const valueFor = (name: string): string | undefined =>
    values.get(name) ?? (elsewhere.has(name) ? undefined : shellAmong(looked, name, configMaps));
  const environment: Environment = {
    valueOf: valueFor,
    isOpen: (name) => !values.has(name) && (whole.length > 0 || elsewhere.has(name)),
  };
  for (const [name, written] of Object.entries(env)) {
    const value = withVariables(written, environment);
    values.set(name, value.length > LONGEST_VALUE ? written : value);
  }
  return environment;
}

/** More are not looked into: what they may give stays open. */
const MOST_SOURCES = 64;

function shellAmong(
  sources: readonly EnvironmentSource[],
  name: string,
  configMaps: ConfigMaps,
): string | undefined {
  for (const source of sources) {
    const prefix = source.prefix ?? '';
    const shell = name.startsWith(prefix)
      ? shellOf(source, name.slice(prefix.length), configMaps)
      : undefined;
    if (shell !== undefined) return shell;
  }
  return undefined;
}

function shellOf(
  { source, object }: EnvironmentSource,
  key: string,
  configMaps: ConfigMaps,
): string | undefined {
  return source === 'other' ? undefined : configMaps.shell(source, object, key);
}

/** The text with what is known put in; Kubernetes leaves a name that is not declared as it is written. */
export function withVariables(text: string, environment: Environment): string {
  if (!text.includes('$')) return text;
  return text.replace(REFERENCE, (written, name: string | undefined) =>
    name === undefined ? '$' : (environment.valueOf(name) ?? written),
  );
}

/** The text with each variable whose value is open written as one that a template brings. */
export function withOpenVariables(text: string, environment: Environment): string {
  if (!text.includes('$(')) return text;
  return text.replace(REFERENCE, (written, name: string | undefined) =>
    name !== undefined && environment.isOpen(name) ? `\${${name}}` : written,
  );
}
