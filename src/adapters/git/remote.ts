/**
 * `owner/name` from a remote's address: the last two parts of its path. Null for local folders and anything else.
 *
 * Understands `scheme://[user[:password]@]host/owner/name[.git]` and `[user@]host:owner/name[.git]`; nothing else of
 * the address, a password least of all, is given out.
 */
export function nameOfRemote(address: string): string | null {
  const path = address.includes('://') ? pathOfUrl(address) : pathOfScp(address);
  const parts =
    path
      ?.replace(/\/$/, '')
      .replace(/\.git$/, '')
      .split('/') ?? [];
  const [owner, name] = parts.slice(-2);
  return isName(owner) && isName(name) ? `${owner}/${name}` : null;
}

function pathOfUrl(address: string): string | null {
  const url = URL.parse(address);
  return url === null || url.protocol === 'file:' ? null : url.pathname.slice(1);
}

function pathOfScp(address: string): string | null {
  const colon = address.indexOf(':');
  const slash = address.indexOf('/');
  return colon > 0 && (slash < 0 || colon < slash) ? address.slice(colon + 1) : null;
}

function isName(part: string | undefined): boolean {
  return part !== undefined && /^[A-Za-z0-9._-]+$/.test(part) && !/^\.+$/.test(part);
}
