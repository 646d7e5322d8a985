import type { RuleId, RuleMeta } from '../../domain/index.ts';
import { RULE_METADATA } from '../../rules/index.ts';
import { DOCS, EXCEPTIONS_PAGE } from '../pages.ts';

/** What a reader of check run and review is led to. */
export interface Guide {
  readonly rules: ReadonlyMap<RuleId, RuleMeta>;
  readonly pageOf: (rule: RuleId) => string;
  /** How an exception is given. */
  readonly exceptionsPage: string;
  /** `https://github.com/owner/name`, on the host that the App works for. */
  readonly repositoryUrl: (owner: string, name: string) => string;
}

/** `apiUrl` is the API's address: `https://api.github.com`, or `https://HOST/api/v3`. */
export function createGuide(apiUrl: string): Guide {
  const { protocol, host } = new URL(apiUrl);
  const web = host === 'api.github.com' ? 'https://github.com' : `${protocol}//${host}`;
  return {
    rules: RULE_METADATA,
    pageOf: (rule) => `${DOCS}/rules/${encodeURIComponent(rule)}.md`,
    exceptionsPage: EXCEPTIONS_PAGE,
    repositoryUrl: (owner, name) => `${web}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`,
  };
}
