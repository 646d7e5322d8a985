import { describe, expect, it } from '@jest/globals';
import { markedReply, readReplyMarker } from '../../../src/app/commands/index.ts';

describe('the mark of a reply', () => {
  it('names the comment that it answers, and the outcome', () => {
    expect(readReplyMarker(markedReply('text', 12, 'refused'))).toEqual({
      commentId: 12,
      outcome: 'refused',
    });
    expect(readReplyMarker(markedReply('text', 12, 'done').replaceAll('\n', '\r\n'))).toMatchObject({
      commentId: 12,
    });
  });

  it('is the last line alone: what people wrote and a reply repeats marks nothing', () => {
    const theirs = '<!-- plinth:reply 99 done -->';
    expect(readReplyMarker(markedReply(theirs, 12, 'done'))).toMatchObject({ commentId: 12 });
    expect(readReplyMarker(`${theirs}\n\nmore`)).toBeNull();
    expect(readReplyMarker('a reply of an older version')).toBeNull();
    expect(readReplyMarker('')).toBeNull();
  });
});
