/** Outside strings JSON has none of these, so that an escape is always in place. */
const ACTED_UPON = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|##(?=[a-z]*\[)/gi;

/** JSON text with the characters that would not be seen, or would be acted upon, as escapes; the values stay the same. */
export function escapeInJson(json: string): string {
  return json.replace(
    ACTED_UPON,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}${found.slice(1)}`,
  );
}
