// Work that may wait, done in slices of a few milliseconds, so that a key press is answered between them. Formulas, highlighted
// code and the parts of a task below the fold all come through here.

const kSliceMs = 8;
const waiting: (() => void)[] = [];
let running = false;
let settled: (() => void)[] = [];

function slice(): void {
  const end = performance.now() + kSliceMs;
  do {
    const next = waiting.shift();
    if (!next) break;
    try {
      next();
    } catch (error) {
      // One part that fails must not keep the others waiting; the page's own handler hears of it.
      globalThis.reportError?.(error);
    }
  } while (performance.now() < end);
  if (waiting.length > 0) return void setTimeout(slice, 0);
  running = false;
  const done = settled;
  settled = [];
  done.forEach((tell) => tell());
}

/** Runs `work` when the page is free; `first` puts it before what waits. The result takes it back. */
export function later(work: () => void, first = false): () => void {
  if (first) waiting.unshift(work);
  else waiting.push(work);
  if (!running) {
    running = true;
    setTimeout(slice, 0);
  }
  return () => {
    const at = waiting.indexOf(work);
    if (at >= 0) waiting.splice(at, 1);
  };
}

/** When nothing waits any more. */
export function whenIdle(): Promise<void> {
  if (!running) return Promise.resolve();
  return new Promise((done) => settled.push(done));
}
