import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../src/', import.meta.url));
const FOLDERS = ['adapters/store', 'cli', 'decide', 'demo', 'domain', 'policy', 'present', 'rules'];
const EXPORTED = /^export (?:async )?(?:function\*?|const|interface|type|class) (\w+)/;

/** Exported symbols of a text above which no comment ends. */
function undocumented(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = EXPORTED.exec(line)?.[1];
    return name === undefined || lines[index - 1]?.endsWith('*/') === true ? [] : [name];
  });
}

describe('exported symbols', () => {
  it('are told from documented ones', () => {
    expect(undocumented('/** A. */\nexport const a = 1;\n\nexport type B = 1;\nexport { c };')).toEqual([
      'B',
    ]);
  });

  it.each(FOLDERS)('of %s have a docstring', (folder) => {
    const files = globSync(`${folder}/**/*.ts`, { cwd: ROOT });
    expect(files.length).toBeGreaterThan(0);
    const found = files.flatMap((file) =>
      undocumented(readFileSync(ROOT + file, 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});
