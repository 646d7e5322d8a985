import type { GoModuleFact } from '../../domain/index.ts';

/** The base that ko takes where nothing names one. */
export interface KoDefault {
  readonly reference: string;
  /** Where that is known from, one clause. */
  readonly because: string;
}

/** Distroless static until v0.11, Chainguard's from v0.12 on. Source: https://github.com/ko-build/ko/pull/903 */
const EARLIER = 'gcr.io/distroless/static:nonroot';
const LATER = 'cgr.dev/chainguard/static:latest';
const CHANGED: readonly [number, number] = [0, 12];

const KO_MODULE = /^github\.com\/(?:google|ko-build)\/ko$/;

/** ko's own default by the newest version that the tree names; the earlier one where it names none. */
export function koDefault(modules: readonly GoModuleFact[], versions: readonly string[]): KoDefault {
  const required = modules.flatMap(({ requires }) =>
    requires.filter(({ path }) => KO_MODULE.test(path)).map(({ version }) => version),
  );
  const newest = [...required, ...versions]
    .flatMap((version) => numbersOf(version) ?? [])
    .reduce<readonly [number, number] | null>((best, one) => (isBelow(best, one) ? one : best), null);
  if (newest === null)
    return {
      reference: EARLIER,
      because: 'the own default of ko before v0.12: nothing names a version of ko',
    };
  const because = `the own default of ko v${newest.join('.')}`;
  return { reference: isBelow(newest, CHANGED) ? EARLIER : LATER, because };
}

function numbersOf(version: string): readonly [readonly [number, number]] | null {
  const match = /^v?(\d{1,6})\.(\d{1,6})/.exec(version);
  return match === null ? null : [[Number(match[1]), Number(match[2])]];
}

function isBelow(one: readonly [number, number] | null, other: readonly [number, number]): boolean {
  return one === null || one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
