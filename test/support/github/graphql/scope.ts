// What a GraphQL caller may see of a repository.
import { allows } from '../permissions.ts';
import type { Call, Needs } from '../route.ts';
import type { Repository } from '../state.ts';
import { FieldError, type Inputs } from './execute.ts';
import type { GitView } from './git-entities.ts';

export interface Scope {
  readonly call: Call;
  readonly repository: Repository;
}

export function scopeOf(call: Call, inputs: Inputs): Scope {
  const name = `${inputs.owner}/${inputs.name}`;
  const key = name.toLowerCase();
  const repository = call.world.repositories.get(key) ?? call.world.renamed.get(key);
  if (repository === undefined || !visible(call, repository))
    throw new FieldError('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  return { call, repository };
}

export function visible({ caller }: Call, repository: Repository): boolean {
  return !repository.private || owns(caller, repository);
}

function owns(caller: Call['caller'], repository: Repository): boolean {
  if (caller.kind !== 'installation' || caller.installation.account.id !== repository.owner.id) return false;
  return caller.token.repositories === null || caller.token.repositories.includes(repository.id);
}

/** Whether the caller may do this here; everybody may read what is public. */
function may({ call, repository }: Scope, need: Needs): boolean {
  const { caller } = call;
  if (caller.kind !== 'installation') return false;
  if (owns(caller, repository)) return allows(caller, need);
  return !repository.private && Object.values(need).every((level) => level === 'read');
}

export function assertMay(scope: Scope, need: Needs): void {
  if (!may(scope, need)) throw new FieldError('FORBIDDEN', 'Resource not accessible by integration');
}

export function gitViewOf(scope: Scope): GitView {
  return {
    repository: scope.repository,
    limits: scope.call.world.limits,
    mayRead: may(scope, { contents: 'read' }),
  };
}
