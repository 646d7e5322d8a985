import { z } from 'zod';
import { EXCEPTION_REASONS } from '../../domain/index.ts';
import { once } from '../once.ts';

const MOST_ENTRIES = 2000;
const LONGEST_WORD = 512;
const LONGEST_TEXT = 4096;

/** What an exceptions file may say (DESIGN 7). Every plain scalar is text. */
export const exceptionsSchema = once(makeSchema);

function makeSchema() {
  const word = z.string().max(LONGEST_WORD);
  const text = z.string().max(LONGEST_TEXT);
  const entry = z.strictObject({
    id: word
      .optional()
      .describe('What reports call the entry; unique in the file. Made of the rest where it is left out.'),
    image: word.optional().describe('Published name of the image, without tag.'),
    path: word
      .optional()
      .describe(
        'Path of the definition, for an image without a name; of a manifest; or of the file that could not be read. As git lists it.',
      ),
    target: word.optional().describe('Stage of the definition that is built, where it is not the last.'),
    blob: word.optional().describe('Blob id of the file, for the rule unread-file.'),
    rule: word.describe('The rule that it is an exception to.'),
    base: word
      .optional()
      .describe(
        'Family of the base, or its repository name where the policy knows no family; of one that nothing decides, what stands in its place. Rules about the base need it.',
      ),
    reason: z.enum(EXCEPTION_REASONS).describe('Why the image needs it.'),
    text: text.optional().describe('What the image needs the base for, in words.'),
    owner: word.optional().describe('Who answers for it: a person or a team.'),
    issue: word.optional().describe('Where the way out is tracked.'),
    expires: word.optional().describe('The last day on which it holds, YYYY-MM-DD in UTC.'),
  });
  return z.strictObject({
    exceptions: z
      .array(entry)
      .max(MOST_ENTRIES)
      .nullish()
      .describe('The exceptions in force, and those that have ended.'),
  });
}

/** An entry as it is written. */
export type WrittenException = NonNullable<z.infer<ReturnType<typeof makeSchema>>['exceptions']>[number];
