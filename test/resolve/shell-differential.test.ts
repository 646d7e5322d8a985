// Generated scripts against bash itself: what they give to docker.
import { expect, it } from '@jest/globals';
import {
  compareWithReal,
  describeWithReal,
  type ProgramFiles,
  runInFolders,
} from '../support/differential.ts';
import fc from '../support/fast-check.ts';
import { type Call, dockerCalls } from './shell-reading.ts';

// ---- both sides ----------------------------------------------------------------------------------------

const FAILED = '\u00a4';
const CALL = '\u00a7';
const WORD = '\u00b6';

/** The words of each call of docker, as bash makes them. */
function callsByBash(programs: readonly ProgramFiles[]): readonly (string | null)[] {
  const stub = `docker() { printf '%s${WORD}' "$@"; printf '${CALL}'; } >&3; export -f docker; exec 3>&1\n`;
  return runInFolders(
    programs,
    (folders) =>
      stub +
      folders
        .map(
          (folder) =>
            `printf '${FAILED}'; cd ${folder}; bash build.sh >/dev/null 2>errors </dev/null; [ -s errors ] && printf refused\n`,
        )
        .join(''),
    FAILED,
  ).map((said) => (said.endsWith('refused') ? null : said));
}

function escaped(plain: string): string {
  return plain.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** True where the words can be these; what is open can be anything. */
function canBe(call: Call, words: readonly string[]): boolean {
  const isSplit = call.words.some(({ pieces }) => pieces.some(({ open }) => open !== undefined));
  const pattern = call.words
    .map(({ pieces }) => pieces.map(({ text, open }) => (open === undefined ? escaped(text) : '.*')).join(''))
    .join(isSplit ? `(?:${WORD})?` : WORD);
  return new RegExp(`^${pattern}$`, 's').test(words.join(WORD));
}

let sure = 0;

function agree(files: ProgramFiles, said: string): void {
  const real = said
    .split(CALL)
    .slice(0, -1)
    .map((call) => call.split(WORD).slice(0, -1));
  const ours = dockerCalls(files);
  if (ours.every(({ isSure }) => isSure)) {
    sure++;
    expect(ours.map(({ words }) => words.map(({ text }) => text))).toEqual(real);
    return;
  }
  const missing = real.filter((words) => !ours.some((call) => canBe(call, words)));
  const shown = ours.map(({ words }) => words.map((word) => `[${word.text}]`).join(' ')).join('\n');
  const lines = missing.map((words) => words.map((word) => `[${word}]`).join(' '));
  expect(`${lines.join('\n')} by bash alone\n${shown}`).toBe(` by bash alone\n${shown}`);
}

// ---- scripts -------------------------------------------------------------------------------------------

const NAMES = ['a', 'b', 'c', 'd'] as const;
const name = fc.constantFrom(...NAMES);
const TEXTS = ['alpine', 'k8s.gcr.io/base-amd64:v1.0', 'v1.2', 'x-y', 'debian:12', 'q/r/s', 'n'];
const text = fc.constantFrom(...TEXTS);
const patterns = fc.constantFrom('*/', ':*', '*-', '-*', '.', 'a', '/', 'v1', '?', '*', 'b*e', '[0-9]', '%');

/** What may stand inside double quotes. */
function inQuotes(depth: number): fc.Arbitrary<string> {
  const plain = [text, name.map((n) => `$${n}`), name.map((n) => `\${${n}}`)];
  if (depth === 0) return fc.oneof(...plain);
  const inner = inQuotes(depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...plain) },
    {
      weight: 2,
      arbitrary: fc.tuple(inner, fc.constantFrom('-', '/', ':', '.'), inner).map((parts) => parts.join('')),
    },
    fc.tuple(name, fc.constantFrom(':-', '-', ':+', '+'), inner).map(([n, o, i]) => `\${${n}${o}${i}}`),
    fc.tuple(fc.constantFrom(':-', '-', ':+', '+'), inner).map(([o, i]) => `\${UNSET${o}${i}}`),
    fc.tuple(name, fc.constantFrom('#', '##', '%', '%%'), patterns).map(([n, o, p]) => `\${${n}${o}${p}}`),
    fc
      .tuple(name, fc.constantFrom('/', '//', '/#', '/%'), patterns, text)
      .map(([n, o, p, t]) => `\${${n}${o}${p}/${t.replaceAll('/', '')}}`),
    fc
      .tuple(name, fc.constantFrom('^', '^^', ',', ',,', ':1', ':2:3', ': -2', ':0:1', ':1:-1'))
      .map(([n, o]) => `\${${n}${o}}`),
    fc.constantFrom(
      '${R[0]}',
      '${R[1]}',
      '${R[-1]}',
      '${R[*]}',
      '${#R[@]}',
      '${M[k]}',
      '${M[l]:-none}',
      '${R[7]:-none}',
      '${#a}',
      '${GIVEN:=given}',
      '$((1 + 2))',
      '$#',
      '${1:-none}',
    ),
    fc.constantFrom(
      '$(echo "$a")',
      '$(echo -n $b; echo "$c")',
      '$(printf \'%s/%s:%s\' x "$a" y)',
      '$(say "$b" "$c")',
      '$(say $a)',
      '$(early "$a")',
      '`echo $d`',
      '$(basename "$a")',
      '$(dirname "$b")',
      '$(if [[ $a == v1.2 ]]; then echo yes; else echo no; fi)',
    ),
    fc.tuple(name, inner).map(([n, i]) => `$(${n}="${i}"; echo "$${n}")`),
  );
}

const quoted = inQuotes(2);
/** One word. */
const value = fc.oneof(
  { weight: 3, arbitrary: quoted.map((inner) => `"${inner}"`) },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: text.map((t) => `'$a ${t}'`) },
  { weight: 1, arbitrary: fc.tuple(name, text).map(([n, t]) => `\${${n}}${t}`) },
  { weight: 1, arbitrary: fc.tuple(text, quoted).map(([t, q]) => `${t}"${q}"`) },
);
/** One word or several. */
const words = fc.oneof(
  { weight: 4, arbitrary: value },
  fc.constantFrom(
    '"${R[@]}"',
    '${R[@]}',
    '$LIST',
    '"$@"',
    '"${R[@]:1}"',
    '"${R[@]/#/p-}"',
    '"${R[@]%:*}"',
    '"${EMPTY[@]}"',
    'x{1,2}',
    '$EMPTY',
  ),
  name.map((n) => `$${n}`),
);
const docker = fc.array(words, { maxLength: 3 }).map((list) => `docker build ${list.join(' ')} .`);

const test = fc.oneof(
  fc
    .tuple(
      quoted,
      fc.constantFrom('==', '=', '!='),
      fc.oneof(
        text,
        name.map((n) => `"$${n}"`),
        fc.constantFrom('*a*', 'v?.*', '*:*', '"*"', 'k8s*', '@(alpine|n)'),
      ),
    )
    .map(([q, o, p]) => `[[ "${q}" ${o} ${p} ]]`),
  fc.tuple(quoted, fc.constantFrom('=', '!='), value).map(([q, o, v]) => `[ "${q}" ${o} ${v} ]`),
  fc.tuple(fc.constantFrom('-n', '-z'), quoted).map(([o, q]) => `[[ ${o} "${q}" ]]`),
  fc.tuple(fc.constantFrom('-n', '-z'), quoted).map(([o, q]) => `test ${o} "${q}"`),
  fc
    .tuple(name, text, fc.constantFrom('&&', '||'), name, text)
    .map(([n, t, o, m, u]) => `[[ $${n} == ${t} ${o} ! ( $${m} != ${u} ) ]]`),
  fc.constantFrom('true', 'false', '! true'),
  // Open questions, each another one: what is asked twice in the same words gets one answer.
  fc
    .tuple(fc.constantFrom('', '! '), name, fc.nat())
    .map(([not, n, which]) => `${not}is_alpine "$${n}" ${which}`),
  fc.tuple(name, fc.nat()).map(([n, which]) => `[[ ${which}$${n} =~ v[0-9] ]]`),
  fc.nat().map((which) => `(( ${which} > 9 ))`),
);

const assignment = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(name, value).map(([n, v]) => `${n}=${v}`) },
  fc.tuple(name, value).map(([n, v]) => `${n}+=${v}`),
  fc
    .tuple(fc.constantFrom('export', 'readonly X1; declare', 'declare -g', 'typeset'), name, value)
    .map(([k, n, v]) => `${k} ${n}=${v}`),
  fc.array(words, { minLength: 1, maxLength: 3 }).map((list) => `R=(${list.join(' ')} last)`),
  words.map((w) => `R+=(${w})`),
  value.map((v) => `R[1]=${v}`),
  fc.tuple(fc.constantFrom('k', 'l'), value).map(([k, v]) => `M[${k}]=${v}`),
  fc.tuple(name, quoted).map(([n, q]) => `${n}=$(cat <<EOT\n${q}\nEOT\n)`),
  fc.tuple(name, name, quoted).map(([n, m, q]) => `read -r ${n} ${m} <<< "${q} $LIST"`),
  name.map((n) => `ref=${n}; d=\${!ref}`),
  fc.tuple(name, value).map(([n, v]) => `printf -v ${n} '%s.%s' ${v} z`),
  fc.tuple(name, name, quoted).map(([n, m, q]) => `IFS=: read -r ${n} ${m} <<< "${q}"`),
  fc.tuple(value, value).map(([v, w]) => `set -- ${v} ${w} more`),
  fc.constant('set -- "$@" more; shift'),
  fc.constantFrom(
    'set_b "$a"',
    'set_b x "$c"',
    'LIST="$a $b"',
    'eval "c=\\$a"',
    'source ./lib.sh',
    '. lib.sh',
    'unset c; c=${c-gone}',
  ),
);

function statement(depth: number): fc.Arbitrary<string> {
  const simple = fc.oneof({ weight: 3, arbitrary: assignment }, { weight: 2, arbitrary: docker });
  if (depth === 0) return simple;
  const body = fc.array(statement(depth - 1), { minLength: 1, maxLength: 2 }).map((list) => list.join('\n'));
  return fc.oneof(
    { weight: 5, arbitrary: simple },
    fc.tuple(test, body, body).map(([t, x, y]) => `if ${t}; then\n${x}\nelse\n${y}\nfi`),
    fc.tuple(test, body, test, body).map(([t, x, u, y]) => `if ${t}; then\n${x}\nelif ${u}; then\n${y}\nfi`),
    fc
      .tuple(quoted, text, body, fc.constantFrom('*:*', 'v*', '"$a"', 'k8s*|n'), body, body)
      .map(([q, t, x, p, y, z]) => `case "${q}" in\n${t}|other) ${x} ;;\n${p})\n${y}\n;;\n*) ${z} ;;\nesac`),
    fc
      .tuple(name, fc.array(words, { minLength: 1, maxLength: 2 }), body)
      .map(([n, list, x]) => `for ${n} in ${list.join(' ')}; do\n${x}\ndone`),
    fc.tuple(test, simple, simple).map(([t, x, y]) => `${t} && { ${x}\n} || { ${y}\n}`),
    fc.tuple(test, simple).map(([t, x]) => `${t} || { ${x}\n}`),
    body.map((x) => `(\n${x}\n)`),
    fc
      // Behind what may have been left, a script is told as if it was not.
      .tuple(name, fc.constantFrom('break', 'continue'), fc.constantFrom('one', 't*', 'four'), body)
      .map(([n, how, t, x]) => `for ${n} in one two three; do\n[[ $${n} == ${t} ]] && ${how}\n${x}\ndone`),
    fc
      .tuple(name, fc.constantFrom('first of all', '$LIST', 'a:b'), body)
      .map(([n, q, x]) => `while read -r ${n}; do\n${x}\ndone <<EOT\n${q}\nsecond\nEOT`),
    body.map((x) => `{\n${x}\n}`),
    fc.tuple(value, value).map(([v, w]) => `build ${v} ${w}`),
    fc.tuple(name, value, value).map(([n, v, w]) => `${n}=${v} build ${w}`),
  );
}

const HEAD = `a=alpine b=debian:12 c=v1.2 d=
R=(one two:2 three)
EMPTY=()
LIST='l1 l2'
set -- p1 p2 p3 p4 p5 p6 p7 p8 p9
declare -A M=([k]=kay)
say() { echo "<$1>\${2:+ $2}"; }
early() { if [[ $1 == alpine ]]; then echo early; return; fi; echo "$1"; }
is_alpine() { [[ $1 == alpine* ]]; }
set_b() { local c=$1; b="\${2:-none}-$c"; }
build() { local b="$1" t; t=\${2-two}; docker build -t "$b" "$t" "$a"; }
`;

const scripts: fc.Arbitrary<ProgramFiles> = fc
  .tuple(fc.array(statement(2), { minLength: 1, maxLength: 4 }), assignment)
  .map(([list, inside]) => ({
    'build.sh': `${HEAD}${list.join('\n')}\nbuild last\ndocker build -t "$a" "$b" "$c" "$d" "\${R[@]}" .\n`,
    'lib.sh': `${inside.includes('lib.sh') ? 'b=lib' : inside}\n`,
  }));

describeWithReal('bash', 'I21: generated scripts', () => {
  it('give docker what bash gives it', () => {
    const compared = compareWithReal({ programs: scripts, runs: 250, real: callsByBash, agree });
    expect(compared).toBeGreaterThan(200);
    // Where nothing is open, there is one way, and it is bash's.
    expect(sure).toBeGreaterThan(130);
  });
});
