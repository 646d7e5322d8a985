import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Report } from '../../src/domain/index.ts';
import { renderJson } from '../../src/present/json.ts';
import { aBase, aBlockedReport, aFinding, anImage, aReport } from '../support/report.ts';

const SCHEMA = new URL('../../../shared/contract/report.schema.json', import.meta.url);
const whereSchemaIs = existsSync(SCHEMA) ? it : it.skip;

const full = aFinding({
  line: 3,
  endLine: 4,
  column: 1,
  endColumn: 2,
  text: 'FROM x',
  effect: 'breaks',
  related: [{ path: 'a', line: 1, message: 'm' }],
  exception: null,
  cause: { path: 'b', line: 2 },
  fix: { title: 't', safe: true, edits: [{ path: 'a', startLine: 1, endLine: 1, newText: '' }] },
});

describe('reports as printed (skipped where ../shared with the contract is not at hand)', () => {
  whereSchemaIs.each<[string, Report, boolean]>([
    ['nothing found', aReport(), true],
    ['a tree judged alone', aReport({ tip: null, mergeBase: null, head: null }), true],
    [
      'everything at once',
      aBlockedReport([full], {
        images: [anImage({ bases: [aBase()], before: [aBase()] })],
        merge: { merged: ['a'], conflicting: ['b'] },
      }),
      true,
    ],
    [
      'no reason for what blocks',
      aReport({ verdict: { outcome: 'block', touched: 'block', because: [] } }),
      false,
    ],
    [
      'a pass beside an unread file that counts',
      aReport({ unread: [{ path: 'a', because: 'b', counts: true }] }),
      false,
    ],
  ])('%s', (_, report, valid) => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    expect(validate(JSON.parse(renderJson(report)))).toBe(valid);
  });
});
