import type { RuleMeta } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION } from '../domain/words.ts';

/** The engine reports this one: only it knows which files could not be read and which of them count. */
export const unreadFile: RuleMeta = {
  id: 'unread-file',
  since: '0.1.0',
  level: 'inconclusive',
  summary: 'A file that the verdict depends on could not be read or analysed.',
  why: 'A file that nobody read may hold anything. The check says so and does not turn green.',
  remedy: `Mend the file where the message says so, or ${ASK_FOR_EXCEPTION}.`,
  sources: ['docs/guide/exceptions-file.md'],
  examples: {
    flagged: [{ title: 'no FROM', files: { Dockerfile: 'COPY a /a\n#^^^^^^ unread-file\n' } }],
    clean: [{ title: 'a readable file', files: { Dockerfile: 'FROM gcr.io/distroless/static\n' } }],
  },
};
