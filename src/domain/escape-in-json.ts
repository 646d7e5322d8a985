/** Not seen, or acted upon by a CI log. Outside strings JSON has none of these, so that an escape is always in place. */
const ACTED_UPON =
  /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u{e0000}-\u{e0fff}]|\u034f|##(?=[a-zA-Z]*\[)/gu;

/**
 * JSON text with the characters that would not be seen, or would be acted upon, as escapes; the values stay the same. `escapeOf` gives the escape of
 * a code point where the text is not for readers of JSON alone.
 */
export function escapeInJson(json: string, escapeOf: (found: string) => string = jsonEscape): string {
  return json.replace(ACTED_UPON, (found) => (found === '##' ? `${escapeOf('#')}#` : escapeOf(found)));
}

/** A text in quotes as YAML reads it. JSON's quoted strings are YAML's; what is not seen is written as an escape. */
export function yamlQuoted(text: string): string {
  return escapeInJson(JSON.stringify(text), yamlEscape);
}

/** JSON has escapes of UTF-16 units. */
function jsonEscape(found: string): string {
  return Array.from({ length: found.length }, (_, at) => `\\u${hex(found.charCodeAt(at), 4)}`).join('');
}

/** YAML has escapes of code points, and most of its readers refuse surrogates. */
export function yamlEscape(found: string): string {
  const point = found.codePointAt(0) ?? 0;
  return point > 0xffff ? `\\U${hex(point, 8)}` : `\\u${hex(point, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
