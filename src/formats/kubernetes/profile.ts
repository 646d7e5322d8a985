import type { Profile } from '../format.ts';

/** Endings that are put behind a manifest's own ending when a tool fills it in: `x.yaml.in`. */
const TEMPLATE_ENDINGS: ReadonlySet<string> = new Set([
  'in',
  'tpl',
  'tmpl',
  'template',
  'gotmpl',
  'j2',
  'jinja',
  'jinja2',
  'erb',
  'base',
  'sed',
  'example',
  'sample',
  'dist',
  'txt',
]);

const MANIFEST_ENDINGS: ReadonlySet<string> = new Set(['yaml', 'yml', 'json', 'manifest']);

/** Endings that may belong to anything: they count where nothing says that the file is something else. */
const OPEN_ENDINGS: ReadonlySet<string> = new Set(['template', 'tmpl', 'gotmpl', 'jinja', 'jinja2', 'j2']);

/** Endings of other languages in front of an open ending: `x.go.tmpl` is no manifest. */
const OTHER_LANGUAGES: ReadonlySet<string> = new Set(
  'go md html htm sh bash py rb js ts css xml toml conf cfg ini service dockerfile mk c h java sql proto'.split(
    ' ',
  ),
);

/**
 * What a path says about its content: `helm-template` below `templates/`, `template` where a tool fills it in, else what
 * the place says (`workflow`, `compose`, `cloudbuild`) or `manifest`; null where the name is no manifest's.
 */
export function profileOf(path: string): Profile | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const parts = name.split('.');
  const last = parts.at(-1) ?? '';
  const before = parts.length > 2 || (parts.length === 2 && parts[0] === '') ? (parts.at(-2) ?? '') : '';
  const inTemplates = /(^|\/)templates\//.test(path);
  if (MANIFEST_ENDINGS.has(last) && parts.length > 1)
    return inTemplates ? 'helm-template' : placeOf(path, name);
  if (TEMPLATE_ENDINGS.has(last) && MANIFEST_ENDINGS.has(parts.length > 2 ? (parts.at(-2) ?? '') : '')) {
    return inTemplates ? 'helm-template' : 'template';
  }
  if (inTemplates && last === 'tpl') return 'helm-template';
  if (!OPEN_ENDINGS.has(last) || parts.length < 2) return null;
  if (OTHER_LANGUAGES.has(before) || parts[0] === 'dockerfile') return null;
  return 'template';
}

function placeOf(path: string, name: string): Profile {
  if (/(^|\/)\.github\/workflows\/[^/]*$/.test(path)) return 'workflow';
  if (/^(docker-)?compose(\.[^/]*)?\.ya?ml$/.test(name)) return 'compose';
  if (/^cloudbuild[^/]*\.(ya?ml|json)$/.test(name)) return 'cloudbuild';
  return 'manifest';
}

/** True where a tool fills the text in, so that it may lack what another file brings. */
export function isTemplate(profile: Profile): boolean {
  return profile === 'template' || profile === 'helm-template';
}
