// Keeping a task reserved while somebody works on it. The deadline is counted on this machine's clock from the moment the
// server granted it, because the two clocks may differ.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, asProblem, type Assignment } from '../api';

const kTickMs = 2000;

export interface LeaseState {
  /** Shown only when it matters: the last tenth, at least the last minute of a long one. */
  leftMs: number | null;
  lost: boolean;
  extend: () => void;
}

export function useLease(assignment: Assignment, leaseMs: number, isActive: () => boolean): LeaseState {
  const [leftMs, setLeft] = useState<number | null>(null);
  const [lost, setLost] = useState(false);
  const deadline = useRef(0);
  const busy = useRef(false);
  const beat = useRef<() => void>(() => undefined);
  useEffect(() => {
    deadline.current = Date.now() + leaseMs;
    setLost(false);
    setLeft(null);
    let ended = false;
    const showBelow = Math.max(leaseMs / 10, Math.min(60_000, leaseMs / 3));
    beat.current = () => {
      if (busy.current || ended) return;
      busy.current = true;
      const asked = Date.now();
      api.heartbeat(assignment.id, assignment.lease.token).then(
        () => {
          deadline.current = asked + leaseMs;
          if (!ended) setLeft(null);
        },
        (error: unknown) => {
          const problem = asProblem(error);
          if (!ended && (problem.kind === 'stale-token' || problem.status === 404)) setLost(true);
        },
      ).finally(() => {
        busy.current = false;
      });
    };
    const timer = setInterval(() => {
      const left = deadline.current - Date.now();
      if (left < leaseMs * 0.6 && isActive()) beat.current();
      setLeft(left < showBelow ? Math.max(0, left) : null);
    }, Math.min(kTickMs, leaseMs / 10));
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, [assignment.id, assignment.lease.token, leaseMs]);
  return { leftMs, lost, extend: () => beat.current() };
}
