// Go source files.
// In: text. Out: imports and what starts programs (GoFact).
// Not here: which programs an image has, whether glog is allowed.
import type { Format } from '../format.ts';
import { factsOfGo } from './facts.ts';
import { loadGrammar } from './grammar.ts';

const VENDORED = /(^|\/)(vendor|third_party|Godeps|node_modules)\//;

/** What has none of these holds neither a glog import nor a start of a program. */
const MAY_START =
  /golang\/glog|\bexec(abs)?["`]|(["`/](sh|bash|ash|dash|ksh|mksh|zsh|csh|tcsh|fish|rbash|busybox-sh|pwsh|powershell)|["`\\]cmd)(\.exe)?["`]/i;

export const go: Format = {
  id: 'go',
  version: 1,
  covers:
    'Go sources: imports, calls of os/exec and of interfaces over it, wrappers and lists of strings that name a shell. Tests and vendored files yield nothing; values are literals and constants of the same file.',
  profileOf(path) {
    if (!path.endsWith('.go')) return null;
    if (VENDORED.test(path)) return 'go-vendored';
    return path.endsWith('_test.go') ? 'go-test' : 'go';
  },
  mayMatter: (text, profile) => profile === 'go' && MAY_START.test(text),
  prepare: loadGrammar,
  facts: (text, profile) => (go.mayMatter(text, profile) ? factsOfGo(text) : []),
};
