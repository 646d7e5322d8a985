// In: what was said about exceptions on a pull request, in the store or in the App's own replies. Out: what stands, and who may add to it.
// Not here: the words of commands (commands), what a grant covers (decide), keeping events (the store).
export { allEvents, type GrantEventsGiven, restoreEvents, type SaidOnPull, termsOf } from './events.ts';
export {
  createReplyMarks,
  type Outcome,
  type ReplyMarks,
  type ReplyPlace,
  type ReplyStatement,
} from './reply-marker.ts';
export {
  type Decision,
  type MayDecide,
  mayDecide,
  type Person,
  type WhoMayGiven,
  whoMayInWords,
} from './who-may.ts';
