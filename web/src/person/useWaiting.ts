// Waiting for a task while others hold the last ones: paid time of its own, as long as the page is looked at, and not for
// ever where somebody has gone and left it open.
import { useEffect, useRef } from 'preact/hooks';
import { useSession } from '../session';
import { ActiveTimer } from '../work/timer';
import { kSigns } from '../work/useTimer';
import { reportTime } from './keep';

const kShortestMs = 5000;

/** What has been waited, as an entry; short waits are none. Pure. */
export function waitingEntry(startedMs: number, lengthMs: number): { class: 'waiting'; started_at: string; ended_at: string } | null {
  if (lengthMs < kShortestMs) return null;
  return { class: 'waiting', started_at: new Date(startedMs).toISOString(), ended_at: new Date(startedMs + lengthMs).toISOString() };
}

/** Looking again is a part of the wait, not its end. */
export function useWaiting(project: string, state: 'waiting' | 'looking' | 'other'): void {
  const member = useSession().me.member.id;
  const before = useRef(false);
  const waits = state === 'waiting' || (state === 'looking' && before.current);
  before.current = waits;
  useEffect(() => {
    if (!waits) return;
    const started = Date.now();
    const timer = new ActiveTimer(started);
    timer.setVisible(document.visibilityState === 'visible', started);
    const touch = (): void => timer.touch(Date.now());
    const see = (): void => timer.setVisible(document.visibilityState === 'visible', Date.now());
    for (const sign of kSigns) window.addEventListener(sign, touch, { passive: true, capture: true });
    document.addEventListener('visibilitychange', see);
    return () => {
      for (const sign of kSigns) window.removeEventListener(sign, touch, { capture: true });
      document.removeEventListener('visibilitychange', see);
      const entry = waitingEntry(started, timer.totalMs(Date.now()));
      if (entry) void reportTime(member, project, [entry]);
    };
  }, [project, waits]);
}
