// One page of a list of the server at a time, both ways. What is not shown is not held.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Page, type Problem } from '../api';
import { back, cursorOf, forward, hasNext, kTrailStart, range, reached, type Trail } from './paging';

export interface List<R> {
  rows: R[];
  loading: boolean;
  problem: Problem | null;
  /** First and last row shown, counted from 1. */
  range: [number, number];
  hasNext: boolean;
  hasBack: boolean;
  next: () => void;
  back: () => void;
  first: () => void;
  reload: () => void;
  /** Changes rows as they are shown, after the server took a change. */
  update: (change: (rows: R[]) => R[]) => void;
}

interface State<R> {
  trail: Trail;
  rows: R[];
  loading: boolean;
  problem: Problem | null;
}

/** Told to the benchmarks: the first page of a list has been painted. */
function markShown(): void {
  requestAnimationFrame(() => setTimeout(() => performance.mark('list-shown')));
}

/** `deps` are the filters, the order and the size: a change begins at the first page; old rows stay until new ones come. */
export function useList<R>(load: (cursor: string | null, limit: number) => Promise<Page<R>>, deps: unknown[], size = 50): List<R> {
  const [state, setState] = useState<State<R>>({ trail: kTrailStart, rows: [], loading: true, problem: null });
  const run = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const fetchAt = (trail: Trail, fresh: boolean): void => {
    const mine = ++run.current;
    setState((s) => ({ ...s, loading: true, ...(fresh ? { problem: null } : {}) }));
    latest.current(cursorOf(trail), size).then(
      (page) => {
        if (mine !== run.current) return;
        setState({ trail: reached(trail, page.next), rows: page.items, loading: false, problem: null });
        if (trail.at === 0) markShown();
      },
      (error: unknown) => mine === run.current && setState((s) => ({ ...s, loading: false, problem: asProblem(error) })),
    );
  };
  useEffect(() => {
    fetchAt(kTrailStart, true);
    return () => void run.current++;
  }, [...deps, size]);
  const { trail, rows, loading, problem } = state;
  return {
    rows, loading, problem, range: range(trail, size, rows.length), hasNext: hasNext(trail), hasBack: trail.at > 0,
    next: () => hasNext(trail) && fetchAt(forward(trail), false),
    back: () => trail.at > 0 && fetchAt(back(trail), false),
    first: () => fetchAt(kTrailStart, false),
    reload: () => fetchAt(trail, false),
    update: (change) => setState((s) => ({ ...s, rows: change(s.rows) })),
  };
}

/** A short list in memory, for tables whose rows the page holds already. */
export function listOf<R>(rows: R[], reload: () => void = () => undefined): List<R> {
  const nothing = (): void => undefined;
  return {
    rows, loading: false, problem: null, range: [rows.length > 0 ? 1 : 0, rows.length], hasNext: false, hasBack: false,
    next: nothing, back: nothing, first: nothing, reload, update: nothing,
  };
}
