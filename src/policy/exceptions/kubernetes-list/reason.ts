import type { ExceptionReason } from '../../../domain/index.ts';
import { plainText } from './markdown.ts';

/** The words of a reason say its code; the more special one counts first, since iptables and debugging often come with a shell. */
const WORDS: readonly (readonly [ExceptionReason, RegExp])[] = [
  ['needs-iptables', /\b(?:ip6?tables?|ipset|ipvs|nft|nftables|netfilter|conntrack)\b/i],
  ['needs-debugging', /\bdebug/i],
  ['needs-shell', /\b(?:shell|bash|sh|busybox|(?:shell|start|entry|bash)?-?scripts?)\b/i],
  [
    'non-static-binary',
    /\b(?:cgo|g?libc|musl|static|statically|dynamic|dynamically|librar(?:y|ies)|lib[a-z]{2,}\d+|lib(?:systemd|seccomp|ssl|crypto|pthread|stdc\+\+))\b/i,
  ],
  ['third-party', /\b(?:third[- ]part(?:y|ies)|3rd[- ]party|upstream|vendored|vendor)\b/i],
];

/** The code for a reason that is written in words, of which the addresses of links are none. */
export function reasonOf(text: string): ExceptionReason {
  const words = plainText(text);
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';
}
