// A reader child's entry: texts in, their facts out. It reads nothing but its own program.
import { formatById } from '../../formats/index.ts';
import type { TextsAnswer, TextsMessage } from '../child-protocol.ts';
import { factsOfText, unreadable } from '../text-facts.ts';

async function read({ call, texts }: TextsMessage): Promise<TextsAnswer> {
  const facts: string[] = [];
  for (const { format: id, profile, text } of texts) {
    const format = formatById(id);
    const found =
      format === undefined
        ? [unreadable(`there is no format ${id}`)]
        : await factsOfText(format, profile, text);
    facts.push(JSON.stringify(found));
  }
  return { call, facts };
}

process.on('message', (message: TextsMessage) => {
  read(message).then((answer) => process.send?.(answer));
});
