import type { Location } from '../../domain/index.ts';
import type { StarlarkValue } from './values.ts';

/** An argument or attribute with the place that gives it. */
export interface Given {
  readonly value: StarlarkValue;
  readonly at: Location;
}

/** The arguments of a call. */
export interface BoundArguments {
  readonly positional: readonly StarlarkValue[];
  readonly named: ReadonlyMap<string, Given>;
  /** Set where `*` or `**` spreads something that is not known: any argument may be given. */
  readonly open?: string;
}
