// Live counts by server-sent events. The browser reconnects by itself after a broken stream; after an HTTP error it gives
// up for good, so we open a new one, more patiently each time.
import { kApiRoot } from './http';
import type { Progress } from './types';

const kFirstDelayMs = 1000;
const kLastDelayMs = 30_000;

export function watchProgress(
  project: string, onProgress: (progress: Progress) => void, onState: (live: boolean) => void,
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = kFirstDelayMs;
  let ended = false;

  const open = (): void => {
    if (ended) return;
    source = new EventSource(`${kApiRoot}/projects/${project}/events`);
    source.onopen = () => {
      delayMs = kFirstDelayMs;
      onState(true);
    };
    source.addEventListener('progress', (event) => {
      try {
        onProgress(JSON.parse((event as MessageEvent<string>).data) as Progress);
      } catch {
        // A half message: the next one brings the whole state again.
      }
    });
    source.onerror = () => {
      onState(false);
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, delayMs);
      delayMs = Math.min(delayMs * 2, kLastDelayMs);
    };
  };
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
}
