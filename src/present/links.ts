import { encodePath, isPlainPath } from './escape.ts';

/** Where places of a repository are shown. */
export interface Links {
  /** `https://github.com/owner/name`, without a slash at the end. */
  readonly repositoryUrl: string;
  readonly headSha: string;
}

/** The address of a place at head; undefined where no page shows such a path. */
export function linkTo(
  links: Links | undefined,
  place: { readonly path: string; readonly line: number; readonly endLine?: number },
): string | undefined {
  if (links === undefined || !isPlainPath(place.path)) return undefined;
  const to = place.endLine !== undefined && place.endLine > place.line ? `-L${place.endLine}` : '';
  // `?plain=1` shows lines also of what GitHub would render (Markdown, notebooks).
  return `${links.repositoryUrl}/blob/${links.headSha}/${encodePath(place.path)}?plain=1#L${place.line}${to}`;
}
