const DAY_MS = 86_400_000;

/** True for a day of the calendar as policies and exceptions write it: `YYYY-MM-DD`, in UTC. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && dayAt(time) === text;
}

/** The day in UTC of a time in milliseconds since 1970. */
export function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The day that is so many days later; empty for what is no day. */
export function dayAfter(day: string, days: number): string {
  return isDay(day) ? dayAt(Date.parse(day) + days * DAY_MS) : '';
}

/** How many days it is from one day to another; negative where that is over. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}
