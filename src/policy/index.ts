// What a policy text means: texts of all tiers become one effective policy.
// In: policy texts, the table of base families, the ids of rules. Out: a Policy that answers questions, or problems with places.
// Not here: reading files, findings, levels that follow from SEMANTICS rather than from a text.
export { type EffectivePolicy, effectiveSettings } from './effective.ts';
export { familyNames } from './families.ts';
export { DEFAULT_POLICY, leavesKeys, type PolicyGiven } from './layers.ts';
export { type LoadedPolicy, loadPolicy } from './load.ts';
export { policyNotices } from './notices.ts';
export { type OwnersTexts, ownersFiles, ownersOf, type PathOwners } from './owners/index.ts';
export { policySchema } from './schema.ts';
export { packShipped } from './shipped-text.ts';
export type { EffectiveSetting, Lock } from './tiers.ts';
