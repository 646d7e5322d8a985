import type { StarlarkFact } from '../../domain/index.ts';
import { labelsIn, type PlacedTarget } from './targets.ts';

/** Names that a workspace or module gives its own repository. */
export function workspaceNames(fact: StarlarkFact): readonly string[] {
  return fact.statements.flatMap((statement) => {
    if (statement.kind !== 'expression' || statement.value.kind !== 'call') return [];
    const { callee, arguments: given } = statement.value;
    if (callee.kind !== 'name' || !['workspace', 'module'].includes(callee.name)) return [];
    return given.flatMap(({ name, value }) =>
      (name === 'name' || name === 'repo_name') && value.kind === 'text' ? [value.text] : [],
    );
  });
}

/** The version of rules_docker that a tree pins, by archive, tag or module; null where it names none or a commit. */
export function pinnedVersion(targets: readonly PlacedTarget[]): readonly [number, number] | null {
  for (const { rule, attributes } of targets) {
    if (!['http_archive', 'git_repository', 'bazel_dep'].includes(rule)) continue;
    const texts = ['urls', 'url', 'strip_prefix', 'remote', 'name'].flatMap((name) =>
      labelsIn(attributes.get(name)?.value),
    );
    if (!texts.some((one) => one.includes('rules_docker'))) continue;
    const own = ['tag', 'version'].flatMap((name) => labelsIn(attributes.get(name)?.value));
    for (const one of [...own, ...texts]) {
      const match =
        /(?:^|rules_docker-|rules_docker[\w./-]{0,80}\/)v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,4})?(?=$|[/.-])/.exec(
          one.slice(0, 400),
        );
      if (match !== null) return [Number(match[1]), Number(match[2])];
    }
  }
  return null;
}
