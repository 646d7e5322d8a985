import { createHmac, timingSafeEqual } from 'node:crypto';

const FORM = /^sha256=[0-9a-f]{64}$/i;

/** Whether a header can be a signature at all: looked at before a body is read. */
export function isSignature(header: string | undefined): header is string {
  return header !== undefined && header.length === 71 && FORM.test(header);
}

/**
 * Whether one of the secrets made the signature of these bytes. Both sides have the same length by `isSignature`, and are
 * compared in constant time; every secret is tried, whichever fits.
 *
 * On the raw bytes: @octokit/webhooks-methods takes text only, and text of 25 MB costs twice that.
 */
export function isSignedBy(secrets: readonly string[], body: Uint8Array, signature: string): boolean {
  const given = Buffer.from(signature.slice('sha256='.length), 'hex');
  let fits = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(body).digest();
    if (timingSafeEqual(given, expected)) fits = true;
  }
  return fits;
}
