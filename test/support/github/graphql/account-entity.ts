// Accounts as GraphQL shows them.
import type { Account } from '../state.ts';
import { Entity } from './execute.ts';

export function accountEntity(account: Account): Entity {
  const login = account.login.replace(/\[bot\]$/, '');
  return new Entity(account.type, {
    id: () => `U_${account.id}`,
    databaseId: () => account.id,
    // GraphQL leaves the `[bot]` of an App's login out.
    login: () => (account.type === 'Bot' ? login : account.login),
    url: () => `/${login}`,
  });
}
