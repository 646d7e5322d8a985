// Project model → problems; a file per rule, a line here.
// In: the model of one tree, or a change. Out: problems without level, fingerprint and state.
// Not here: comparing trees, levels (decide), words of the check run (present).
import type { Rule, RuleMeta } from '../domain/index.ts';
import { baseDrift } from './base-drift.ts';
import { baseNeedsException } from './base-needs-exception.ts';
import { baseNotAllowed } from './base-not-allowed.ts';
import { baseScratch } from './base-scratch.ts';
import { dynamicBinary } from './dynamic-binary.ts';
import { glogImport } from './glog-import.ts';
import { goExecShell } from './go-exec-shell.ts';
import { healthcheckShell } from './healthcheck-shell.ts';
import { k8sTooOld } from './k8s-too-old.ts';
import { manifestLogRedirection } from './manifest-log-redirection.ts';
import { manifestShellCommand } from './manifest-shell-command.ts';
import { manifestShellProbe } from './manifest-shell-probe.ts';
import { missingProgram } from './missing-program.ts';
import { packageManagerFinalStage } from './package-manager-final-stage.ts';
import { policyChanged } from './policy-changed.ts';
import { rebaseBreaksManifest } from './rebase-breaks-manifest.ts';
import { redundantPackage } from './redundant-package.ts';
import { scriptEntrypoint } from './script-entrypoint.ts';
import { shellCopiedIntoImage } from './shell-copied-into-image.ts';
import { shellEntrypoint } from './shell-entrypoint.ts';
import { shellRunFinalStage } from './shell-run-final-stage.ts';
import { unreadFile } from './unread-file.ts';
import { unresolvedBase } from './unresolved-base.ts';

export { shellUsesOf } from './shell-uses.ts';

/** Every rule, sorted by id. */
export const RULES: readonly Rule[] = [
  baseDrift,
  baseNeedsException,
  baseNotAllowed,
  baseScratch,
  dynamicBinary,
  glogImport,
  goExecShell,
  healthcheckShell,
  k8sTooOld,
  manifestLogRedirection,
  manifestShellCommand,
  manifestShellProbe,
  missingProgram,
  packageManagerFinalStage,
  policyChanged,
  rebaseBreaksManifest,
  redundantPackage,
  scriptEntrypoint,
  shellCopiedIntoImage,
  shellEntrypoint,
  shellRunFinalStage,
  unresolvedBase,
];

/** What readers need to know of every rule, `unread-file` of the engine included, by id. */
export const RULE_METADATA: ReadonlyMap<string, RuleMeta> = new Map(
  [...RULES.map((rule) => rule.meta), unreadFile]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((meta) => [meta.id, meta]),
);
