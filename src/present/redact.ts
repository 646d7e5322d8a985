// Text of a private file may be read by more people on GitHub than in the repository, and logs are kept: what looks like a secret is
// never repeated. Each expression below holds one bounded or single repetition at a time, so that matching stays linear.

const MASK = '***';

const SECRETS: readonly RegExp[] = [
  /\bgh[opsur]_[\w.-]{16,600}/g,
  /\bgithub_pat_\w{16,255}/g,
  /\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{8,2000}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[abeprs]-[\w-]{10,255}/g,
  /\bnpm_\w{30,64}\b/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,8000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
];

/** `https://user:password@host`: everything between the slashes and the at sign. */
const USERINFO = /:\/\/[^\s/@"'`]{1,300}@/g;
/** `PASSWORD=…`, `token: …`: a name that says it is secret and its value. */
const NAMED =
  /((?:passw(?:or)?d|secret|token|api_?key|private_?key)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'`,;]{4,600}/gi;
/** A value that is only a reference to one: `$TOKEN`, `${{ secrets.TOKEN }}`, `<token>`. */
const REFERENCE = /^[$<{*]/;

/** The text with what looks like a credential masked. */
export function redact(text: string): string {
  let masked = text.replace(USERINFO, `://${MASK}@`);
  for (const secret of SECRETS) masked = masked.replace(secret, MASK);
  return masked.replace(NAMED, (whole: string, lead: string) =>
    REFERENCE.test(whole.slice(lead.length)) ? whole : lead + MASK,
  );
}
