import { createPrivateKey } from 'node:crypto';

const FEWEST_BITS = 2048;

/**
 * An RSA key as PEM: as GitHub gives it, with `\n` for its line breaks, or all of it in base64, as Probot takes it.
 * `because` is a clause that never holds the key.
 */
export function readPrivateKey(text: string): { readonly pem: string } | { readonly because: string } {
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : text;
  const pem = withLineBreaks(decoded.replaceAll('\\n', '\n').trim());
  if (!pem.includes('-----BEGIN ')) return { because: 'is not a private key in PEM form' };
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'rsa') return { because: 'is not an RSA key' };
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < FEWEST_BITS)
      return { because: `has ${bits} bits; GitHub's keys have at least ${FEWEST_BITS}` };
    return { pem: String(key.export({ type: 'pkcs8', format: 'pem' })) };
  } catch {
    return { because: 'holds no private key that can be read: copy the whole .pem file' };
  }
}

/** Some shells hand a key over in one line. */
function withLineBreaks(pem: string): string {
  if (pem.includes('\n')) return pem;
  const found = /^(-----BEGIN [A-Z ]{1,40}-----)\s*([A-Za-z0-9+/= ]+?)\s*(-----END [A-Z ]{1,40}-----)$/.exec(
    pem,
  );
  if (found === null) return pem;
  const [, begin, body = '', end] = found;
  return `${begin}\n${body.replaceAll(' ', '\n')}\n${end}`;
}
