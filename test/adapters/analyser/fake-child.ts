// A child program that dies as it is told by the policy text's first word: a stand-in for an analyser that meets a blob it cannot survive.
import { getPriority } from 'node:os';
import type { FromChild, ToChild } from '../../../src/engine/child-protocol.ts';

const send = (message: FromChild) => process.send?.(message);

/** Announces each blob of the judgement's tree in turn and dies on those that are called deadly, unless it was told to avoid them. */
function act({ judgement, avoid }: Extract<ToChild, { kind: 'analyse' }>): void {
  for (const { path, head } of judgement.changes) {
    if (head === null || avoid.includes(head.id)) continue;
    send({ kind: 'announce', blob: head.id });
    if (path.startsWith('abort')) process.abort();
    if (path.startsWith('exit')) process.exit(7);
    if (path.startsWith('priority'))
      return void send({ kind: 'failed', message: `priority ${getPriority()}` });
    if (path.startsWith('hang')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  if (judgement.head === 'dies-before-any-blob') process.exit(9);
  send({ kind: 'failed', message: `avoided ${avoid.length}` });
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'analyse') act(message);
});
send({ kind: 'ready' });
