import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RULE_METADATA } from '../../src/rules/index.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the sources of a rule', () => {
  it.each([...RULE_METADATA.values()].map((meta) => [meta.id, meta.sources] as const))(
    '%s: each is an address or a file of this repository',
    (_, sources) => {
      expect(sources).not.toEqual([]);
      for (const source of sources) {
        const isThere = source.startsWith('https://')
          ? URL.canParse(source)
          : existsSync(new URL(source, ROOT));
        expect({ source, isThere }).toEqual({ source, isThere: true });
      }
    },
  );
});
