import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** The published JSON schema of SARIF 2.1.0, as Microsoft's SARIF SDK for JavaScript carries it; closed, so an unknown member is an error. */
const PUBLISHED = join(
  dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json')),
  'lib/schemas/sarif-2.1.0-rtm.5.json',
);

/** A validator of that schema; its `errors` are null where the log is valid. */
export function sarifValidator(): ValidateFunction {
  // It is written for draft 4, whose name of itself (`id`) Ajv refuses; nothing else in it differs from draft 7.
  const { $schema: _draft, id: _name, ...schema } = JSON.parse(readFileSync(PUBLISHED, 'utf8'));
  // Its pattern of a language tag is no Unicode expression.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}
