/** Of people, organisations and teams, as GitHub makes them; checked before it is lower-cased, which turns some other letters into ASCII. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/;

/** A login in the form that logins are compared in; null for what is none. Prow takes it with or without `@`. */
export function loginOf(text: string): string | null {
  const name = text.startsWith('@') ? text.slice(1) : text;
  return NAME.test(name) ? name.toLowerCase() : null;
}

/** `org/team` of `@org/team`; null for what is none. */
export function teamOf(text: string): string | null {
  const [organisation = '', team = '', ...rest] = text.startsWith('@') ? text.slice(1).split('/') : [];
  return rest.length === 0 && NAME.test(organisation) && NAME.test(team)
    ? `${organisation}/${team}`.toLowerCase()
    : null;
}
