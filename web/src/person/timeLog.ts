// Today's record of time, as the person reads it: corrections in place of what they correct, in order, summed by kind.
import type { TimeEntry } from '../api/person';
import type { ActivityClass } from '../api/types';

export interface TimeRow {
  id: string;
  class: ActivityClass;
  startMs: number;
  endMs: number;
  source: TimeEntry['source'];
  assignment: string | null;
}

/** An entry can be corrected, not deleted: one that is taken away is replaced by one of this length. */
export const kNothingMs = 1;
export const kLongestMs = 12 * 3_600_000;

export function startOfDay(nowMs: number): number {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

export function rowsSince(entries: TimeEntry[], sinceMs: number): TimeRow[] {
  const replaced = new Set(entries.map((e) => e.replaces).filter(Boolean));
  return entries
    .filter((e) => !replaced.has(e.id))
    .map((e) => ({
      id: e.id, class: e.class, startMs: Date.parse(e.started_at), endMs: Date.parse(e.ended_at), source: e.source, assignment: e.assignment,
    }))
    .filter((row) => row.endMs > sinceMs && row.endMs - row.startMs > kNothingMs)
    .sort((a, b) => a.startMs - b.startMs);
}

export function totals(rows: TimeRow[], sinceMs: number): Map<ActivityClass, number> {
  const sums = new Map<ActivityClass, number>();
  for (const row of rows) sums.set(row.class, (sums.get(row.class) ?? 0) + row.endMs - Math.max(row.startMs, sinceMs));
  return sums;
}

export function overlapping(rows: TimeRow[], startMs: number, endMs: number, except: string | null): TimeRow | null {
  return rows.find((row) => row.id !== except && row.startMs < endMs && startMs < row.endMs) ?? null;
}

export type Wrong = 'order' | 'future' | 'long' | null;

export function wrongWith(startMs: number, endMs: number, nowMs: number): Wrong {
  if (!(endMs > startMs)) return 'order';
  if (endMs > nowMs + 60_000) return 'future';
  return endMs - startMs > kLongestMs ? 'long' : null;
}

/** "14:05" on the day of `dayMs`; NaN for what is no time. */
export function atClock(dayMs: number, clock: string): number {
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(clock);
  if (!parts) return Number.NaN;
  const at = new Date(dayMs);
  at.setHours(Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0), 0);
  return at.getTime();
}

export function clockOf(ms: number): string {
  const at = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}
