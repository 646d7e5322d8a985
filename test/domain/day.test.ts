import { describe, expect, it } from '@jest/globals';
import { dayAfter, dayAt, daysBetween, isDay } from '../../src/domain/index.ts';

describe('days', () => {
  it.each(['2027-06-30', '2028-02-29', '0001-01-01'])('takes %s for one', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each(['', '2027-6-30', '2027-06-31', '2027-02-29', '2027-13-01', '2027-06-30T00:00:00Z', ' 2027-06-30'])(
    'does not take "%s" for one',
    (text) => {
      expect(isDay(text)).toBe(false);
    },
  );

  it('counts over the ends of months and years', () => {
    expect(dayAfter('2027-12-31', 1)).toBe('2028-01-01');
    expect(dayAfter('2028-02-28', 2)).toBe('2028-03-01');
    expect(daysBetween('2027-12-31', '2028-01-02')).toBe(2);
    expect(daysBetween('2028-01-02', '2027-12-31')).toBe(-2);
  });

  it('has no day after what is none', () => {
    expect(dayAfter('2027-02-30', 1)).toBe('');
  });

  it('names the day in UTC of a time', () => {
    expect(dayAt(Date.UTC(2027, 5, 30, 23, 59, 59))).toBe('2027-06-30');
  });
});
