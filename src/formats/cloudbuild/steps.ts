import type { BuildAction, BuildStep, NamedWord, Span, Word } from '../../domain/index.ts';
import { fileName, isShell } from '../../domain/index.ts';
import { readShell } from '../shell/index.ts';
import { entryOf, textOf, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/index.ts';
import { linePlacesOf, namedWordsOf, wordOf, wordsOf } from '../yaml/words.ts';

/** A step with what its program runs; undefined where it names no image. */
export function stepOf(step: YamlMap, index: number, shared: readonly NamedWord[]): BuildStep | undefined {
  const image = wordOf(entryOf(step, 'name')?.value);
  if (image === undefined) return undefined;
  const folder = wordOf(entryOf(step, 'dir')?.value);
  const own = namedWordsOf(entryOf(step, 'env')?.value);
  const names = new Set(own.map(({ name }) => name));
  return {
    name: textOf(step, 'id') ?? `step ${index + 1}`,
    span: step.span,
    ...(folder === undefined ? {} : { folder }),
    environment: [...shared.filter(({ name }) => !names.has(name)), ...own],
    does: actionOf(step, image),
  };
}

function actionOf(step: YamlMap, image: Word): BuildAction {
  const script = entryOf(step, 'script')?.value;
  if (script?.kind === 'scalar') return scriptOf(script);
  const argumentsNode = entryOf(step, 'args')?.value;
  const entrypoint = wordOf(entryOf(step, 'entrypoint')?.value);
  const given = wordsOf(argumentsNode);
  const programs = entrypoint === undefined ? programsOf(image) : started(entrypoint);
  const isNamed = programs.length === 1 && given[0]?.text === programs[0]?.text;
  const words = isNamed ? given : [...programs, ...given];
  if (isBuildpack(image, words))
    return { kind: 'unknown', what: 'buildpacks build an image here, and are not followed' };
  const text = shellTextOf(words, argumentsNode);
  return text === undefined ? { kind: 'words', words } : scriptOf(text);
}

/** Programs of images that have one of their own; what others run is said by their arguments. */
const PROGRAMS: readonly (readonly [image: RegExp, words: readonly string[]])[] = [
  [/(^|\/)docker$/, ['docker']],
  [/(^|\/)kaniko-project\/executor$/, ['kaniko']],
  [/(^|\/)(tekton-releases\/ko|ko-build\/ko|google\/ko)$/, ['ko']],
  [/(^|\/)buildah(\/stable)?$/, ['buildah']],
];

function programsOf(image: Word): readonly Word[] {
  const name = image.text.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  const found = PROGRAMS.find(([pattern]) => pattern.test(name));
  return (found?.[1] ?? []).map((text) => ({ text, span: image.span }));
}

/** `/buildx-entrypoint build …` is `docker buildx build …`. Source: test-infra's gcb-docker-gcloud. */
function started(entrypoint: Word): readonly Word[] {
  if (fileName(entrypoint.text) !== 'buildx-entrypoint') return [entrypoint];
  return ['docker', 'buildx'].map((text) => ({ text, span: entrypoint.span }));
}

function isBuildpack(image: Word, words: readonly Word[]): boolean {
  return /\/pack(@|:|$)/.test(image.text) || (words[0]?.text === 'pack' && words[1]?.text === 'build');
}

/** The text that a shell among the words is given with `-c`. */
function shellTextOf(words: readonly Word[], argumentsNode: YamlNode | undefined): YamlScalar | undefined {
  const shell = words.findIndex(({ text }) => isShell(text));
  if (shell !== 0) return undefined;
  const option = words.findIndex(({ text }, at) => at > 0 && /^-[a-z]*c$/.test(text));
  const place = words[option + 1];
  if (option < 0 || place === undefined) return undefined;
  const nodes = argumentsNode?.kind === 'list' ? argumentsNode.items : [argumentsNode];
  const found = nodes.find(
    (node) => node?.kind === 'scalar' && node.text === place.text && isAt(node.placeOf(0), place.span),
  );
  return found?.kind === 'scalar' ? found : undefined;
}

function isAt(position: Span['start'], { start }: Span): boolean {
  return position.line === start.line && position.column === start.column;
}

/** Shell text; `$$` is Cloud Build's spelling of a dollar sign that it leaves to the shell. */
function scriptOf(node: YamlScalar): BuildAction {
  const dropped: number[] = [];
  const text = node.text.replace(/\$\$/g, (_, at: number) => {
    dropped.push(at + 1);
    return '$';
  });
  let before = 0;
  let last = 0;
  const script = readShell(text, (offset) => {
    if (offset < last) before = 0;
    last = offset;
    while (before < dropped.length && (dropped[before] ?? 0) <= offset + before) before++;
    return node.placeOf(offset + before);
  });
  return { kind: 'script', script, text, lines: linePlacesOf(node) };
}
