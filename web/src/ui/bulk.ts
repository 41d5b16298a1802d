// One deed on many things: a few at a time, stoppable, and every refusal kept with its reason.
import { asProblem, type Problem } from '../api/problem';

export interface BulkState {
  total: number;
  done: number;
  refused: { key: string; problem: Problem }[];
  running: boolean;
  stopped: boolean;
}

const kAtOnce = 4;

export async function runBulk<T>(
  items: readonly T[], keyOf: (item: T) => string, act: (item: T) => Promise<unknown>,
  onState: (state: BulkState) => void, isStopped: () => boolean = () => false, atOnce: number = kAtOnce,
): Promise<BulkState> {
  const state: BulkState = { total: items.length, done: 0, refused: [], running: true, stopped: false };
  const tell = (): void => onState({ ...state, refused: [...state.refused] });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !isStopped()) {
      const item = items[next++] as T;
      try {
        await act(item);
        state.done++;
      } catch (error) {
        const problem = asProblem(error);
        state.refused.push({ key: keyOf(item), problem });
        // Without a connection, a session or the room's key the others would fail alike: they stay untouched.
        if (problem.isNetwork || problem.status === 401 || problem.status === 423) next = items.length;
      }
      tell();
    }
  };
  tell();
  await Promise.all(Array.from({ length: Math.max(1, Math.min(atOnce, items.length)) }, worker));
  state.running = false;
  state.stopped = state.done + state.refused.length < items.length;
  tell();
  return state;
}
