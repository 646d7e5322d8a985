import { compareText } from '../domain/index.ts';
import { type PolicyGiven, tableOf } from './layers.ts';

/** Every family of bases that a policy can name, in order; empty where the table cannot be used, which loading a policy says. */
export function familyNames({ basesText }: Pick<PolicyGiven, 'basesText'>): readonly string[] {
  const read = tableOf(basesText);
  return 'problems' in read ? [] : [...read.table.families].sort(compareText);
}
