// "Researching elsewhere": declared, paid time away from the page. It is kept in the browser from its first second, so that
// a reload or a crash does not end it unnoticed.
import type { TimeReport } from '../api/person';
import { kLongestMs } from './timeLog';

export interface Research {
  member: string;
  project: string;
  assignment: string;
  startedMs: number;
}

/** Longer than this is asked about before it counts: people forget. */
export const kAskAboveMs = 60 * 60_000;
/** A shorter absence is not worth a question. */
export const kAwayMs = 60_000;
const kShortestMs = 1000;

export function readResearch(text: string | null): Research | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Research | null;
    const whole = kept && typeof kept.member === 'string' && typeof kept.project === 'string' &&
      typeof kept.assignment === 'string' && Number.isFinite(kept.startedMs);
    return whole ? kept : null;
  } catch {
    return null;
  }
}

/** Intervals from `startMs`, none longer than the server takes; none for what is over before it began. */
export function researchEntries(assignment: string, startMs: number, lengthMs: number): TimeReport[] {
  const entries: TimeReport[] = [];
  for (let at = startMs; at + kShortestMs <= startMs + lengthMs; at += kLongestMs) {
    const end = Math.min(at + kLongestMs, startMs + lengthMs);
    entries.push({
      class: 'research', started_at: new Date(at).toISOString(), ended_at: new Date(end).toISOString(), assignment,
    });
  }
  return entries;
}
