// Containers of manifests that build a definition of the tree: kaniko in a Job, a step of Tekton or of a workflow.
import type { ContainerFact, Word } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { Carried, CarrierSources } from '../carriers.ts';
import { Asked } from '../invocations/asked.ts';
import { BuildFiles } from '../invocations/build-files.ts';
import { foundIn } from '../invocations/make.ts';
import { walkScript } from '../invocations/recipe-walk.ts';
import { scriptCommands } from '../invocations/script.ts';
import { type BuildCommand, type CommandWord, wordAt } from '../invocations/words.ts';

/** Images whose own entry point builds. */
const KANIKO = /(?:^|\/)kaniko(?:-project)?\/executor(?:[:@]|$)/;
/** Images that hold an engine, which their command starts. */
const ENGINES = /(?:^|\/)(?:buildah|podman|docker|buildkit|img)(?:\/stable)?(?:[:@]|$)/;

export function builderPodsCarrier(sources: CarrierSources): Carried {
  const asked = new Asked(sources.reader);
  const builds = sources.facts('workload').flatMap(({ path, fact }) =>
    fact.containers.flatMap((container) => {
      const commands = commandsOf(path, container);
      if (commands.length === 0) return [];
      const files = new BuildFiles((name) => asked.has(name), { steps: 0, beyond: null });
      const { builds: found } = walkScript(fact.name, commands, '', files);
      // What is built from elsewhere says nothing of this tree.
      return found.filter((build) => build.files.length > 0);
    }),
  );
  const { invocations } = foundIn('manifest', builds, sources.reader, sources.definitions);
  return { invocations, uses: [], declared: [], unread: [] };
}

/** What its shell is told, else its own words. */
function commandsOf(path: string, container: ContainerFact): readonly BuildCommand[] {
  const words = wordsOf(path, container);
  const script = container.start?.script;
  if (words.length === 0) return [];
  if (script === undefined) return [commandOf(words)];
  return scriptCommands(path, script, {
    marks: new Marks(),
    known: new Map(),
    when: [],
    replaced: (text) => text,
  });
}

function wordsOf(path: string, { image, command = [], args = [] }: ContainerFact): readonly CommandWord[] {
  const isKaniko = image !== undefined && KANIKO.test(image.text);
  if (!isKaniko && (image === undefined || !ENGINES.test(image.text))) return [];
  const own: readonly Word[] = isKaniko && command.length === 0 ? [{ ...image, text: 'kaniko' }] : command;
  return [...own, ...args].map(({ text, span, path: other }) => {
    return wordAt(text, locate(other ?? path, span));
  });
}

function commandOf(words: readonly CommandWord[]): BuildCommand {
  const [first] = words;
  if (first === undefined) throw new RangeError('a command without words');
  return { words, at: first.at, when: [], writes: null, readsFrom: null, piped: false, substituted: false };
}
