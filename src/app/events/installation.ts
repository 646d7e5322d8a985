import type { EventReader } from './act.ts';
import { at, shortText, wholeNumber } from './payload.ts';

const CHANGES: ReadonlyMap<string, 'here' | 'suspended' | 'gone'> = new Map([
  ['created', 'here'],
  ['unsuspend', 'here'],
  ['new_permissions_accepted', 'here'],
  ['suspend', 'suspended'],
  ['deleted', 'gone'],
]);

/** Where Plinth works, and where it stops. */
export const readInstallation: EventReader = (payload, action) => {
  const change = CHANGES.get(action ?? '');
  if (change === undefined) return [];
  const id = wholeNumber(at(payload, 'installation', 'account', 'id'));
  const login = shortText(at(payload, 'installation', 'account', 'login'), 300);
  return [{ kind: 'installation', change, account: id === null || login === null ? null : { id, login } }];
};
