import type { Condition } from '../../domain/index.ts';
import { choice, plainText, type StarlarkValue, unknown } from './values.ts';

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'amd64'],
  ['x86_64', 'amd64'],
  ['k8', 'amd64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
  ['arm', 'arm'],
  ['armv7', 'arm'],
  ['armv7a', 'arm'],
  ['ppc64le', 'ppc64le'],
  ['ppc', 'ppc64le'],
  ['s390x', 's390x'],
  ['386', '386'],
  ['x86_32', '386'],
  ['riscv64', 'riscv64'],
]);
const SYSTEMS: ReadonlySet<string> = new Set(['linux', 'windows', 'darwin', 'macos', 'osx', 'freebsd']);
const OTHERWISE = '//conditions:default';

/** What `select({…})` may give: each of its values under its condition (SEMANTICS 3.1). */
export function selected(of: StarlarkValue): StarlarkValue {
  if (of.kind === 'unknown') return unknown('select', `select with ${of.name}: ${of.because}`);
  if (of.kind !== 'dict') return unknown('select', `select with a ${of.kind}`);
  const entries = [...of.entries.values()];
  const lost = entries.find(({ key }) => plainText(key) === undefined && key.kind === 'unknown');
  const labels = entries.map(({ key }) => plainText(key) ?? '?');
  if (entries.length === 0) return unknown('select', 'a select without alternatives');
  return choice(
    entries.map(({ value }, index) => ({
      when: lost === undefined ? conditionsOf(labels[index] ?? '?', labels) : [],
      value,
    })),
  );
}

/** A label that names an architecture holds for it alone; the default where all others do for none of those. */
function conditionsOf(label: string, labels: readonly string[]): readonly Condition[] {
  if (label === OTHERWISE) {
    const named = labels.filter((one) => one !== OTHERWISE).map(architectureIn);
    const except = named.filter((one) => one !== undefined);
    return except.length === named.length && named.length > 0 ? [{ subject: '$(ARCH)', except }] : [];
  }
  const architecture = architectureIn(label);
  const system = wordsIn(label).find((word) => SYSTEMS.has(word));
  if (architecture === undefined && system === undefined) return [{ subject: label, equals: 'set' }];
  return [
    ...(architecture === undefined ? [] : [{ subject: '$(ARCH)', equals: architecture }]),
    ...(system === undefined ? [] : [{ subject: '$(OS)', equals: system }]),
  ];
}

function architectureIn(label: string): string | undefined {
  return wordsIn(label)
    .map((word) => ARCHITECTURES.get(word))
    .findLast((word) => word !== undefined);
}

/** The words of a label's last part, `x86_64` kept whole. */
function wordsIn(label: string): readonly string[] {
  const name = label.slice(Math.max(label.lastIndexOf(':'), label.lastIndexOf('/')) + 1).toLowerCase();
  return name
    .replace(/x86_(64|32)/g, 'x86$1')
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/^x86(64|32)$/, 'x86_$1'));
}
