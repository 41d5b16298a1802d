// Which rows are marked. It holds across pages, so what is marked is kept whole, not as a place in the list.
import { useCallback, useState } from 'preact/hooks';

export type Picked<R> = ReadonlyMap<string, R>;

export function toggled<R>(picked: Picked<R>, key: string, row: R): Picked<R> {
  const next = new Map(picked);
  if (!next.delete(key)) next.set(key, row);
  return next;
}

/** All on the page are marked: none of them afterwards; otherwise all of them. */
export function pageToggled<R>(picked: Picked<R>, rows: R[], keyOf: (row: R) => string): Picked<R> {
  const next = new Map(picked);
  const all = rows.every((row) => picked.has(keyOf(row)));
  for (const row of rows) {
    if (all) next.delete(keyOf(row));
    else next.set(keyOf(row), row);
  }
  return next;
}

/** From the row marked last to this one, as with Shift in a list of files. */
export function rangeAdded<R>(picked: Picked<R>, rows: R[], keyOf: (row: R) => string, from: string, to: string): Picked<R> {
  const places = [from, to].map((key) => rows.findIndex((row) => keyOf(row) === key));
  const [a, b] = [Math.min(...places), Math.max(...places)];
  if (a < 0) return picked;
  const next = new Map(picked);
  for (const row of rows.slice(a, b + 1)) next.set(keyOf(row), row);
  return next;
}

export interface Selection<R> {
  picked: Picked<R>;
  set: (picked: Picked<R>) => void;
  clear: () => void;
}

export function useSelection<R>(): Selection<R> {
  const [picked, set] = useState<Picked<R>>(() => new Map());
  return { picked, set, clear: useCallback(() => set(new Map()), []) };
}
