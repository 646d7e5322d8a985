// Signs, in the bare text of a script, that it builds, names, publishes or runs images.
// In: text. Out: yes or no, in time linear in the text; rather yes where a command cannot be told from other text.
// Not here: what a command does.

/** Words that an engine is called by; a name that only holds one (`docker.log`, `run-in-docker`) is none. */
const ENGINE =
  /(?<![\w.])(?<!(?<!:|\{\w{1,60})-)(?:docker|docker-buildx|docker-compose|podman|nerdctl|finch|buildah|buildx|img)(?![\w.:/-]|=)/g;
const VERB =
  /(?<=[\s"'(])(?:build|buildx|bud|bake|push|run|tag|commit|create|import|load|save|compose)(?=[\s"'\\);]|$)/;
/** What follows at once: a verb, which in a list stands on a line of its own, or what somebody gives. */
const NEXT = /^["')}]*\s+["']?\$|^["')}]*\s+["']?(?:build|buildx|bud|push|run|tag)["']?\s*\n|^["')}]*[ \t]+`/;
/** What an engine's name stands in where it is kept for later: a value, a default, an element of a list. */
const KEPT = /(?:=\(?\s*|:?[-=]\s*|\bin\s+|[("']\s*)["']?$/;
/** A command that is a variable, and does what engines do. */
const BY_VARIABLE =
  /(?:^|[;&|(`!]|\b(?:sudo|then|do|else|exec|if|time|env|while|until))[ \t]*["']?\$\{?[A-Za-z_]\w*(?:\[[@*]\])?[^\s"'}]{0,80}\}?["']?[\s\\]{1,80}(?:(?:-\S{1,80}|["']?\$\S{1,80})[\s\\]{1,80}){0,6}["']?(?:build|buildx|bud|push|tag|run)\b/m;
/** A variable that is named after an engine, which somebody else sets. */
const NAMED_ENGINE = /\$\{?\w{0,40}(?:DOCKER|CONTAINER|ENGINE|OCI|PODMAN)\w{0,40}/;
const KO =
  /(?:\bko|_ko|\$\{?KO\w{0,20}\}?["']?)(?:@[\w.-]{1,64})?[\s\\]{1,200}(?:build|publish|resolve|apply|create)\b/;
const KANIKO = /kaniko|\/executor\b/;
/** Other programs that make images. */
const OTHERS =
  /(?<![\w.-])(?:buildctl(?:-daemonless\.sh)?|earthly|depot)[ \t\\]|(?<![\w.-])gcloud[ \t][^\n]{0,80}\bbuilds[ \t]+submit\b|(?<![\w.-])(?:az[ \t]+acr|minikube[ \t]+(?:-\S{1,80}[ \t]+){0,4}image|pack|s2i|skaffold)[ \t]+build\b|(?<![\w.-])crane[ \t]+(?:append|mutate|rebase)\b|[ \t]--build-args?[ =]/;
/** A make that is told what to build, or with which values. */
const MAKE =
  /(?:^|[\s;&|({"'`])(?:g?make|\$\{?MAKE\}?)[ \t]+[^\n]{0,200}(?:image|docker|container|push|release|build|\w=)/;
/** Another script that by its name builds or publishes images. */
const SCRIPT =
  /(?:build|push|publish|release)[\w-]{0,60}(?:docker|image|container)[\w-]{0,60}\.(?:sh|bash)\b|(?:docker|image|container)s?[_-](?:build|push|publish|release)[\w-]{0,60}\.(?:sh|bash)\b/;
/** A library that by its name builds or publishes: what this script calls of it is not seen in its own text. */
const LIBRARY =
  /^[ \t]*(?:source|\.)[ \t][^\n]{0,200}(?:build|release|publish|image|docker|container)[^\n]{0,80}\.(?:sh|bash)\b/m;

/** Another make, script or library that may be given what this one knows. */
const HANDS_ON =
  /(?:^|[\s;&|({"'`])(?:g?make|\$\{?MAKE\}?)(?=[\s;&|)]|$)|\.(?:sh|bash)\b["']?(?:[ \t;&|)]|$)|^[ \t]*(?:source|\.)[ \t]/m;
/** An image by registry, or by name and a tag as tags are written. */
const REFERENCE =
  /(?<![\w./:@$}-])(?:[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}(?::\d{1,5})?\/[a-z0-9][\w./-]{0,200}|[a-z][a-z0-9_./-]{1,200}):(?:v?\d[\w.-]{0,60}|latest|nonroot|debug|stable|edge)(?=["'\s;)}]|$)|(?<![\w./:@$}-])(?:gcr|ghcr|quay|docker|registry)\.[a-z0-9.-]{2,60}\/[a-z0-9]/m;

/** What stands behind an engine's name up to the end of its logical line, at most. */
const LONGEST_COMMAND = 400;

/** True for a script that may build, name, publish or run an image, itself or through make. */
export function startsBuilds(text: string): boolean {
  if (KO.test(text) || KANIKO.test(text) || OTHERS.test(text)) return true;
  const code = withoutComments(text);
  const isEngine = startsEngine(code);
  if (isEngine === 'yes') return true;
  if ((isEngine === 'kept' || NAMED_ENGINE.test(code)) && isToldByVariable(code)) return true;
  if ((isEngine !== 'no' && MAKE.test(code)) || SCRIPT.test(code) || LIBRARY.test(code)) return true;
  return HANDS_ON.test(code) && REFERENCE.test(code);
}

const STARTS_OTHERS = /(?:^|[\s;&|({"'`])g?make\b|\$\{?MAKE\b|\.(?:sh|bash)\b|Dockerfile/;
const SOURCES = /^[ \t]*(?:source|\.)[ \t].*$/gm;

/** True for a text that may build, start a make or a script that may, or make a definition. What it sources counts by itself. */
export function mayStartBuilds(text: string): boolean {
  return startsBuilds(text) || STARTS_OTHERS.test(withoutComments(text).replace(SOURCES, ''));
}

/** A line that starts a make or another script; prose and other programs name them within a line. */
const STARTING_LINE =
  /^[ \t]*(?:(?:exec|sudo|env|time|then|do|else|if|!|\w{1,64}=\S{0,200})[ \t]{1,8}){0,8}(?:g?make|\$\{?MAKE\}?|source|\.|(?:ba|da)?sh|\S{0,200}\.(?:sh|bash))(?=[ \t;&|]|$)/m;

/** True for a text that may be a script which builds: unlike `mayStartBuilds`, a make or script that prose names within a line counts for nothing. */
export function isBuildScript(text: string): boolean {
  return startsBuilds(text) || STARTING_LINE.test(text) || text.includes('Dockerfile');
}

/** Whether an engine is told to do something, is only named, or is kept in a variable. */
function startsEngine(code: string): 'yes' | 'kept' | 'named' | 'no' {
  let found: 'kept' | 'named' | 'no' = 'no';
  for (const match of code.matchAll(ENGINE)) {
    const behind = code.slice(match.index + match[0].length, match.index + match[0].length + LONGEST_COMMAND);
    if (VERB.test(logicalLine(behind)) || NEXT.test(behind)) return 'yes';
    const before = code.slice(Math.max(0, match.index - 40), match.index);
    if (KEPT.test(before)) found = 'kept';
    else if (found === 'no') found = 'named';
  }
  return found;
}

const ENGINE_VALUE =
  /(?:^|[\s;&|(])([A-Za-z_]\w{0,60})\+?=\(?[^\n]{0,120}\b(?:docker|podman|nerdctl|finch|buildah|buildx|img)\b/g;
const ENGINE_NAME = /\$\{?(\w{0,40}(?:DOCKER|CONTAINER|ENGINE|OCI|PODMAN)\w{0,40})/g;
const MOST_NAMES = 32;

/** True where a variable that holds an engine, or is named after one, stands in front of a verb, or grows by one. */
function isToldByVariable(code: string): boolean {
  if (BY_VARIABLE.test(code)) return true;
  const names = new Set(
    [ENGINE_VALUE, ENGINE_NAME].flatMap((one) => [...code.matchAll(one)].map((match) => match[1] ?? '')),
  );
  const one = `(?:${[...names].slice(0, MOST_NAMES).join('|')})`;
  const options = '(?:(?:-\\S{1,80}|["\']?\\$\\S{1,80})[ \\t]{1,80}){0,6}';
  const verb = '["\']?(?:build|buildx|bud|push|tag|run)\\b';
  const used = `\\$\\{?${one}\\b(?:\\[[@*]\\])?(?::?[-=+?][^\\n}]{0,80})?\\}?["']?[ \\t]{1,80}${options}${verb}`;
  const grown = `\\b${one}\\+?=[^\\n]{0,200}(?<=[\\s"'(])(?:build|buildx|bud|push)\\b`;
  return names.size > 0 && new RegExp(`${used}|${grown}`).test(code);
}

/** Text up to the first line end that no backslash takes away. */
function logicalLine(text: string): string {
  return /^(?:[^\n\\]|\\[\s\S])*/.exec(text)?.[0] ?? text;
}

/** Lines that are comments as a whole say nothing; what follows a `#` in a line may be text. */
function withoutComments(text: string): string {
  return text.includes('#') ? text.replace(/^[ \t]*#(?!!).*$/gm, '') : text;
}
