import type { DockerfileFact, Location } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import type { FileReader } from '../files.ts';
import { type FactOf, factsOf } from './merge.ts';
import type { FoundBuild } from './recipe-walk.ts';
import { type CommandWord, wordOf } from './words.ts';

/** Builds with the arguments that their files of arguments give (`--build-arg-file`); what the command itself gives wins. */
export function withArgumentFiles(builds: readonly FoundBuild[], reader: FileReader): readonly FoundBuild[] {
  if (builds.every(({ argumentFiles }) => argumentFiles === undefined)) return builds;
  const factOf = factsOf(reader);
  return builds.map((build) => {
    const { argumentFiles = [], command } = build;
    const given = argumentFiles.flatMap(({ path, at }) => argumentsIn(path, at, build, reader, factOf));
    return given.length === 0
      ? build
      : { ...build, command: { ...command, buildArguments: [...given, ...command.buildArguments] } };
  });
}

/** What a file gives; one that is not in the tree may give any argument that the definition takes. */
function argumentsIn(
  path: string,
  at: Location,
  { files }: FoundBuild,
  reader: FileReader,
  factOf: FactOf,
): readonly CommandWord[] {
  if (reader.has(path))
    return reader
      .read(path, 'environment-file')
      .flatMap((fact) => (fact.kind === 'environment-file' ? fact.values : []))
      .flatMap(({ name, value }) =>
        value === null
          ? []
          : [wordOf([{ text: `${name}=${value.text}`, chain: [at, locate(path, value.span)] }], at)],
      );
  const taken = files.flatMap(({ source }) => globalsOf(factOf(source)));
  return [...new Set(taken)].map((name) =>
    wordOf(
      [
        { text: `${name}=`, chain: [at] },
        { text: path, open: 'computed', chain: [at] },
      ],
      at,
    ),
  );
}

function globalsOf(fact: DockerfileFact | undefined): readonly string[] {
  return fact?.globalArguments.map(({ name }) => name) ?? [];
}
