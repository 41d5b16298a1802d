import { useEffect, useMemo } from 'preact/hooks';
import { useNow } from '../ui/hooks';
import { ActiveTimer } from './timer';

export const kSigns = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'scroll', 'touchstart'] as const;

/** The time at one task, running while the person does something on a visible page. */
export function useTimer(key: string): { timer: ActiveTimer; totalMs: number; active: boolean } {
  const timer = useMemo(() => {
    const made = new ActiveTimer(Date.now());
    made.setVisible(document.visibilityState === 'visible', Date.now());
    return made;
  }, [key]);
  const now = useNow(1000);
  useEffect(() => {
    const touch = (): void => timer.touch(Date.now());
    const see = (): void => timer.setVisible(document.visibilityState === 'visible', Date.now());
    for (const sign of kSigns) window.addEventListener(sign, touch, { passive: true, capture: true });
    document.addEventListener('visibilitychange', see);
    return () => {
      for (const sign of kSigns) window.removeEventListener(sign, touch, { capture: true });
      document.removeEventListener('visibilitychange', see);
    };
  }, [timer]);
  return { timer, totalMs: timer.totalMs(now), active: timer.isActive(now) };
}
