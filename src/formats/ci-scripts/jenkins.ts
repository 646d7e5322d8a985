import { type BuildStep, type Fact, type Position, plainBuilds, type Word } from '../../domain/index.ts';
import { placeIn, readShell } from '../shell/index.ts';

/** `sh '…'`, `sh """…"""`, `sh(script: '…')`: the text that a shell gets. */
const SH = /\bsh\s*\(?\s*(?:script\s*:\s*)?("""|'''|"|')/g;
/** `docker.build('name', 'options')` of the pipeline's own plugin. */
const PLUGIN = /\bdocker\.build\s*\(\s*([^\n]{1,400})/g;
const LONGEST = 20_000;

/** Shell texts of a pipeline, each a step; what Groovy puts into them stays open. */
export function jenkinsFacts(text: string): readonly Fact[] {
  const place = placeIn(text);
  const steps = [...shellSteps(text, place), ...pluginSteps(text, place)];
  return plainBuilds(steps.length === 0 ? [] : [{ name: '', variables: [], choices: [], steps }]);
}

type Place = (offset: number) => Position;

function shellSteps(text: string, place: Place): readonly BuildStep[] {
  return [...text.matchAll(SH)].flatMap((match): readonly BuildStep[] => {
    const quote = match[1] ?? '';
    const from = match.index + match[0].length;
    const end = text.indexOf(quote, from);
    if (end < 0 || end - from > LONGEST) return [];
    const written = text.slice(from, end);
    const lines = written.split('\n');
    let offset = from;
    const places = lines.map((line) => {
      const at = place(offset);
      offset += line.length + 1;
      return at;
    });
    const script = readShell(written, (one) => place(from + one));
    const span = { start: place(match.index), end: place(end) };
    return [
      { name: 'sh', span, environment: [], does: { kind: 'script', script, text: written, lines: places } },
    ];
  });
}

/** A name alone is built of the Dockerfile at the root; options are the plugin's words. */
function pluginSteps(text: string, place: Place): readonly BuildStep[] {
  return [...text.matchAll(PLUGIN)].map((match): BuildStep => {
    const start = place(match.index);
    const written = (match[1] ?? '').trim();
    const span = { start, end: place(match.index + match[0].length) };
    const tool: Word = { text: 'docker.build', span };
    return {
      name: 'docker.build',
      span,
      environment: [],
      does: { kind: 'foreign', tool, given: [{ text: written, span }], tags: [] },
    };
  });
}
