// Loading, ticking and keys: the few hooks that every page shares.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from '../api';
import { onKey } from './keys';

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  loading: boolean;
  reload: () => void;
  set: (data: T) => void;
}

/** Runs `load` when `deps` change; a late answer of an earlier run is dropped. */
export function useLoad<T>(load: () => Promise<T>, deps: unknown[]): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; problem: Problem | null; loading: boolean }>({
    data: null, problem: null, loading: true,
  });
  const [round, setRound] = useState(0);
  const run = useRef(0);
  useEffect(() => {
    const mine = ++run.current;
    setState((s) => ({ ...s, loading: true }));
    load().then(
      (data) => mine === run.current && setState({ data, problem: null, loading: false }),
      (error: unknown) => mine === run.current && setState((s) => ({ ...s, problem: asProblem(error), loading: false })),
    );
    return () => void run.current++;
  }, [...deps, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const set = useCallback((data: T) => setState({ data, problem: null, loading: false }), []);
  return { ...state, reload, set };
}

/** One action at a time: `busy` while it runs, its problem afterwards. */
export function useAction(): {
  busy: boolean; problem: Problem | null; run: (act: () => Promise<void>) => Promise<void>; clear: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  const run = useCallback(async (act: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, problem, run, clear: useCallback(() => setProblem(null), []) };
}

export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit', 'file'].includes(target.type);
  // A text that refuses changes takes a cursor, not letters: the page's keys work in it.
  if (target.closest('[aria-readonly=true][contenteditable]')) return false;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Keys of the page: not while a dialog is open; `typing` tells whether a text field has the focus. */
export function useKeys(handle: (event: KeyboardEvent, typing: boolean) => void): void {
  const latest = useRef(handle);
  latest.current = handle;
  // Before the page is painted: a key that comes with the first sight of it counts.
  useLayoutEffect(() => onKey((event) => latest.current(event, isTyping(event.target))), []);
}

export function useTitle(...parts: (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Guildhall'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
