import type { Position, Span, Word } from './location.ts';
import type { ShellScript } from './shell.ts';

// Facts of files that say how images are built: ko's settings, Go modules, steps of CI systems, compose, variants.

/** ko's settings (`.ko.yaml`). Source: https://ko.build/configuration */
export interface KoFact {
  readonly kind: 'ko';
  readonly defaultBase?: Word;
  readonly overrides: readonly { readonly importPath: string; readonly image: Word; readonly span: Span }[];
  /** Programs with build settings of their own: folders as written. */
  readonly builds: readonly { readonly folder: string; readonly main: string; readonly span: Span }[];
}

/** What a Go module is called, and what it needs directly. */
export interface GoModuleFact {
  readonly kind: 'go-module';
  readonly module: string;
  /** The oldest Go that it can be built with, as written: `1.25`. */
  readonly go?: string;
  readonly requires: readonly GoRequirement[];
}

/** A module with the version that is needed of it, as written. */
export interface GoRequirement {
  readonly path: string;
  readonly version: string;
  readonly span: Span;
}

/** Another list of Go dependencies than go.mod: those of Kubernetes, with versions. */
export interface GoDependenciesFact {
  readonly kind: 'go-dependencies';
  readonly requires: readonly GoRequirement[];
}

/** A name with the text that it is given; null where the file leaves it to the environment. */
export interface NamedWord {
  readonly name: string;
  readonly value: Word | null;
}

/** How words of a build file name what they leave open: `$_X`, `${{ x }}`, `${X:-d}`. */
export type BuildNotation = 'cloudbuild' | 'actions' | 'compose' | 'plain';

/** A file that builds by steps: Cloud Build, a workflow or action of GitHub, services of compose, jobs of a CI system. */
export interface BuildStepsFact {
  readonly kind: 'build-steps';
  readonly notation: BuildNotation;
  readonly jobs: readonly BuildJob[];
  /** Images that are pushed when the steps are done. */
  readonly pushes: readonly Word[];
}

/** A list of steps that run one after the other, in one environment. */
export interface BuildJob {
  readonly name: string;
  /** What names stand for in its steps: substitutions with their defaults, inputs, environment. */
  readonly variables: readonly NamedWord[];
  /** Each list of values that the job is run with: a matrix. */
  readonly choices: readonly BuildChoice[];
  readonly steps: readonly BuildStep[];
}

/** One axis of a matrix; each value sets some names. */
export interface BuildChoice {
  readonly axis: string;
  readonly values: readonly (readonly NamedWord[])[];
}

/** One step of a job. */
export interface BuildStep {
  readonly name: string;
  readonly span: Span;
  /** Where it runs, as written; absent for the root. */
  readonly folder?: Word;
  /** Environment of its programs. */
  readonly environment: readonly NamedWord[];
  readonly does: BuildAction;
}

/** What a step does, as far as it can build an image. */
export type BuildAction =
  /** A program with its arguments. */
  | { readonly kind: 'words'; readonly words: readonly Word[] }
  | {
      readonly kind: 'script';
      readonly script: ShellScript;
      readonly text: string;
      /** Where each line of the text begins. */
      readonly lines: readonly Position[];
    }
  /** Another file of the tree with steps, with what it is given: a composite action, a reusable workflow. */
  | { readonly kind: 'calls'; readonly file: Word; readonly inputs: readonly NamedWord[] }
  /** A builder of somebody else: what it may be told to build an image of, and the names that it gives that. */
  | {
      readonly kind: 'foreign';
      readonly tool: Word;
      readonly given: readonly Word[];
      readonly tags: readonly Word[];
    }
  /** Something that builds an image and that nobody here follows. */
  | { readonly kind: 'unknown'; readonly what: string };

/** Variants of an image build, each with values for its substitutions (`variants.yaml`). */
export interface VariantsFact {
  readonly kind: 'variants';
  readonly variants: readonly { readonly name: string; readonly values: readonly NamedWord[] }[];
}

/** Variables of a file beside a build file (`.env`). */
export interface EnvironmentFileFact {
  readonly kind: 'environment-file';
  readonly values: readonly NamedWord[];
}

/** A file by which a tool builds images and that is known by its name only. */
export interface ForeignBuildFact {
  readonly kind: 'foreign-build';
  /** What the tool is called: `docker bake`. */
  readonly tool: string;
  readonly span: Span;
  /** The fact that matters, one clause: `its targets build images`. */
  readonly because: string;
}
