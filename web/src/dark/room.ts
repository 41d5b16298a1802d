// Whether the room has its keys: asked of /healthz, which needs no session, and heard from the room's stream. One tab of a
// browser holds the stream and tells the others, since a browser opens only six connections to a server for all of its tabs.
import { kApiRoot } from '../api/http';

export interface RoomSays {
  room: 'open' | 'locked';
  since: string | null;
}

const kChannel = 'guildhall-room';
const kFirstDelayMs = 1000;
const kLastDelayMs = 30_000;
const kFirstLookMs = 2000;
const kLastLookMs = 15_000;

/** Null without an answer. */
export async function askRoom(): Promise<RoomSays | null> {
  try {
    const said = (await (await fetch('/healthz', { cache: 'no-store' })).json()) as Partial<RoomSays>;
    if (said.room !== 'open' && said.room !== 'locked') return null;
    return { room: said.room, since: said.since ?? null };
  } catch {
    return null;
  }
}

/** Whether one project's key is withdrawn. Nobody else is told of the answer, and no answer is no lock. */
export async function isLocked(project: string): Promise<boolean> {
  try {
    return (await fetch(`${kApiRoot}/projects/${project}`, { credentials: 'same-origin', cache: 'no-store' })).status === 423;
  } catch {
    return false;
  }
}

/** Asks again and again, soon at first, until `look` says that it is over. */
export function lookAgain(look: () => Promise<boolean>): () => void {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (ms: number): void => {
    timer = setTimeout(() => {
      void look().then((over) => {
        if (!over && !ended) plan(Math.min(ms * 1.25, kLastLookMs));
      });
    }, ms);
  };
  plan(kFirstLookMs);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** The stream, opened again after it breaks. */
function listen(onRoom: (room: RoomSays['room']) => void): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = kFirstDelayMs;
  const open = (): void => {
    source = new EventSource(`${kApiRoot}/room/events`);
    source.addEventListener('room', (event) => {
      delayMs = kFirstDelayMs;
      try {
        const { room } = JSON.parse((event as MessageEvent<string>).data) as RoomSays;
        if (room === 'open' || room === 'locked') onRoom(room);
      } catch {
        // Half a message: the next opening brings the state again.
      }
    });
    source.onerror = () => {
      // A broken stream the browser mends by itself; a refused one it gives up.
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, delayMs);
      delayMs = Math.min(delayMs * 2, kLastDelayMs);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/** Tells what the room's stream says, here or in another tab of this browser. */
export function watchRoom(onRoom: (room: RoomSays['room']) => void): () => void {
  const channel = new BroadcastChannel(kChannel);
  channel.onmessage = (event: MessageEvent<RoomSays['room']>) => onRoom(event.data);
  const tell = (room: RoomSays['room']): void => {
    channel.postMessage(room);
    onRoom(room);
  };
  let close: () => void = () => undefined;
  let ended = false;
  const begin = (): Promise<void> => new Promise((done) => {
    const stop = listen(tell);
    close = () => {
      stop();
      done();
    };
    if (ended) close();
  });
  // Plain http outside this machine has no locks: each tab listens for itself.
  const locks = (navigator as { locks?: LockManager }).locks;
  const giveUp = new AbortController();
  if (locks) void locks.request(kChannel, { signal: giveUp.signal }, begin).catch(() => undefined);
  else void begin();
  return () => {
    ended = true;
    giveUp.abort();
    close();
    channel.close();
  };
}
