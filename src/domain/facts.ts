import type {
  BuildStepsFact,
  EnvironmentFileFact,
  ForeignBuildFact,
  GoDependenciesFact,
  GoModuleFact,
  KoFact,
  VariantsFact,
} from './build-facts.ts';
import type { HelmChartFact, HelmTemplateFact, HelmValuesFact } from './chart-facts.ts';
import type { Command, ExecCommand } from './command.ts';
import type { JsonPatchFact, KustomizationFact } from './kustomize-facts.ts';
import type { Span, Word } from './location.ts';
import type { ShellScript } from './shell.ts';
import type { StarlarkFact } from './starlark.ts';

/** What one blob says under one profile. Spans, never paths: equal blobs share facts. Plain JSON data. */
export type Fact =
  | DockerfileFact
  | WorkloadFact
  | ConfigMapFact
  | ScriptFact
  | MakeFact
  | BaseImagesFact
  | GoFact
  | StarlarkFact
  | KoFact
  | GoModuleFact
  | GoDependenciesFact
  | BuildStepsFact
  | VariantsFact
  | ForeignBuildFact
  | EnvironmentFileFact
  | HelmChartFact
  | HelmValuesFact
  | HelmTemplateFact
  | KustomizationFact
  | JsonPatchFact
  | UnreadableFact;

/** Text that a format could not read, whole or in part; whoever needs that part has to say so. */
export interface UnreadableFact {
  readonly kind: 'unreadable';
  readonly span?: Span;
  /** One clause without a full stop: `line 3: a tab where YAML wants blanks`. */
  readonly because: string;
  /** Set for content that is no text at all: a program, an archive. */
  readonly binary?: true;
}

// ---- Dockerfiles -------------------------------------------------------------------------------------

/** What a Dockerfile says: its arguments and stages in file order. */
export interface DockerfileFact {
  readonly kind: 'dockerfile';
  /** ARG instructions above the first FROM. */
  readonly globalArguments: readonly ArgumentDeclaration[];
  readonly stages: readonly StageFact[];
}

/** An ARG instruction for one name. */
export interface ArgumentDeclaration {
  readonly name: string;
  /** The default as written, quotes and expansions included; absent where there is none. */
  readonly default?: Word;
  readonly span: Span;
}

/** A FROM and the instructions below it. */
export interface StageFact {
  readonly index: number;
  /** Lower case, as Docker compares it. */
  readonly name?: string;
  /** The image part of FROM as written: quotes and `${…}` included. */
  readonly base: Word;
  readonly platform?: Word;
  /** The FROM instruction. */
  readonly span: Span;
  readonly instructions: readonly Instruction[];
}

/** An instruction that Plinth judges or evaluates, one variant for each kind. */
export type Instruction = { readonly span: Span } & (
  | { readonly kind: 'arg'; readonly declarations: readonly ArgumentDeclaration[] }
  | { readonly kind: 'env'; readonly variables: readonly { readonly name: string; readonly value: Word }[] }
  | { readonly kind: 'run'; readonly command: Command; readonly mounts: readonly Mount[] }
  | { readonly kind: 'cmd' | 'entrypoint'; readonly command: Command }
  | { readonly kind: 'healthcheck'; readonly command: Command | null }
  | {
      readonly kind: 'copy' | 'add';
      /** `--from`: a stage by name or number, a build context, or an image. */
      readonly from?: Word;
      /** Sources as written; a heredoc source is `<<NAME`. */
      readonly sources: readonly Word[];
      readonly destination: Word;
      /** `ADD --unpack`, where it is given. */
      readonly unpack?: boolean;
      /** Scripts that heredocs among the sources write: those that begin with `#!`. */
      readonly written?: readonly WrittenScript[];
    }
  | { readonly kind: 'user' | 'workdir'; readonly value: Word }
  /** Packages that a build rule unpacks into the image itself, without a program of the image (`debs = […]`). */
  | { readonly kind: 'packages'; readonly by: string; readonly packages: readonly string[] }
  | { readonly kind: 'shell'; readonly words: readonly Word[] }
  /** A trigger: a need of the images built on this one, not of itself. */
  | { readonly kind: 'onbuild'; readonly instruction: Instruction }
  | { readonly kind: 'other'; readonly keyword: string }
);

/** A heredoc's text as a file: `COPY <<EOF /start.sh`. */
export interface WrittenScript {
  /** The source that stands for it, as written: `<<EOF`. */
  readonly source: string;
  readonly interpreter: string | null;
  readonly script: ShellScript;
  readonly span: Span;
}

/** `RUN --mount=type=…,from=…,source=…,target=…`, expansions as written. */
export interface Mount {
  readonly type: string;
  readonly from?: string;
  readonly source?: string;
  readonly target?: string;
}

// ---- Kubernetes --------------------------------------------------------------------------------------

/** A pod template, wherever it stands: a workload kind, a List item, a custom resource that embeds one. */
export interface WorkloadFact {
  readonly kind: 'workload';
  readonly span: Span;
  /** The kind of the object that holds the pod template: `Deployment`, `CronJob`, `Pod`, a custom kind. */
  readonly workload: string;
  /** `metadata.name` (or generateName) as written; empty where there is none. */
  readonly name: string;
  /** Where the pod template stands in the object: `spec.template`, `spec.jobTemplate.spec.template`. */
  readonly at: string;
  readonly hostPid: boolean;
  /** It stands inside another file: a script, a Go source. */
  readonly embedded?: true;
  /** Volumes that matter to judge what a container starts. */
  readonly volumes: readonly VolumeFact[];
  readonly containers: readonly ContainerFact[];
}

/** A projected volume is one fact for each of its sources. */
export type VolumeFact =
  | {
      readonly name: string;
      readonly source: 'config-map' | 'secret';
      /** The ConfigMap's or the Secret's name. */
      readonly configMap: string;
      readonly defaultMode?: number;
      /** `items`: which keys are there, under which paths; all keys under their own names where absent. */
      readonly items?: readonly { readonly key: string; readonly path: string }[];
    }
  | { readonly name: string; readonly source: 'host-path'; readonly hostPath: string }
  | { readonly name: string; readonly source: 'other' };

/** A container of a workload, as the object writes it. */
export interface ContainerFact {
  readonly name: string;
  readonly role: 'container' | 'init' | 'sidecar' | 'ephemeral';
  readonly span: Span;
  /** The image as written; a template's action stands as `{{…}}`. Absent where the object names none. */
  readonly image?: Word;
  /** `command`; absent where the image's entry point counts. */
  readonly command?: readonly Word[];
  readonly args?: readonly Word[];
  /** Span of `command` (or of `args` where there is no command), key included. */
  readonly startSpan?: Span;
  /** `command` and `args` as one start, read for a shell; absent where neither is given. */
  readonly start?: ExecCommand;
  /** Literal `env` values in order, as far as `$(VAR)` may need them. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose values stand elsewhere: `envFrom`, and `env` entries with `valueFrom`. */
  readonly envFrom?: readonly EnvironmentSource[];
  /** Keys that hold something open (`{{ .x }}`, `@X@`) and may turn out to be `command`. */
  readonly openKeys?: readonly Word[];
  readonly hooks: readonly HookFact[];
  /** Probes and handlers that a template's action brings as a whole: `livenessProbe: {{ toYaml .Values.livenessProbe }}`. */
  readonly broughtHooks?: readonly { readonly key: string; readonly action: Word }[];
  /** Actions of a template that write whole lines of the container: `{{- toYaml .Values.more | nindent 8 }}`. */
  readonly broughtLines?: readonly Word[];
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly subPath?: string }[];
}

/** Where the value of a variable, or of all that an object's keys name, comes from. */
export interface EnvironmentSource {
  /** The variable; absent where all keys of the object become variables. */
  readonly name?: string;
  /** In front of each key, where all become variables. */
  readonly prefix?: string;
  /** `other`: a field of the pod, a resource. */
  readonly source: 'config-map' | 'secret' | 'other';
  readonly object: string;
  readonly key?: string;
}

/** An exec probe or lifecycle hook. */
export interface HookFact {
  readonly role: 'liveness' | 'readiness' | 'startup' | 'post-start' | 'pre-stop';
  readonly command: ExecCommand;
}

/** A ConfigMap, or a Secret, or what kustomize generates as one. */
export interface ConfigMapFact {
  readonly kind: 'config-map';
  readonly span: Span;
  readonly name: string;
  /** Set for a Secret. */
  readonly secret?: true;
  /** Short values that name a shell: variables may be set from them. */
  readonly shells?: readonly { readonly key: string; readonly value: string }[];
  /** Entries that are files beside the one that says so (`configMapGenerator`): paths as written. */
  readonly files?: readonly { readonly key: string; readonly path: string }[];
  /** Entries that begin with `#!` or whose key ends in a shell suffix, read as scripts. */
  readonly scripts: readonly {
    readonly key: string;
    readonly interpreter: string | null;
    readonly script: ShellScript;
    readonly span: Span;
  }[];
}

// ---- Scripts and Go ------------------------------------------------------------------------------------

/** A file that a shell or another interpreter runs. */
export interface ScriptFact {
  readonly kind: 'script';
  /** The program of the `#!` line with its own arguments resolved (`/usr/bin/env bash` is `bash`); null without one. */
  readonly interpreter: string | null;
  readonly script: ShellScript;
  /** The text itself, where what it computes matters: of scripts that may build images. */
  readonly text?: string;
  /** The text is too long to be kept, and only its first commands were read. */
  readonly isTooLong?: true;
}

/** A makefile as a program: statements in reading order, conditionals as marks between them. */
export interface MakeFact {
  readonly kind: 'program';
  readonly language: 'make';
  readonly statements: readonly MakeStatement[];
}

/**
 * One statement. Words are as written: comments and the tab of a recipe left out, references (`$(X)`) and continuations
 * (a backslash and a line feed) still in them.
 */
export type MakeStatement = { readonly span: Span } & (
  | {
      readonly kind: 'assignment';
      readonly name: string;
      readonly operator: '=' | ':=' | '?=' | '+=' | '!=';
      readonly value: Word;
      /** Targets that it holds for; absent for a variable of the whole makefile. */
      readonly targets?: Word;
      readonly override?: true;
      readonly exported?: true;
      /** `define`: the value's line feeds are its own. */
      readonly multiline?: true;
    }
  | { readonly kind: 'undefine'; readonly name: string }
  | { readonly kind: 'export'; readonly names: readonly string[]; readonly exported: boolean }
  | { readonly kind: 'if' | 'else-if'; readonly test: MakeTest }
  | { readonly kind: 'else' | 'endif' }
  /** `optional`: with a dash in front, files that are not there are none. */
  | { readonly kind: 'include'; readonly files: Word; readonly optional?: true }
  | {
      readonly kind: 'rule';
      readonly targets: Word;
      readonly prerequisites: Word;
      /** The target pattern of a static pattern rule. */
      readonly pattern?: Word;
    }
  | { readonly kind: 'recipe'; readonly text: Word }
  /** A line that only has an effect by what it expands to: `$(eval …)`, `$(call …)`. */
  | { readonly kind: 'expression'; readonly text: Word }
);

/** The test of a conditional (`ifeq`, `ifdef` and their opposites). */
export type MakeTest =
  | { readonly kind: 'equal'; readonly negated: boolean; readonly left: Word; readonly right: Word }
  | { readonly kind: 'defined'; readonly negated: boolean; readonly name: Word }
  /** A condition that could not be read. */
  | { readonly kind: 'unreadable'; readonly text: string };

/** A data file that names an image's base for each architecture. */
export interface BaseImagesFact {
  readonly kind: 'base-images';
  /** `amd64`, `linux/amd64`, `windows/amd64/1809`, as written. */
  readonly entries: readonly { readonly platform: string; readonly image: Word }[];
}

/** What a Go source imports and which programs it starts. */
export interface GoFact {
  readonly kind: 'go';
  readonly imports: readonly { readonly path: string; readonly name?: string; readonly span: Span }[];
  /** Calls and literals that start programs. */
  readonly starts: readonly {
    /** `exec.Command`, `exec.CommandContext`, `exec.LookPath`, a wrapper's name, or `[]string` for a bare literal. */
    readonly call: string;
    /** String literal arguments in order; null for what is computed. The first is the program. */
    readonly words: readonly (string | null)[];
    readonly span: Span;
  }[];
}
