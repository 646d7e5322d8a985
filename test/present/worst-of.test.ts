import { describe, expect, it } from '@jest/globals';
import type { NonEmpty, Outcome, Report } from '../../src/domain/index.ts';
import { worstOf } from '../../src/present/worst-of.ts';
import { aReport, observed } from '../support/report.ts';

function of(outcome: Outcome): Report {
  return aReport({
    verdict: { outcome, touched: outcome, because: outcome === 'pass' ? [] : ['A reason.'] },
  });
}

describe('the worst of several reports (SEM-6.1)', () => {
  it.each<[string, NonEmpty<Report>, readonly Outcome[]]>([
    ['one', [of('warn')], ['warn']],
    [
      'all of them, by SEM-5.1',
      [of('pass'), of('warn'), of('inconclusive'), of('needs-exception'), of('block')],
      ['block', 'needs-exception', 'inconclusive', 'warn', 'pass'],
    ],
    [
      'what gates before what is only observed',
      [observed(of('block')), of('inconclusive')],
      ['inconclusive', 'block'],
    ],
    ['what is only observed by outcome', [of('pass'), observed(of('block'))], ['block', 'pass']],
  ])('%s', (_, reports, outcomes) => {
    expect(worstOf(reports).map((report) => report.verdict.outcome)).toEqual(outcomes);
  });
});
