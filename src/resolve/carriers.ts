// The kinds of build files that say how images are made, besides Dockerfiles themselves: a line each.
import type { Fact, ImageUse, Invocation, PathClass, UnreadPart } from '../domain/index.ts';
import { bazelCarrier } from './bazel/index.ts';
import { baseOverridesCarrier } from './carriers/base-overrides.ts';
import { buildStepsCarrier } from './carriers/build-steps.ts';
import { builderPodsCarrier } from './carriers/builder-pods.ts';
import { foreignBuildsCarrier } from './carriers/foreign-builds.ts';
import { koCarrier } from './carriers/ko.ts';
import type { DeclaredImage } from './declared.ts';
import type { FileReader } from './files.ts';
import type { PrintedDefinition } from './invocations/printed.ts';
import type { UnfoundBuild } from './invocations/unfound.ts';

/** What one kind of build file says. */
export interface Carried {
  /** Commands that build a Dockerfile of the tree. */
  readonly invocations: readonly Invocation[];
  readonly uses: readonly ImageUse[];
  /** Images that no Dockerfile describes. */
  readonly declared: readonly DeclaredImage[];
  /** Definitions that commands print. */
  readonly printed?: readonly PrintedDefinition[];
  /** Builds of what the tree does not have, or that are not followed. */
  readonly unfound?: readonly UnfoundBuild[];
  readonly unread: readonly UnreadPart[];
}

/** What a carrier may look at. */
export interface CarrierSources {
  /** Facts of a kind that files of the tree gave, vendored files left out, in order of path. */
  facts<K extends Fact['kind']>(kind: K): readonly Placed<Extract<Fact, { kind: K }>>[];
  readonly reader: FileReader;
  /** Paths of every Dockerfile of the tree. */
  readonly definitions: readonly string[];
  classOf(path: string): PathClass;
}

export interface Placed<F> {
  readonly path: string;
  readonly fact: F;
}

export type Carrier = (sources: CarrierSources) => Carried;

const CARRIERS: readonly Carrier[] = [
  bazelCarrier,
  koCarrier,
  buildStepsCarrier,
  builderPodsCarrier,
  baseOverridesCarrier,
  foreignBuildsCarrier,
];

/** What all of them say together. */
export function carriedBy(sources: CarrierSources): Carried {
  const found = CARRIERS.map((carrier) => carrier(sources));
  return {
    invocations: found.flatMap(({ invocations }) => invocations),
    uses: found.flatMap(({ uses }) => uses),
    declared: found.flatMap(({ declared }) => declared),
    printed: found.flatMap(({ printed }) => printed ?? []),
    unfound: found.flatMap(({ unfound }) => unfound ?? []),
    unread: found.flatMap(({ unread }) => unread),
  };
}
