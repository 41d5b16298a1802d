// What a run of a peer's processes had in its hands when it ended: the exchanges that had begun by then and were over later.
import type { ExposedRun } from '../../api/models';

export type Exposed = ExposedRun['exchanges'][number];

/** Times of one machine, but of two processes: what ended this shortly before the end may have been under way. */
const kSlackMs = 1000;

export function inFlight(run: ExposedRun): Exposed[] {
  if (run.ended_at === null) return [];
  const ended = Date.parse(run.ended_at);
  return run.exchanges.filter((one) => {
    const began = Date.parse(one.at);
    return began <= ended + kSlackMs && began + one.whole_ms >= ended - kSlackMs;
  });
}
