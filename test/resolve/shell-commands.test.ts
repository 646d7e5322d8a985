import { describe, expect, it } from '@jest/globals';
import { dockerCalls } from './shell-reading.ts';

/** Each call as one line, its words in brackets. */
function calls(script: string): readonly string[] {
  return dockerCalls({ 'build.sh': script }).map(({ words }) =>
    words.map(({ text }) => `[${text}]`).join(''),
  );
}

describe('docker is given', () => {
  it.each<[lesson: string, script: string, wanted: readonly string[]]>([
    ['an element that is replaced', 'R=(a b c); R[1]=x; docker "${R[@]}"', ['[a][x][c]']],
    ['an element that is appended', 'R=(a); R[1]=x; R[1]+=y; docker "${R[@]}"', ['[a][xy]']],
    ['the last element', 'R=(a b); docker "${R[-1]}"', ['[b]']],
    ['an array with a gap as what is not known', 'R=(a); R[5]=x; docker "${R[@]}"', ['[$(R)]']],
    ['elements by key, numbers too', 'declare -A M=([k]=v); M[1]=w; docker "${M[k]}" "${M[1]}"', ['[v][w]']],
    ['nothing for an array without elements', 'R=(); docker x "${R[@]}" "$@"', ['[x]']],
    ['no gap for what is appended and nothing', 'R=(a); N=; R+=($N); docker "${R[*]}"', ['[a]']],
    ['all elements as one word', 'R=(a b); docker "${R[*]}" ${R[*]}', ['[a b][a][b]']],
    ['each element changed', 'R=(a:1 b:2); docker "${R[@]%:*}" "${R[@]/#/x-}"', ['[a][b][x-a:1][x-b:2]']],
    ['some elements', 'R=(a b c); docker "${R[@]:1}" "${R[@]: -1}" "${R[@]:0:1}"', ['[b][c][c][a]']],
    ['a slice from behind', 'v=v1.2.3; docker "${v:1:-2}" "${v: -1}" "${v: -9}"', ['[1.2][3][]']],
    [
      'what a pattern fits, replaced',
      'v=a/b/c; docker "${v/*\\//}" "${v//[ab]/x}" "${v/%?/d}"',
      ['[c][x/x/c][a/b/d]'],
    ],
    ['something in front and behind', 'v=a; docker "${v/#/x-}" "${v/%/-y}"', ['[x-a][a-y]']],
    ['what a default sets', ': "${BASE:=alpine}"; docker "$BASE" "${BASE:-x}"', ['[alpine][alpine]']],
    ['a word for each in braces', 'docker img-{a,b} {1..3} "{c,d}"', ['[img-a][img-b][1][2][3][{c,d}]']],
    [
      'the first line that is read',
      'read -r a b <<EOT\none two\nthree\nEOT\ndocker "$a" "$b"',
      ['[one][two]'],
    ],
    ['what a group of patterns decides', 'a=n; [[ $a == @(x|n) ]] && docker yes || docker no', ['[yes]']],
    ['what is printed into a variable', 'printf -v v \'%s-%s\' a b; docker "$v"', ['[a-b]']],
    ['fields by separators of their own', 'IFS=, read -r a b <<< ",x,y"; docker "$a" "$b"', ['[][x,y]']],
    [
      'what a function says before it returns',
      'f() { if [[ 1 == 1 ]]; then echo x; return; fi; echo y; }; docker "$(f)"',
      ['[x]'],
    ],
    [
      'either of what a function may say',
      'f() { if [[ -f x ]]; then echo x; return; fi; echo y; }; docker "$(f)"',
      ['[x]', '[y]'],
    ],
    [
      'no more behind break',
      'for i in a b c; do [[ $i == b ]] && break; docker $i; done; docker $i',
      ['[a]', '[b]'],
    ],
    [
      'not what continue leaves out',
      'for i in a b c; do [[ $i == b ]] && continue; docker $i; done',
      ['[a]', '[c]'],
    ],
    [
      'what a command may not leave out',
      'for i in a b; do grep -q $i x && continue; docker $i; done',
      ['[a]', '[b]'],
    ],
    [
      'each line that is read',
      'while read -r a b; do docker $b $a; done <<EOT\n1 2\n3 4\nEOT',
      ['[2][1]', '[4][3]'],
    ],
    ['nothing of what no line is left for', 'while read -r a; do :; done <<< x; docker "<$a>"', ['[<>]']],
    [
      'both where a function answers',
      'is_x() { [[ $1 == x* ]]; }; is_x "$1" && a=b || a=c; docker $a',
      ['[b]', '[c]'],
    ],
    ['arguments of either way', 'set -- a; if asked; then set -- b; fi; docker "$@"', ['[b]', '[a]']],
    ['arguments that may be shifted', 'set -- a b; if asked; then shift; fi; docker "$@"', ['[b]', '[a][b]']],
    ['all behind the end of a script', 'docker a; exit; docker b', ['[a]', '[b]']],
  ])('%s', (_, script, wanted) => {
    expect(calls(script)).toEqual(wanted);
  });
});
