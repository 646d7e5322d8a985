import type { GoModuleFact, NonEmpty } from '../../domain/index.ts';

/** The base that ko takes where nothing names one. */
export interface KoDefault {
  /** Both that it ever was, where nothing tells which. */
  readonly references: NonEmpty<string>;
  /** Where that is known from, one clause. */
  readonly because: string;
}

/** Distroless static until v0.11, Chainguard's from v0.12 on. Source: https://github.com/ko-build/ko/pull/903 */
const EARLIER = 'gcr.io/distroless/static:nonroot';
const LATER = 'cgr.dev/chainguard/static:latest';

type Numbers = readonly [number, number];

const CHANGED: Numbers = [0, 12];
/** The first Go that came out after that version: of February 2023. */
const YOUNGER_GO: Numbers = [1, 20];

const KO_MODULE = /^github\.com\/(?:google|ko-build)\/ko$/;

/** ko's own default by the newest version that the tree names; where it names none, by the Go of its modules. */
export function koDefault(modules: readonly GoModuleFact[], versions: readonly string[]): KoDefault {
  const required = modules.flatMap(({ requires }) =>
    requires.filter(({ path }) => KO_MODULE.test(path)).map(({ version }) => version),
  );
  const newest = newestOf([...required, ...versions]);
  if (newest !== null) {
    const because = `the own default of ko v${newest.join('.')}`;
    return { references: [isBelow(newest, CHANGED) ? EARLIER : LATER], because };
  }
  const go = newestOf(modules.flatMap((module) => module.go ?? []));
  if (go !== null && !isBelow(go, YOUNGER_GO)) {
    const because = `the own default of ko since v0.12: no version is named, and Go ${go.join('.')} is younger`;
    return { references: [LATER], because };
  }
  return { references: [LATER, EARLIER], because: 'an own default of ko: nothing names its version' };
}

function newestOf(versions: readonly string[]): Numbers | null {
  return versions
    .flatMap((version) => numbersOf(version) ?? [])
    .reduce<Numbers | null>((best, one) => (isBelow(best, one) ? one : best), null);
}

function numbersOf(version: string): readonly [Numbers] | null {
  const match = /^v?(\d{1,6})\.(\d{1,6})/.exec(version);
  return match === null ? null : [[Number(match[1]), Number(match[2])]];
}

function isBelow(one: Numbers | null, other: Numbers): boolean {
  return one === null || one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
