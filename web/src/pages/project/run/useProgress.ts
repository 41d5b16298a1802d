// The counts of a project, live. They may come four times a second; a person reads them once a second at most.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, asProblem, type Problem, type Progress } from '../../../api';
import { watchProgress } from '../../../api/events';

const kCalmMs = 1000;

export interface LiveProgress {
  progress: Progress | null;
  live: boolean;
  problem: Problem | null;
}

export function useProgress(project: string): LiveProgress {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [live, setLive] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const newest = useRef<Progress | null>(null);
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shownAt = 0;
    const show = (): void => {
      timer = undefined;
      shownAt = Date.now();
      setProgress(newest.current);
    };
    const take = (next: Progress): void => {
      newest.current = next;
      const wait = shownAt + kCalmMs - Date.now();
      if (wait <= 0) show();
      else timer ??= setTimeout(show, wait);
    };
    api.progress(project).then((p) => current && !newest.current && take(p), (e: unknown) => current && setProblem(asProblem(e)));
    const end = watchProgress(project, take, setLive);
    return () => {
      current = false;
      clearTimeout(timer);
      end();
    };
  }, [project]);
  return { progress, live, problem };
}

/** A number that follows `value` at most every so often: for what is dear to fetch. */
export function useCalm<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const at = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, at.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      at.current = Date.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value]);
  return shown;
}
