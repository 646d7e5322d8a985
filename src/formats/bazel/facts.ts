import type { Fact, StarlarkExpression, StarlarkStatement } from '../../domain/index.ts';
import { parseStarlark } from './parse.ts';
import { SILENT } from './silent.ts';

const LONGEST_TEXT = 8_000_000;

/** The statements of a file that may lead to an image; none where nothing is left but what is loaded and named. */
export function bazelFacts(source: string, isExtension: boolean): readonly Fact[] {
  if (source.includes('\0')) return [{ kind: 'unreadable', because: 'it holds NUL bytes: not a text file' }];
  if (source.length > LONGEST_TEXT)
    return [{ kind: 'unreadable', because: `longer than ${LONGEST_TEXT} characters` }];
  const { statements, unread } = parseStarlark(source);
  const kept = keep(statements);
  const saysSomething = isExtension ? kept.length > 0 : kept.some(({ kind }) => ACTS.has(kind));
  if (!saysSomething) return unread;
  return [{ kind: 'starlark', statements: isExtension ? kept : withoutUnused(kept) }, ...unread];
}

const ACTS: ReadonlySet<string> = new Set(['expression', 'def', 'if', 'for', 'assign']);

function keep(statements: readonly StarlarkStatement[]): readonly StarlarkStatement[] {
  return statements.flatMap((statement): readonly StarlarkStatement[] => {
    switch (statement.kind) {
      case 'expression':
        return isSilent(statement.value) ? [] : [statement];
      case 'def':
        return [{ ...statement, body: keep(statement.body) }];
      case 'for': {
        const body = keep(statement.body);
        return body.length === 0 ? [] : [{ ...statement, body }];
      }
      case 'if':
        return [{ ...statement, arms: statement.arms.map((arm) => ({ ...arm, body: keep(arm.body) })) }];
      case 'pass':
        return [];
      default:
        return [statement];
    }
  });
}

/** A rule that no image comes from, a documentation string, a number of either. */
function isSilent(value: StarlarkExpression): boolean {
  if (value.kind === 'text' || value.kind === 'number') return true;
  if (value.kind === 'comprehension') return isSilent(value.element);
  if (value.kind !== 'call') return false;
  const name = calledName(value.callee);
  return name !== undefined && SILENT.has(name);
}

/** `rule`, and `rule` of `native.rule`. */
function calledName(callee: StarlarkExpression): string | undefined {
  if (callee.kind === 'name') return callee.name;
  const isNative = callee.kind === 'attribute' && callee.of.kind === 'name' && callee.of.name === 'native';
  return isNative ? callee.name : undefined;
}

// ---- what is loaded and named for nothing ------------------------------------------------------------------

/** Without names that are loaded, and constants, that nothing kept uses. */
function withoutUnused(statements: readonly StarlarkStatement[]): readonly StarlarkStatement[] {
  const used = new Set<string>();
  for (const statement of statements) collectNames(statement, used);
  return statements.flatMap((statement): readonly StarlarkStatement[] => {
    if (statement.kind !== 'load') return [statement];
    const names = statement.names.filter(({ local }) => used.has(local));
    return names.length === 0 ? [] : [{ ...statement, names }];
  });
}

/** Every name that a node uses; walks whatever is in it, without recursion. */
function collectNames(root: StarlarkStatement, into: Set<string>): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) continue;
    if ('kind' in node && node.kind === 'name' && 'name' in node && typeof node.name === 'string')
      into.add(node.name);
    if ('kind' in node && node.kind === 'load') continue;
    for (const [key, value] of Object.entries(node)) if (key !== 'at') open.push(value);
  }
}
