import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { POLICY_PATH } from '../../src/domain/index.ts';
import { CHOSEN, judgeChange } from '../support/mini-repository.ts';
import { type Scenario, scenarios, stable } from '../support/scenarios.ts';

const SCHEMA = new URL('../../docs/report.schema.json', import.meta.url);
const CONTRACT = new URL('../../../shared/contract/report.schema.json', import.meta.url);

/** The policy is read at the tip, as command line and App do it; without one, kep-1729 as if it had been chosen. */
function judged(scenario: Scenario) {
  const tip = scenario.tip ?? scenario.base;
  const text = tip[POLICY_PATH];
  const policies =
    typeof text === 'string'
      ? [{ tier: 'repository' as const, from: `${POLICY_PATH}@${'a'.repeat(40)}`, text }]
      : CHOSEN;
  return judgeChange(scenario.base, scenario.head, {
    policies,
    ...(scenario.tip === undefined ? {} : { tip: scenario.tip }),
  });
}

const reports = new Map<string, ReturnType<typeof judged>>();

/** Each once, for both tests below. */
function judge(scenario: Scenario): ReturnType<typeof judged> {
  const report = reports.get(scenario.name) ?? judged(scenario);
  reports.set(scenario.name, report);
  return report;
}

describe('scenarios', () => {
  it.each(scenarios().map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
    const report = stable(await judge(scenario));
    // `ACCEPT=name npm test -- test/engine/scenarios` writes a report that somebody has read and found right.
    if (process.env.ACCEPT === name)
      writeFileSync(scenario.expectedPath, `${JSON.stringify(report, null, 2)}\n`);
    else expect(report).toEqual(scenario.expected);
  });

  it('every report is valid by the published schema', async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    for (const scenario of scenarios()) {
      validate(await judge(scenario));
      expect({ scenario: scenario.name, errors: validate.errors }).toEqual({
        scenario: scenario.name,
        errors: null,
      });
    }
  });

  (existsSync(CONTRACT) ? it : it.skip)(
    'the published schema is the contract (skipped where ../shared is absent)',
    () => {
      expect(readFileSync(SCHEMA, 'utf8')).toBe(readFileSync(CONTRACT, 'utf8'));
    },
  );
});
