import type {
  Alternative,
  BaseImagesFact,
  DockerfileFact,
  Invocation,
  Substitution,
  Value,
} from '../domain/index.ts';
import { bounded, folderOf, joinPath, locate } from '../domain/index.ts';
import { BASE_IMAGES_FILE } from '../formats/base-images/index.ts';
import type { FileReader } from './files.ts';
import { plainWay, type Way } from './ways.ts';

const NAME = BASE_IMAGES_FILE;

/**
 * Ways to build a definition that names its base `BASEIMAGE` and says nowhere what that is: the file of that name beside it does, for each
 * architecture (DOMAIN 3).
 */
export function withBaseImages(
  path: string,
  fact: DockerfileFact,
  ways: readonly Way[],
  reader: FileReader,
): readonly Way[] {
  const word = fact.stages.some(({ base }) => /(^|[^${A-Za-z0-9_])BASEIMAGE/.test(base.text));
  const argument = fact.globalArguments.some((one) => one.name === NAME && one.default === undefined);
  if (!word && !argument) return ways;
  const value = valueBeside(path, reader);
  if (value === null) return ways;
  return ways.map((way) => {
    if (way === null || !isGiven(way))
      return { ...(way ?? defaults(path, value)), ...given(way, value, word) };
    return { ...way, ...besides(way, value) };
  });
}

function isGiven(way: Invocation): boolean {
  return way.buildArguments.has(NAME) || way.substitutions.some(({ from }) => NAME.includes(from));
}

/** A rule that puts in what it takes from somewhere may take it from this file: its entries are alternatives, and what is open stays open. */
function besides(way: Invocation, value: Value): Pick<Invocation, 'substitutions' | 'buildArguments'> {
  const added = (given: Value): Value =>
    given.alternatives.every(
      ({ parts }) => parts.length > 0 && parts.every((part) => typeof part !== 'string'),
    )
      ? bounded([...given.alternatives, ...value.alternatives], given.beyond)
      : given;
  return {
    substitutions: way.substitutions.map((one) => (one.from === NAME ? { ...one, to: added(one.to) } : one)),
    buildArguments: new Map(
      [...way.buildArguments].map(([name, given]) => [name, name === NAME ? added(given) : given]),
    ),
  };
}

function given(
  way: Way,
  value: Value,
  isWord: boolean,
): Pick<NonNullable<Way>, 'substitutions' | 'buildArguments'> {
  const substitution: Substitution = { from: NAME, to: value };
  return {
    substitutions: [...(way?.substitutions ?? []), ...(isWord ? [substitution] : [])],
    buildArguments: new Map([...(way?.buildArguments ?? []), [NAME, value]]),
  };
}

function defaults(definition: string, value: Value): Invocation {
  const [first] = value.alternatives[0].chain;
  const origin = { line: 1, column: 1 };
  const at = first ?? { path: definition, start: origin, end: origin };
  return plainWay(definition, { workflow: 'script', at, rule: NAME });
}

function valueBeside(definition: string, reader: FileReader): Value | null {
  const path = joinPath(folderOf(definition), NAME);
  const fact = reader
    .read(path, 'base-images')
    .find((one): one is BaseImagesFact => one.kind === 'base-images');
  const alternatives = fact?.entries.map(
    ({ platform, image }): Alternative => ({
      when: [{ subject: '$(ARCH)', equals: platform }],
      parts: [image.text],
      chain: [locate(path, image.span)],
    }),
  );
  return alternatives === undefined || alternatives.length === 0 ? null : bounded(alternatives);
}
