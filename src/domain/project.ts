import type { BaseAssessment } from './bases.ts';
import type { GoRequirement } from './build-facts.ts';
import type { Command, ExecCommand } from './command.ts';
import type { DockerfileFact, GoFact, Instruction, ScriptFact } from './facts.ts';
import type { Rest } from './finding.ts';
import type { Location, NonEmpty } from './location.ts';

/** What kind of file builds or declares an image. */
export type Workflow = (typeof WORKFLOWS)[number];
/** Every workflow by its name. */
export const WORKFLOWS = [
  'docker',
  'make',
  'script',
  'bazel',
  'ko',
  'compose',
  'cloudbuild',
  'bake',
  'skaffold',
  'goreleaser',
  'actions',
  'helm',
  'kustomize',
  'manifest',
] as const;

/** What an image is for; `isNoted` says which of them never gate. */
export type Scope = (typeof SCOPES)[number];
/** Every scope by its name. */
export const SCOPES = [
  'release',
  'test',
  'example',
  'builder',
  'vendored',
  'windows',
  'third-party',
] as const;

/** A tree as Plinth understands it: what it builds and what it runs. */
export interface ProjectModel {
  readonly images: readonly BuiltImage[];
  readonly workloads: readonly Workload[];
  readonly goFiles: readonly { readonly path: string; readonly fact: GoFact }[];
  /** What Go modules of the tree need, by the file that says so. */
  readonly goRequirements?: readonly { readonly path: string; readonly requires: readonly GoRequirement[] }[];
  readonly unread: readonly UnreadPart[];
  /** How this tree's definitions are built, for the judgement of a change to it. */
  readonly builds?: BuildRecord;
}

/** What was built in a tree, and how: a later change makes none of it milder by what it adds (SEMANTICS 2.2). */
export interface BuildRecord {
  /** Paths of all definitions. */
  readonly definitions: ReadonlySet<string>;
  /** Each file with rules and a definition that it builds, joined by a NUL. */
  readonly ways: ReadonlySet<string>;
  /** Those of them that build another image than a builder's, each with the stage that is built behind another NUL; empty for the last. */
  readonly shippedStages: ReadonlySet<string>;
  /** Those of them that build a builder image. */
  readonly builderWays: ReadonlySet<string>;
  /** Definitions that are built as builder images only; with `#` and its name where no file of the tree defines the image. */
  readonly builders: ReadonlySet<string>;
  /** Names that rules give an image, by definition. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Each definition and another whose image its own stands on, joined by a NUL. */
  readonly builtOn: ReadonlySet<string>;
}

/** A file, or a part of one, that could not be read. */
export interface UnreadPart {
  readonly path: string;
  readonly at?: Location;
  readonly because: string;
}

/** One thing that the base of an image can be. */
export interface EffectiveBase {
  /** As far as it is resolved; see the report contract for the notation. */
  readonly reference: string;
  /** Architecture this holds for; null where it holds for all. */
  readonly platform: string | null;
  readonly assessment: BaseAssessment;
  /** From the line that uses it to the line that decides it; the last one is where a base finding stands. */
  readonly chain: NonEmpty<Location>;
  /** Why it is unresolved and how far it got: `ARG BASEIMAGE has no default`. */
  readonly unresolved?: string;
  /** Where the value that is missing would come from, where that is another file than the definition. */
  readonly from?: MissingValue;
  /** Where it is known from, where no file of the tree names it: `the own default of ko v0.18`. */
  readonly note?: string;
  /** Images of the same tree that stand between, by id, outermost first. */
  readonly through?: readonly string[];
}

/** A value that a build rule hands over and that nothing which was read sets. */
export interface MissingValue {
  readonly path: string;
  /** Its plain name there, where it is a variable. */
  readonly variable?: string;
}

/** An instruction that acts on the final image: of its final stage, of the stages below it, of stages copied whole. */
export interface Step {
  readonly at: Location;
  readonly instruction: Instruction;
  /** True where it stands in the final stage itself. */
  readonly own: boolean;
  /** The SHELL in force. */
  readonly shell: readonly string[];
  /** Scripts of the tree that a RUN starts. */
  readonly scripts?: readonly StartedScript[];
}

/** A program start with its place and the script of the tree that it runs, where one was found. */
export interface Start<C extends Command = Command> {
  readonly at: Location;
  readonly command: C;
  readonly script?: StartedScript;
  /** Set where the program is not known, and may be a shell. */
  readonly undecided?: UndecidedStart;
}

/** A start of which nothing that was read says which program it is. */
export interface UndecidedStart {
  readonly at: Location;
  /** What stands there, as written. */
  readonly written: string;
}

/** A shell script that a command starts. */
export interface StartedScript {
  /** The path that the command names: `/run.sh`. */
  readonly program: string;
  /** The file of the tree that was copied there, or the ConfigMap's entry; absent where none was found. */
  readonly at?: Location;
  readonly fact?: ScriptFact;
}

/** A definition evaluated under an invocation (or under its own defaults). */
export interface BuiltImage {
  /** Stable identity: definition path, plus `#target` where a target other than the last stage is built. */
  readonly id: string;
  readonly path: string;
  /** The FROM of the final stage. */
  readonly at: Location;
  readonly name: string | null;
  /** All names that build rules give it, registry and repository, open parts as `${NAME}`; the first is `name`. */
  readonly names?: readonly string[];
  /** The same with their tags, as build rules write them. */
  readonly tags?: readonly string[];
  /** Every stage of the definition, those that only build included. */
  readonly definition: DockerfileFact;
  readonly workflow: Workflow;
  readonly scope: Scope;
  readonly bases: NonEmpty<EffectiveBase>;
  /** Base first, in order of effect. */
  readonly steps: readonly Step[];
  readonly entrypoint?: Start;
  readonly cmd?: Start;
  readonly healthcheck?: Start;
  /** The user in force at the end; null where none is set or it is not literal. */
  readonly user: string | null;
  readonly brings: Brings;
  /** Lines that switch cgo on for a Go program which is built outside of the definition and copied in. */
  readonly cgo?: readonly Location[];
  /** What this image's judgement rests on: definition and scripts as a whole, lines of the chain and of what builds it (SEMANTICS 5.1). */
  readonly reads: readonly Rest[];
}

/** What an image's own layers bring on top of the base. */
export interface Brings {
  /** The instruction that brings a shell, where one does. */
  readonly shell?: Location;
  /** Base names of files that are copied in or installed by name. */
  readonly programs: ReadonlySet<string>;
  /** True where programs that are not named are brought: installed packages, a system's own folder, an archive. */
  readonly more: boolean;
  /** The first instruction that brings what nothing here lists (a folder, a pattern) to where programs are looked up. */
  readonly unseen?: Location;
}

/** An object that runs containers, where it stands in the tree. */
export interface Workload {
  /** Stable identity inside its file: kind, name and place. */
  readonly id: string;
  readonly path: string;
  /** Its lines where it stands inside another file; else the whole file is its own. */
  readonly embedded?: true;
  readonly at: Location;
  readonly kind: string;
  readonly name: string;
  readonly hostPid: boolean;
  readonly scope: Scope;
  readonly containers: readonly Container[];
}

/** A container of a workload, with what is known of the image that it runs. */
export interface Container {
  readonly at: Location;
  readonly name: string;
  readonly role: 'container' | 'init' | 'sidecar' | 'ephemeral';
  /** The reference as far as it is resolved, and its place; absent where the object names none. */
  readonly image?: {
    readonly reference: string;
    readonly at: Location;
    readonly open: boolean;
    /** The line of another file that decides the tag: a chart's values, a kustomization. */
    readonly tagAt?: Location;
  };
  readonly runs: Runs;
  readonly start?: Start<ExecCommand>;
  /** A key that may turn out to be `command`, so that the start is not the one that is written. */
  readonly openKey?: UndecidedStart;
  readonly hooks: readonly {
    readonly role: 'liveness' | 'readiness' | 'startup' | 'post-start' | 'pre-stop';
    readonly start: Start<ExecCommand>;
  }[];
  /** Mount paths of host folders: what lies below them is the host's. */
  readonly hostPaths: readonly string[];
}

/** Whose image a container runs (SEMANTICS 4.5). */
export type Runs =
  /** A definition of this tree builds it. */
  | { readonly whose: 'built'; readonly images: NonEmpty<BuiltImage> }
  /** The policy governs its name, and nothing in the tree builds it. */
  | {
      readonly whose: 'governed';
      /** The glob of the policy's `images` that takes its name in. */
      readonly by: string;
    }
  /** An operating system's image run directly: its own name is the base. */
  | { readonly whose: 'base'; readonly base: EffectiveBase }
  | {
      readonly whose: 'third-party';
      /** Its own entry point, where the table of bases knows it. */
      readonly entrypoint?: readonly string[];
    }
  /** The reference holds a template or variable that nothing decides. */
  | { readonly whose: 'open'; readonly because: string };
