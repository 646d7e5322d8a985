import type { Location } from './location.ts';

/** First line and column, last line and column (exclusive), from 1: a tree has many nodes, and a short place keeps facts small. */
export type StarlarkPlace = readonly [line: number, column: number, endLine: number, endColumn: number];

/** A build file or extension of Bazel as a program: the statements that may lead to an image. */
export interface StarlarkFact {
  readonly kind: 'starlark';
  readonly statements: readonly StarlarkStatement[];
}

/** A statement of a build file or extension. */
export type StarlarkStatement = { readonly at: StarlarkPlace } & (
  | {
      readonly kind: 'load';
      readonly from: string;
      readonly names: readonly { readonly local: string; readonly original: string }[];
    }
  | {
      readonly kind: 'assign';
      readonly target: StarlarkExpression;
      /** `=`, or the operator before it: `+` for `+=`. */
      readonly operator: string;
      readonly value: StarlarkExpression;
    }
  | {
      readonly kind: 'def';
      readonly name: string;
      readonly parameters: readonly StarlarkParameter[];
      readonly body: readonly StarlarkStatement[];
    }
  | {
      readonly kind: 'if';
      /** A null test is the `else`. */
      readonly arms: readonly {
        readonly test: StarlarkExpression | null;
        readonly body: readonly StarlarkStatement[];
      }[];
    }
  | {
      readonly kind: 'for';
      readonly target: StarlarkExpression;
      readonly over: StarlarkExpression;
      readonly body: readonly StarlarkStatement[];
    }
  | { readonly kind: 'return'; readonly value?: StarlarkExpression }
  | { readonly kind: 'break' | 'continue' | 'pass' }
  | { readonly kind: 'expression'; readonly value: StarlarkExpression }
);

/** A parameter of a function. */
export interface StarlarkParameter {
  readonly name: string;
  readonly default?: StarlarkExpression;
  /** `*args`, `**kwargs`; a bare `*` has an empty name. */
  readonly spread?: '*' | '**';
}

/** An argument of a call. */
export interface StarlarkArgument {
  readonly at: StarlarkPlace;
  readonly name?: string;
  readonly spread?: '*' | '**';
  readonly value: StarlarkExpression;
}

/** An expression of a build file. */
export type StarlarkExpression = { readonly at: StarlarkPlace } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly StarlarkExpression[] }
  | {
      readonly kind: 'dict';
      readonly entries: readonly { readonly key: StarlarkExpression; readonly value: StarlarkExpression }[];
    }
  | {
      readonly kind: 'call';
      readonly callee: StarlarkExpression;
      readonly arguments: readonly StarlarkArgument[];
    }
  | { readonly kind: 'attribute'; readonly of: StarlarkExpression; readonly name: string }
  | { readonly kind: 'index'; readonly of: StarlarkExpression; readonly index: StarlarkExpression }
  | {
      readonly kind: 'slice';
      readonly of: StarlarkExpression;
      readonly from?: StarlarkExpression;
      readonly to?: StarlarkExpression;
      readonly step?: StarlarkExpression;
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: StarlarkExpression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: StarlarkExpression;
      readonly right: StarlarkExpression;
    }
  | {
      readonly kind: 'choice';
      readonly test: StarlarkExpression;
      readonly then: StarlarkExpression;
      readonly otherwise: StarlarkExpression;
    }
  | {
      readonly kind: 'comprehension';
      readonly element: StarlarkExpression;
      /** Present for a dictionary: `element` is then the key. */
      readonly value?: StarlarkExpression;
      readonly clauses: readonly StarlarkClause[];
    }
  | {
      readonly kind: 'lambda';
      readonly parameters: readonly StarlarkParameter[];
      readonly body: StarlarkExpression;
    }
);

/** A clause of a comprehension. */
export type StarlarkClause =
  | { readonly kind: 'for'; readonly target: StarlarkExpression; readonly over: StarlarkExpression }
  | { readonly kind: 'if'; readonly test: StarlarkExpression };

/** A short place as a location in a file. */
export function starlarkLocation(path: string, place: StarlarkPlace): Location {
  const [line, column, endLine, endColumn] = place;
  return { path, start: { line, column }, end: { line: endLine, column: endColumn } };
}
