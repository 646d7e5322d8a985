// How much of a secret has to be guessed. Not a measure of randomness: it finds the secrets that people make up.

/** So many characters of a secret have to follow from nothing before them, nor from what everybody knows. */
const FEWEST_UNPREDICTABLE = 11;
/** What comes behind adds nothing to the answer. */
const LOOKED_AT = 256;
const SHORTEST_MATCH = 3;

/** Words that stand in examples, in settings nobody changed, and on every list of passwords; rows and diagonals of a keyboard. */
const KNOWN = [
  'password passphrase passwort passwd credential username changeme changeit replaceme replace change insert placeholder',
  'secret secure supersecret topsecret private webhook github gitlab plinth probot hook token bearer apikey key',
  'development develop production staging testing test local localhost default example sample dummy demo admin administrator root',
  'your this that here please with some very long super enough random string value text must should not only',
  'letmein welcome iloveyou monkey dragon master sunshine princess football baseball hunter shadow trustno1 whatever',
  'correcthorsebatterystaple foobarbaz foo bar baz qux lorem ipsum hello world deadbeef cafebabe',
  '01234567890 09876543210 qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm yxcvbnm poiuytrewq lkjhgfdsa mnbvcxz',
  '1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik qazwsxedcrfvtgbyhnujmik',
].map(folded);

/**
 * Whether a secret is made of few parts: repetitions, sequences, well-known words. Random text of 20 characters is not, whatever its
 * alphabet, nor is a phrase of several uncommon words.
 */
export function isGuessable(secret: string): boolean {
  const text = folded(secret.slice(0, LOOKED_AT)).replaceAll(/[\s\-_.,:;/<>]/g, '');
  let unpredictable = 0;
  for (let at = 0; at < text.length; ) {
    const known = longestKnown(text, at);
    if (known === 0 && isNext(text, at)) at += 1;
    else {
      unpredictable += 1;
      at += Math.max(1, known);
    }
  }
  return unpredictable < FEWEST_UNPREDICTABLE;
}

/** Letters alike: case, and the digits and signs that people put for letters. */
function folded(text: string): string {
  const alike: Readonly<Record<string, string>> = {
    '0': 'o',
    '1': 'i',
    l: 'i',
    '!': 'i',
    '3': 'e',
    '4': 'a',
    '@': 'a',
    '5': 's',
    $: 's',
    '7': 't',
  };
  return text.toLowerCase().replaceAll(/[01l!34@5$7]/g, (sign) => alike[sign] ?? sign);
}

/** The length of what stands here and was said before, or is known to everybody; 0 below three characters. */
function longestKnown(text: string, at: number): number {
  let length = 0;
  const isKnown = (part: string) =>
    text.slice(0, at + part.length - 1).includes(part) || KNOWN.some((words) => words.includes(part));
  for (let next = SHORTEST_MATCH; at + next <= text.length; next++) {
    if (!isKnown(text.slice(at, at + next))) break;
    length = next;
  }
  return length;
}

/** The same sign again, or its neighbour, for the third time or more: `aaaa`, `4321`, `aabbcc`. */
function isNext(text: string, at: number): boolean {
  return isNeighbour(text, at) && isNeighbour(text, at - 1);
}

function isNeighbour(text: string, at: number): boolean {
  return at > 0 && Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) <= 1;
}
