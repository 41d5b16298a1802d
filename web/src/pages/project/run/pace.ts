// From the figures of days to what a manager asks: how fast, and until when. Days are UTC days, as the server counts them.
import type { Day } from '../../../api/manage';

const kDayMs = 86_400_000;
/** The pace is that of the last seven days. */
export const kPaceDays = 7;
/** Below either of these nothing honest can be said about the end. */
const kLeastAnswers = 5;
const kLeastMs = 6 * 3_600_000;

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const daysBefore = (now: number, n: number): string => dayOf(now - n * kDayMs);
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Every day from the first to today, those without work as zeros: a gap in a plot must not look like a slope. */
export function filledDays(items: Day[], from: string, to: string): Day[] {
  const known = new Map(items.map((d) => [d.day, d]));
  const days: Day[] = [];
  for (let at = startOf(from); at <= startOf(to); at += kDayMs) {
    const day = dayOf(at);
    days.push(known.get(day) ?? { day, submitted: 0, accepted: 0, returned: 0, rejected: 0, active_ms: 0 });
  }
  return days;
}

export type End =
  | { kind: 'done' }
  /** Too little has happened to say; `answers` in the time looked at. */
  | { kind: 'early'; answers: number }
  /** Nothing came in the last days, so there is no pace. */
  | { kind: 'still' }
  | { kind: 'at'; at: number; perDay: number };

/** The pace since work began, at most over the last seven days; today counts as far as it has gone. */
export function expectedEnd(remaining: number, days: Day[], now: number): End {
  if (remaining <= 0) return { kind: 'done' };
  const first = daysBefore(now, kPaceDays - 1);
  const worked = days.filter((d) => d.submitted > 0);
  const recent = worked.filter((d) => d.day >= first);
  const answers = recent.reduce((sum, d) => sum + d.submitted, 0);
  if (answers === 0) return worked.length > 0 ? { kind: 'still' } : { kind: 'early', answers: 0 };
  // Work that began before the week spreads over the whole week; otherwise over the days since it began.
  const began = worked.some((d) => d.day < first) ? startOf(first) : Math.min(...recent.map((d) => startOf(d.day)));
  const ms = now - began;
  if (answers < kLeastAnswers || ms < kLeastMs) return { kind: 'early', answers };
  const perMs = answers / ms;
  return { kind: 'at', at: now + remaining / perMs, perDay: perMs * kDayMs };
}

/** Answers in all at the end of each day, counted back from what there is now. */
export function burnUp(days: Day[], given: number): number[] {
  const sums: number[] = [];
  let left = given;
  for (const day of [...days].reverse()) {
    sums.push(left);
    left = Math.max(0, left - day.submitted);
  }
  return sums.reverse();
}

export const meanMs = (activeMs: number, answers: number): number | null => (answers > 0 ? activeMs / answers : null);
