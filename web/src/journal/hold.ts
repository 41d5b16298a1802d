// One tab at a time works on a project. Web Locks say which, also when a tab crashes; where the browser has none (plain
// http), tabs ask one another. Whoever wants to go on elsewhere asks the other tab to write down what it has and let go;
// a tab that does not answer loses it.

const kAskMs = 2000;
const kAnswerMs = 200;
const kTries = 6;
const kBetweenMs = 80;

export interface Hold {
  release: () => void;
}

interface Word {
  what: 'who' | 'here' | 'ask' | 'gone';
  name: string;
  from: string;
}

export interface HoldPorts {
  locks: LockManager | undefined;
  channel: () => BroadcastChannel;
}

const browserPorts = (): HoldPorts => ({
  locks: (navigator as { locks?: LockManager }).locks,
  channel: () => new BroadcastChannel('guildhall-hold'),
});
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Answers whoever asks, until released. `onAsked` runs first: it writes down what there is. */
function answerFor(name: string, channel: BroadcastChannel, me: string, onAsked: () => Promise<void>, letGo: () => void): void {
  channel.onmessage = (event: MessageEvent<Word>) => {
    const word = event.data;
    if (word.name !== name || word.from === me) return;
    if (word.what === 'who') channel.postMessage({ what: 'here', name, from: me });
    if (word.what !== 'ask') return;
    void onAsked().finally(() => {
      letGo();
      channel.postMessage({ what: 'gone', name, from: me });
      channel.close();
    });
  };
}

function heard(channel: BroadcastChannel, name: string, what: Word['what'], ms: number): Promise<boolean> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), ms);
    channel.onmessage = (event: MessageEvent<Word>) => {
      if (event.data.name !== name || event.data.what !== what) return;
      clearTimeout(timer);
      done(true);
    };
  });
}

async function byLock(
  locks: LockManager, name: string, options: LockOptions, onLost: () => void,
): Promise<(() => void) | null> {
  let letGo: () => void = () => undefined;
  const released = new Promise<void>((done) => {
    letGo = done;
  });
  let had = false;
  return new Promise((got, failed) => {
    locks.request(name, options, (lock) => {
      if (!lock) return got(null);
      had = true;
      got(letGo);
      return released;
    }).catch((error: unknown) => {
      // Had: another tab took it. Never had: the request was given up.
      if (had) onLost();
      else failed(error);
    });
  });
}

/**
 * `ask`: take it from another tab. Null where another tab has it. `onAsked` writes everything down; `onLost` says that it is
 * gone, handed over or taken.
 */
export async function takeHold(
  name: string, ask: boolean, onAsked: () => Promise<void>, onLost: () => void, ports = browserPorts(),
): Promise<Hold | null> {
  const me = Math.random().toString(36).slice(2);
  const channel = ports.channel();
  const say = (what: Word['what']): void => channel.postMessage({ what, name, from: me });
  let over = false;
  const lost = (): void => {
    if (over) return;
    over = true;
    onLost();
  };
  let letGo: (() => void) | null = null;
  if (ports.locks) {
    const { locks } = ports;
    for (let n = 0; n < kTries && !letGo && !ask; n++) {
      if (n > 0) await wait(kBetweenMs);
      letGo = await byLock(locks, name, { ifAvailable: true }, lost);
    }
    if (ask) {
      say('ask');
      letGo = await byLock(locks, name, { signal: AbortSignal.timeout(kAskMs) }, lost)
        .catch(() => byLock(locks, name, { steal: true }, lost));
    }
  } else {
    say(ask ? 'ask' : 'who');
    const answered = await heard(channel, name, ask ? 'gone' : 'here', ask ? kAskMs : kAnswerMs);
    letGo = ask || !answered ? () => undefined : null;
  }
  if (!letGo) {
    channel.close();
    return null;
  }
  const release = letGo;
  answerFor(name, channel, me, onAsked, () => {
    release();
    lost();
  });
  return {
    release: () => {
      over = true;
      channel.close();
      release();
    },
  };
}
