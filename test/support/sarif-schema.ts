/**
 * The part of the SARIF 2.1.0 schema that Plinth writes, by hand from the specification; closed, so that a member that SARIF does not
 * know is refused. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html (section numbers beside the parts).
 */
const text = { type: 'string', minLength: 1 };
const level = { enum: ['none', 'note', 'warning', 'error'] };
const bag = { type: 'object' };
const line = { type: 'integer', minimum: 1 };
const uri = { type: 'string', format: 'uri-reference' };

function object(properties: Record<string, unknown>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

function list(items: unknown, more: object = {}): object {
  return { type: 'array', items, ...more };
}

/** 3.11, 3.12 */
const message = object({ text, markdown: text }, ['text']);
/** 3.4 */
const artifactLocation = object({ uri, uriBaseId: text, description: message });
/** 3.30 */
const region = object({ startLine: line, startColumn: line, endLine: line, endColumn: line }, ['startLine']);
/** 3.29 */
const physicalLocation = object({ artifactLocation, region }, ['artifactLocation']);
/** 3.28 */
const location = object({ id: { type: 'integer', minimum: -1 }, physicalLocation, message });
/** 3.57 */
const replacement = object({ deletedRegion: region, insertedContent: object({ text: { type: 'string' } }) }, [
  'deletedRegion',
]);
/** 3.55, 3.56 */
const fix = object(
  {
    description: message,
    artifactChanges: list(
      object({ artifactLocation, replacements: list(replacement, { minItems: 1 }) }, [
        'artifactLocation',
        'replacements',
      ]),
      { minItems: 1 },
    ),
  },
  ['artifactChanges'],
);
/** 3.35 */
const suppression = object(
  {
    kind: { enum: ['inSource', 'external'] },
    status: { enum: ['accepted', 'underReview', 'rejected'] },
    justification: text,
  },
  ['kind'],
);
/** 3.27 */
const result = object(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    message,
    locations: list(location),
    relatedLocations: list(location, { uniqueItems: true }),
    partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
    baselineState: { enum: ['new', 'unchanged', 'updated', 'absent'] },
    suppressions: list(suppression, { uniqueItems: true }),
    fixes: list(fix, { uniqueItems: true }),
    properties: bag,
  },
  ['message'],
);
/** 3.49 */
const rule = object(
  {
    id: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    helpUri: { type: 'string', format: 'uri' },
    defaultConfiguration: object({ level }),
    properties: bag,
  },
  ['id'],
);
/** 3.58 */
const notification = object({ descriptor: object({ id: text }), level, message, locations: list(location) }, [
  'message',
]);
/** 3.20 */
const invocation = object(
  { executionSuccessful: { type: 'boolean' }, toolExecutionNotifications: list(notification) },
  ['executionSuccessful'],
);

/** 3.13, 3.14, 3.18, 3.19 */
export const SARIF_SUBSET = object(
  {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: list(
      object(
        {
          tool: object(
            {
              driver: object({ name: text, version: text, rules: list(rule, { uniqueItems: true }) }, [
                'name',
              ]),
            },
            ['driver'],
          ),
          automationDetails: object({ id: text }),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          originalUriBaseIds: { type: 'object', additionalProperties: artifactLocation },
          invocations: list(invocation),
          results: list(result),
          properties: bag,
        },
        ['tool'],
      ),
    ),
  },
  ['version', 'runs'],
);
