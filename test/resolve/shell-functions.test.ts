import { describe, expect, it } from '@jest/globals';
import { dockerCalls } from './shell-reading.ts';

/** Each call as one line, its words in brackets. */
function calls(script: string, library = ''): readonly string[] {
  return dockerCalls({ 'build.sh': script, 'lib.sh': library }).map(({ words }) =>
    words.map(({ text }) => `[${text}]`).join(''),
  );
}

/** Scripts with all of their calls, in order. */
function lessons(
  rows: readonly (readonly [lesson: string, script: string, wanted: readonly string[]])[],
): void {
  it.each(rows)('%s', (_, script, wanted) => {
    expect(calls(script)).toEqual(wanted);
  });
}

/** Decision 0003, 27: a function that changes nothing is not followed; each that changes something is. */
describe('what a function leaves behind is known where it', () => {
  it.each<[lesson: string, script: string, wanted: string]>([
    ['sets a variable', 'f() { b=$1; }\nf x; docker "$b"', '[x]'],
    ["sets its caller's own variable", 'f() { b=x; }\ng() { local b; f; docker "$b"; }\ng', '[x]'],
    ['sets one through a function that it calls', 'f() { b=x; }\ng() { local c; f; }\ng; docker "$b"', '[x]'],
    ['loops over a variable', 'f() { for b in x y; do :; done; }\nf; docker "$b"', '[y]'],
    [
      'loops over one that is read in a loop before',
      'f() { for b in x; do :; done; }\nfor b in 1; do :; done; f; docker "$b"',
      '[x]',
    ],
    ['sets one that is only read by its name', 'f() { b=x; }\nn=b; f; docker "${!n}"', '[x]'],
    ['sets one that text reads which is run', 'f() { b=x; }\nf; eval \'docker "$b"\'', '[x]'],
    ['sets one in a default', 'f() { : "${b:=x}"; }\nf; docker "$b"', '[x]'],
    ['reads a variable', 'f() { read -r b <<< x; }\nf; docker "$b"', '[x]'],
    ['prints into a variable', 'f() { printf -v b %s x; }\nf; docker "$b"', '[x]'],
    ['sets one behind a declaration of another', 'f() { local c=1; b=x; }\nf; docker "$b"', '[x]'],
    ['sets one before it declares it', 'f() { b=x; local b=y; }\nf; docker "$b"', '[x]'],
    ['prints what is kept', 'f() { local b=x; echo "$b"; }\ndocker "$(f)"', '[x]'],
    ['says so under a test', 'f() { [[ -z $1 ]] || b=x; }\nf 1; docker "$b"', '[x]'],
    ['runs what it is given', 'f() { "$@"; }\nf docker x', '[x]'],
    ['sets what a later function looks at', 'f() { b=x; }\nf\ng() { docker "${b:-y}"; }\ng', '[x]'],
    ['sets what another is told', 'f() { local -n r=$1; r=x; }\nb=x; f b; docker "$b"', '[x]'],
    [
      'sets what is only given by its name',
      'f() { L=x; }\ng() { local n=$1; docker "${!n}"; }\nf; g L',
      '[x]',
    ],
    ['calls one that is defined anew', 'h() { :; }\ng() { h; }\ng\nh() { b=x; }\ng; docker "$b"', '[x]'],
    ['sets what cuts words', 'f() { IFS=,; }\nw=x,y; f; for b in $w; do docker "$b"; done', '[x]'],
    [
      'sets what a later function hands to others',
      'f() { b=x; }\nf\ng() { export b; bash -c \'docker "${b:-y}"\'; }\ng',
      '[x]',
    ],
  ])('%s', (_, script, wanted) => {
    expect(calls(script)).toContain(wanted);
  });
});

describe('what a function sets is known in a file that is sourced later', () => {
  it.each<[lesson: string, script: string, library: string]>([
    ['in its functions', 'f() { b=x; }\nf\n. ./lib.sh\ng', 'g() { docker "${b:-y}"; }'],
    ['outside them', 'f() { b=x; }\nf\n. ./lib.sh', 'docker "${b:-y}"'],
    [
      'by a function',
      'f() { b=x; }\nh() { source ./lib.sh; }\nmain() { f; h; g; }\nmain',
      'g() { docker "${b:-y}"; }',
    ],
  ])('%s', (_, script, library) => {
    expect(calls(script, library)).toEqual(['[x]']);
  });
});

describe('a script that another starts is followed', () => {
  it.each<[lesson: string, script: string, library: string]>([
    ['where what it sources builds by itself', '. ./lib.sh "$@"', 'f() { docker build "$1"; }\nf "$1"'],
    [
      'where a function is only known later',
      'g() { f "$1"; }\nlog() { :; }\nlog\n. ./lib.sh\ng "$1"',
      'f() { docker build "$1"; }',
    ],
  ])('%s', (_, started, library) => {
    const files = { 'build.sh': './a.sh x', 'a.sh': started, 'lib.sh': library };
    expect(dockerCalls(files).map(({ words }) => words.map(({ text }) => text))).toEqual([['build', 'x']]);
  });
});

describe('what is printed', () => {
  lessons([
    ['for people is not kept', 'f() { echo no >&2; echo x; }\ndocker "$(f)"', ['[x]']],
    [
      'for people by several commands is not kept',
      'f() { { echo a; echo b; } 1>&2; echo x; }\ndocker "$(f)"',
      ['[x]'],
    ],
    [
      'for people by a function is not kept',
      'g() { echo no; }\nf() { g >&2; echo x; }\ndocker "$(f)"',
      ['[x]'],
    ],
    ['on the output again is kept', 'f() { echo x >&1; }\ndocker "$(f)"', ['[x]']],
  ]);
});

describe('what is counted is known for', () => {
  lessons([
    ['arguments', 'f() { if [[ $# -eq 2 ]]; then docker two; else docker other; fi; }\nf a b', ['[two]']],
    [
      'arguments that hold what is not known',
      'f() { [ $# -gt 1 ] && docker many || docker one; }\nf "a:$X"',
      ['[one]'],
    ],
    ['elements', 'R=(a b c); docker "${#R[@]}"', ['[3]']],
    [
      'elements where there are none',
      'R=(); if [[ ${#R[@]} != 0 ]]; then docker some; fi; docker x',
      ['[x]'],
    ],
    ['numbers in order', 'n=9; if [ "$n" -lt 10 ]; then docker less; else docker more; fi', ['[less]']],
  ]);
});

describe('what is counted', () => {
  it('is open for words that are not known as a whole', () => {
    expect(calls('f() { if [ $# -eq 1 ]; then docker one; else docker more; fi; }\nf $X')).toEqual([
      '[one]',
      '[more]',
    ]);
  });

  it('leaves open what stands behind words that are not known', () => {
    const [call] = dockerCalls({ 'build.sh': 'set -- $X; docker "$2"' });
    expect(call?.words.map(({ pieces }) => pieces.map(({ open }) => open))).toEqual([['computed']]);
  });
});

describe('a variable that is set by its name', () => {
  lessons([
    ['in text that is run', 'f() { eval "$1=x"; }\nb=y; f b; docker "$b"', ['[x]']],
    ['in quotes, in text that is run', 'n=b; b=y; eval "${n}=\'x z\'"; docker "$b"', ['[x z]']],
    ['by a declaration', 'f() { declare -g "$1=x"; }\nb=y; f b; docker "$b"', ['[x]']],
    ['by an export', 'b=y; while read -r kv; do export "$kv"; done <<< "b=x"; docker "$b"', ['[x]']],
    ['by another name', 'f() { local -n r=$1; r=x; }\nb=y; f b; docker "$b"', ['[x]']],
    [
      'as an array that has another name',
      'f() { local -n r=$1; r+=(x); }\nb=(y); f b; docker "${b[@]}"',
      ['[y][x]'],
    ],
    ['is known by another name', 'f() { local -n r=$1; docker "${r[1]}"; }\nb=(y x); f b', ['[x]']],
    [
      'has its own name again behind a function',
      'f() { local -n r=$1; r=x; }\nb=y; f b; r=z; docker "$b" "$r"',
      ['[x][z]'],
    ],
  ]);
});

describe('lines', () => {
  lessons([
    ['of a document become elements', 'mapfile -t l <<EOF\na b\nc\nEOF\ndocker "${l[@]}"', ['[a b][c]']],
    [
      'of a function become elements',
      'f() { echo a; echo b; }\nreadarray -t l < <(f); docker "${l[1]}"',
      ['[b]'],
    ],
    [
      'of a function are read in a loop',
      'f() { echo a x; echo b y; }\nwhile read -r n b; do docker "$n" "$b"; done < <(f)',
      ['[a][x]', '[b][y]'],
    ],
    ['that are none are not read', 'f() { :; }\nwhile read -r b; do docker "$b"; done < <(f)', []],
    ['of the own output are kept', 'f() { echo x > /dev/stdout; }\ndocker "$(f)"', ['[x]']],
  ]);

  it('that are not known may hold more words than one', () => {
    const [call] = dockerCalls({ 'build.sh': 'list | while read -r n b; do docker "$b"; done' });
    expect(call?.words.map(({ pieces }) => pieces.map(({ open }) => open))).toEqual([['computed']]);
  });
});

describe('what is calculated', () => {
  lessons([
    ['counts on', 'i=0; ((i++)); ((i += 2)); docker "$i"', ['[3]']],
    ['counts on in an expansion', 'i=4; i=$((i * 2 + 1)); : $((i--)); docker "$i"', ['[8]']],
    ['counts on by let', 'i=1; let i++ "i = i * 5"; docker "$i"', ['[10]']],
    ['chooses elements', 'R=(a b c); i=1; docker "${R[i]}" "${R[$((i + 1))]}"', ['[b][c]']],
    ['sets an element', 'R=(a b); i=1; R[i]=x; docker "${R[@]}"', ['[a][x]']],
    [
      'counts on another name',
      'f() { local -n r=$1; ((r++)); : "${r:=0}"; }\nb=1; f b; docker "$b"',
      ['[2]'],
    ],
    ['chooses one that a function counts', 'R=(a b); i=0; f() { i=1; }\nf; docker "${R[i]}"', ['[b]']],
    ['decides', 'f() { if (( $# > 1 )); then docker many; else docker one; fi; }\nf a b', ['[many]']],
    [
      'of what is not known is open',
      'i=$X; ((i++)); if (( i > 1 )); then docker a; else docker b; fi',
      ['[a]', '[b]'],
    ],
  ]);
});

describe('a loop with a test is followed', () => {
  lessons([
    ['over all arguments', 'f() { while [ $# -gt 0 ]; do docker "$1"; shift; done; }\nf x y', ['[x]', '[y]']],
    [
      'to the option that stands last',
      'f() { while [[ $# -gt 0 ]]; do case $1 in --a) a=$2; shift 2 ;; --b) b=$2; shift 2 ;; esac; done; }\nb=z; f --a x --b y; docker "$b"',
      ['[y]'],
    ],
    [
      'over two arrays at once',
      'R=(a b); S=(x y); i=0; while [ $i -lt ${#R[@]} ]; do docker "${R[$i]}" "${S[$i]}"; i=$((i + 1)); done',
      ['[a][x]', '[b][y]'],
    ],
    ['for each number', 'R=(a b); for ((i = 0; i < 2; i++)); do docker "${R[$i]}"; done', ['[a]', '[b]']],
    [
      'until it ends',
      'i=0; until (( i == 2 )); do docker "$i"; ((i++)); done; docker end',
      ['[0]', '[1]', '[end]'],
    ],
    ['by what it counts itself', 'n=3; while ((n--)); do docker "$n"; done', ['[2]', '[1]', '[0]']],
    [
      'to the last option, where nothing but options ends it',
      'set -- -v -w --b x; b=y; while true; do case $1 in --b) b=$2; shift 2 ;; -v | -w) shift ;; *) break ;; esac; done; docker "$b"',
      ['[x]'],
    ],
    ['not at all', 'i=0; while (( i )); do docker x; done; docker end', ['[end]']],
    ['to its break', 'i=0; while (( i < 9 )); do docker "$i"; break; done', ['[0]']],
  ]);

  it('into a second round where nobody knows how often', () => {
    expect(calls('b=x; while test -e lock; do docker "$b"; b=y; done')).toEqual(['[x]', '[y]']);
  });

  it('and knows no number of rounds where nobody does', () => {
    const [call] = dockerCalls({
      'build.sh': 'i=0; while test -e lock; do i=$((i + 1)); done; docker "$i"',
    }).slice(-1);
    expect(call?.words.some(({ pieces }) => pieces.some(({ open }) => open !== undefined)) ?? false).toBe(
      true,
    );
  });

  it('beyond its rounds, where what it counts is open', () => {
    const script =
      'i=0; b=x; while (( i < 500 )); do ((i++)); if (( i == 400 )); then b=y; fi; done; docker "$b"';
    expect(new Set(calls(script))).toEqual(new Set(['[x]', '[y]']));
  });
});

/** Two functions whose loops take some hundred thousand commands, and are of no use to any build. */
const LONG = `words=({1..60})
check() { local one; for one in "\${words[@]}"; do [[ "$1" == *"/$one" ]] && return 0; done; return 1; }
compile() { for package in "$@"; do if check "$package"; then go install "$package"; else go vet "$package"; fi; done; }
compile_all() { local round; for round in "\${words[@]}"; do compile "\${words[@]}"; done; }
`;

describe('a function that is long and changes nothing', () => {
  it('hides nothing that is behind it', () => {
    expect(calls(`${LONG}compile_all\nbase=debian:12\ndocker "$base"`)).toEqual(['[debian:12]']);
  });

  it('hides nothing where its output goes into a file', () => {
    expect(calls(`${LONG}( compile_all ) &> /tmp/log\ndocker x`)).toEqual(['[x]']);
  });
});

describe('a word with very many spellings', () => {
  const QUESTIONS = [1, 2, 3, 4, 5].map((n) => `if [[ -f q${n} ]]; then t="$t-${n}"; fi`).join('\n');

  it('is open from where they part, and the other words stay known', () => {
    const script = `t=v1\n${QUESTIONS}\nif [[ -f a ]]; then p=--pull; else p=--rm; fi\ndocker $p -t "registry/app:$t" -f Dockerfile .`;
    const found = new Set(
      dockerCalls({ 'build.sh': script }).map(({ words }) =>
        words
          .map(({ pieces }) => pieces.map(({ text, open }) => (open === undefined ? text : '?')).join(''))
          .join(' '),
      ),
    );
    expect([...found].sort()).toEqual([
      '--pull -t registry/app:? -f Dockerfile .',
      '--rm -t registry/app:? -f Dockerfile .',
    ]);
  });
});

describe('a function that writes a text of its own', () => {
  const writing = (
    line: string,
  ) => `${LONG}note() { local one="$1" word; for word in "\${words[@]}"; do true "$word"; done; cat <<EOF > "$one.txt"\nfirst line\n${line}\nEOF\n}
compile() { for package in "$@"; do note "$package"; check "$package"; go vet "$package"; done; }
compile_all\ndocker x`;

  it('is not followed for words of prose that name a tool', () => {
    expect(calls(writing('// if we make it here, run.sh was read'))).toEqual(['[x]']);
  });
});
