// Problems of two trees become findings, findings a verdict.
// In: problems with their rule and level. Out: states, fingerprints, outcome and reasons.
// Not here: what is a problem (rules), how it is said (present).
export { type Compared, compareProblems, fingerprintOf, type Judged, withoutBase } from './compare.ts';
export { exceptionStates } from './exception-states.ts';
export {
  type ExceptedBase,
  type ExceptedDefinition,
  type ExceptedImage,
  Exceptions,
  type ExceptionsInput,
  type GrantedEntry,
  isInForce,
} from './exceptions.ts';
export { levelOf } from './level.ts';
export { type VerdictInput, type VerdictParts, verdictOf } from './verdict.ts';
