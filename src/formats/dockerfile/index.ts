// Dockerfiles: text in, one fact of stages and instructions out, and what could not be read.
// In: a blob's text. Out: facts; and, in evaluate.ts, Docker's expansion of variables.
// Not here: which base an image ends on (resolve/), what is wrong with it (rules/).
import type { Format, Profile } from '../format.ts';
import { dockerfileFacts, TEMPLATE_PROFILE } from './facts.ts';

export { expand, globalScope } from './evaluate.ts';

const PLAIN_PROFILE = 'dockerfile';

/** Suffixes of files that a tool turns into a Dockerfile. */
const TEMPLATE_SUFFIX = /\.(in|tmpl|tpl|template|gotmpl|j2|jinja|jinja2|erb|m4|mustache|hbs)$/;

/** Files about Dockerfiles or programs that handle them, whose names look alike. */
const OTHER_SUFFIX =
  /\.(dockerignore|containerignore|md|markdown|rst|adoc|html?|pdf|go|py|pyc|sh|bash|zsh|bats|ps1|js|mjs|cjs|jsx|ts|tsx|rb|rs|java|kt|scala|groovy|c|cc|cpp|h|hpp|cs|php|pl|lua|swift|ex|exs|vim|el|json|jsonc|ya?ml|toml|xml|xsd|csv|ini|conf|cfg|lock|log|bzl|bazel|mk|orig|rej|patch|diff|sw[a-p]|sha256|sum|asc|sig|png|svg|jpe?g|gif|ico|gz|tgz|zip|tar|snap|ipynb|sublime-syntax|tmlanguage)$|~$/;

const USUAL_NAME = /^(dockerfile|containerfile)([._-].*)?$|[.](dockerfile|containerfile)$/;

function profileOf(path: string): Profile | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (!USUAL_NAME.test(name.replace(TEMPLATE_SUFFIX, '')) || OTHER_SUFFIX.test(name)) return null;
  return TEMPLATE_SUFFIX.test(name) ? TEMPLATE_PROFILE : PLAIN_PROFILE;
}

/** Dockerfiles and Containerfiles; any other file may be read under the profile `dockerfile` too. */
export const dockerfile: Format = {
  id: 'dockerfile',
  version: 4,
  covers:
    'Dockerfiles by any usual name: stages, arguments, commands in both forms, heredocs, mounts, copies. Not read: files for a frontend other than docker/dockerfile, and what the control flow of a template decides.',
  profileOf,
  mayMatter: () => true,
  facts: (text, profile) => dockerfileFacts(text, profile),
};
