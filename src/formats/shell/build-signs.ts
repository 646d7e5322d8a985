// Signs, in the bare text of a script, that it builds, names, publishes or runs images.
// In: text. Out: yes or no, in time linear in the text; rather yes where a command cannot be told from other text.
// Not here: what a command does.

/** Words that an engine is called by; a name that only holds one (`docker.log`, `run-in-docker`) is none. */
const ENGINE = /(?<![\w.])(?<!(?<!:|\{\w{1,60})-)(?:docker|podman|nerdctl|buildah|buildx|img)(?![\w.:/-]|=)/g;
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
const KO = /\bko(?:@[\w.-]{1,64})?[\s\\]{1,200}(?:build|publish|resolve|apply|create)\b/;
const KANIKO = /kaniko|\/executor\b/;
/** A make that is told what to build, or with which values. */
const MAKE =
  /(?:^|[\s;&|({"'`])(?:g?make|\$\{?MAKE\}?)[ \t]+[^\n]{0,200}(?:image|docker|container|push|release|build|\w=)/;
/** Another script that by its name builds or publishes images. */
const SCRIPT =
  /(?:build|push|publish|release)[\w-]{0,60}(?:docker|image|container)[\w-]{0,60}\.(?:sh|bash)\b|(?:docker|image|container)s?[_-](?:build|push|publish|release)[\w-]{0,60}\.(?:sh|bash)\b/;

/** What stands behind an engine's name up to the end of its logical line, at most. */
const LONGEST_COMMAND = 400;

/** True for a script that may build, name, publish or run an image, itself or through make. */
export function startsBuilds(text: string): boolean {
  if (KO.test(text) || KANIKO.test(text)) return true;
  const code = withoutComments(text);
  const isEngine = startsEngine(code);
  if (isEngine === 'yes') return true;
  if ((isEngine === 'kept' || NAMED_ENGINE.test(code)) && BY_VARIABLE.test(code)) return true;
  return (isEngine !== 'no' && MAKE.test(code)) || SCRIPT.test(code);
}

const STARTS_OTHERS = /(?:^|[\s;&|({"'`])g?make\b|\$\{?MAKE\b|\.(?:sh|bash)\b|Dockerfile/;
const SOURCES = /^[ \t]*(?:source|\.)[ \t].*$/gm;

/** True for a text that may build, start a make or a script that may, or make a definition. What it sources counts by itself. */
export function mayStartBuilds(text: string): boolean {
  return startsBuilds(text) || STARTS_OTHERS.test(withoutComments(text).replace(SOURCES, ''));
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

/** Text up to the first line end that no backslash takes away. */
function logicalLine(text: string): string {
  return /^(?:[^\n\\]|\\[\s\S])*/.exec(text)?.[0] ?? text;
}

/** Lines that are comments as a whole say nothing; what follows a `#` in a line may be text. */
function withoutComments(text: string): string {
  return text.includes('#') ? text.replace(/^[ \t]*#(?!!).*$/gm, '') : text;
}
