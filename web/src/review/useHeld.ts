import { useEffect, useState } from 'preact/hooks';
import { onForget } from '../dark/forget';
import { Held, type HeldState } from './held';

/** The one held verdict of this browser tab. */
export const held = new Held({
  now: () => Date.now(),
  setTimer: (run, ms) => setTimeout(run, ms),
  clearTimer: (timer) => clearTimeout(timer as number),
});
// A verdict that was not sent yet is not given: its review is judged anew.
onForget(() => held.drop());
window.addEventListener('pagehide', () => void held.flush(true));

export function useHeld(): HeldState {
  const [state, setState] = useState(held.state);
  useEffect(() => held.listen(setState), []);
  return state;
}
