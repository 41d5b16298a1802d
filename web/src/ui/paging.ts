// Where one is in a long list of the server. It only ever goes forward by opaque cursors, so the cursors of the pages seen
// so far are the way back. One page is held; a million rows cost as much as fifty.

export interface Trail {
  /** The cursor of each page reached; the first page has none. */
  cursors: (string | null)[];
  /** Which of them is shown. */
  at: number;
}

export const kTrailStart: Trail = { cursors: [null], at: 0 };

export const cursorOf = (trail: Trail): string | null => trail.cursors[trail.at] ?? null;

/** The page that is shown says where the list goes on. What was known beyond it may have moved, so it is dropped. */
export function reached(trail: Trail, next: string | null): Trail {
  const known = trail.cursors.slice(0, trail.at + 1);
  if (next === null) return { cursors: known, at: trail.at };
  if (trail.cursors[trail.at + 1] === next) return trail;
  return { cursors: [...known, next], at: trail.at };
}

export const hasNext = (trail: Trail): boolean => trail.at + 1 < trail.cursors.length;
export const forward = (trail: Trail): Trail => (hasNext(trail) ? { ...trail, at: trail.at + 1 } : trail);
export const back = (trail: Trail): Trail => (trail.at > 0 ? { ...trail, at: trail.at - 1 } : trail);

/** First and last row shown, counted from 1. */
export function range(trail: Trail, size: number, shown: number): [number, number] {
  const before = trail.at * size;
  return [shown > 0 ? before + 1 : before, before + shown];
}
