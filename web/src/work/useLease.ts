// Keeping a task reserved while somebody works on it. The deadline is counted on this machine's clock from the moment the
// server granted it, because the two clocks may differ.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, asProblem, type Assignment } from '../api';

const kTickMs = 2000;

export interface LeaseState {
  /** Shown only when it matters: in the last tenth. */
  leftMs: number | null;
  lost: boolean;
  extend: () => void;
}

/** `grantedAt`: when, if the task was fetched ahead; else now. */
export function useLease(assignment: Assignment, leaseMs: number, isActive: () => boolean, grantedAt?: number): LeaseState {
  const [leftMs, setLeft] = useState<number | null>(null);
  /** over: by the clock here; dead: the server said so. */
  const [lost, setLost] = useState<'over' | 'dead' | null>(null);
  const deadline = useRef(0);
  const busy = useRef(false);
  const beat = useRef<() => void>(() => undefined);
  useEffect(() => {
    deadline.current = (grantedAt ?? Date.now()) + leaseMs;
    setLost(null);
    setLeft(null);
    let ended = false;
    let dead = false;
    beat.current = () => {
      if (busy.current || ended || dead) return;
      busy.current = true;
      const asked = Date.now();
      api.heartbeat(assignment.id, assignment.lease.token).then(
        () => {
          deadline.current = asked + leaseMs;
          if (ended) return;
          setLeft(null);
          setLost(null);
        },
        (error: unknown) => {
          const problem = asProblem(error);
          dead = problem.kind === 'stale-token' || problem.kind === 'lease-over' || problem.status === 404;
          if (!ended && dead) setLost('dead');
        },
      ).finally(() => {
        busy.current = false;
      });
    };
    const timer = setInterval(() => {
      const left = deadline.current - Date.now();
      if (left < leaseMs * 0.6 && isActive()) beat.current();
      setLeft(left < leaseMs / 10 ? Math.max(0, left) : null);
      // Nobody is here: asking would keep it reserved. Whoever comes back within the server's patience has it again.
      if (left < 0 && !dead) setLost('over');
    }, Math.min(kTickMs, leaseMs / 10));
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, [assignment.id, assignment.lease.token, leaseMs]);
  return { leftMs, lost: lost !== null, extend: () => beat.current() };
}
