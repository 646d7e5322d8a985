// Files of task runners in languages that are not followed (just, Rake, Tilt, Vagrant, Mage, Python's runners): lines that have an engine build.
// In: a blob's text. Out: one fact of build steps, each of them a build that is only named.
// Not here: what such a program computes; other programs in these languages.
import { type BuildStep, type Fact, plainBuilds, type Word } from '../../domain/index.ts';
import type { Format } from '../format.ts';

/** An engine that is told to build, on one line. */
const BUILDS = /\b(?:docker|podman|buildah|nerdctl)\b[^\n]{0,120}?\b(?:build|bud|bake)\b[^\n]{0,400}/;
/** What only a build is given. */
const TOLD = /["'\s](?:-t|-f|--tag|--file|--build-arg|--push)\b|["'\s]\.(?=["'\s]|$)|\bbake\b/;
/** What runs in a container is no build of its own. */
const RUNS = /^\w+["',\s]{1,4}(?:run|exec)\b/;
const TILT = /^\s*(?:docker_build|custom_build|docker_build_with_restart)\([^\n]{0,400}/;
const COMMENT = /^\s*(?:#|\/\/|--|\*)/;
/** Words that decide what is built of what; others change with each release. */
const DECIDES =
  /(?:--(?:build-arg|file|target|from|build-context)|\s-f)["',=\s]{1,4}[^\s"',]{1,200}|build_args=[^\n]{1,200}|dockerfile=[^\s,)]{1,200}/g;

function facts(text: string): readonly Fact[] {
  const steps: BuildStep[] = [];
  text.split('\n').forEach((line, index) => {
    const tilt = COMMENT.test(line) ? null : TILT.exec(line);
    const match = COMMENT.test(line) ? null : (tilt ?? BUILDS.exec(line));
    if (match === null) return;
    if (tilt !== null || (TOLD.test(match[0]) && !RUNS.test(match[0])))
      steps.push(stepOf(match[0], index + 1, match.index + 1));
  });
  return plainBuilds(steps.length === 0 ? [] : [{ name: '', variables: [], choices: [], steps }]);
}

function stepOf(text: string, line: number, column: number): BuildStep {
  const word = (written: string, from: number): Word => ({
    text: written.trim(),
    span: { start: { line, column: column + from }, end: { line, column: column + from + written.length } },
  });
  const name = /^\s*(\w+)/.exec(text)?.[1] ?? 'docker';
  const given = [...text.matchAll(DECIDES)].map((match) => ({
    ...word(match[0], match.index),
    text: asWords(match[0]),
  }));
  const tool = { ...word(text, 0), text: TILT.test(text) ? name : `${name} build` };
  return {
    name: tool.text,
    span: tool.span,
    environment: [],
    does: { kind: 'foreign', tool, given, tags: [] },
  };
}

/** `"--build-arg", "BASE=x"`: an option and its value, as a shell would have them. */
function asWords(written: string): string {
  return written.startsWith('-') ? written.replace(/["',\s]+/g, ' ') : written.trim();
}

export const engineLines: Format = {
  id: 'engine-lines',
  version: 3,
  covers:
    'Lines that have an engine build in files of just, Rake, Tilt, Vagrant, Mage, nox, invoke, fabric and doit: said to be not followed.',
  profileOf: (path) =>
    /(^|\/)(\.?justfile|Justfile|Rakefile|Tiltfile|Vagrantfile|noxfile\.py|tasks\.py|fabfile\.py|dodo\.py|magefile[^/]*\.go)$|\.just$/.test(
      path,
    )
      ? 'engine-lines'
      : null,
  mayMatter: (text) => /docker|podman|buildah|nerdctl|custom_build/.test(text),
  facts,
};
