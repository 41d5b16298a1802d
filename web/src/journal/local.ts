// What this browser keeps for the signed-in person: journal and outbox with their key. One per page. Opened at sign-in,
// without its key while the session is over or the room is locked, wiped at sign-out.
import { openDisk } from './disk';
import { takeHold, type Hold } from './hold';
import { Journal } from './journal';
import { Outbox, type Settled } from './outbox';
import { isUnsent, type Entry } from './record';
import { replay } from './replay';
import { aesSealer } from './seal';
import { fetchKey, lookAt, saveDraft, sendOutgoing } from './wire';

const kLingerMs = 15_000;

/** A project that this tab works on, or still has something to send for. */
interface Held {
  hold: Hold;
  writeDown: () => Promise<void>;
  onLost: () => void;
  /** Counts up with each page that takes it: an older page's release is of no effect. */
  turn: number;
  timer?: ReturnType<typeof setTimeout>;
}

class LocalWork {
  readonly journal = new Journal();
  readonly outbox: Outbox;
  /** Of whom. */
  member = '';
  /** The journal is as open as it will be: with disk and key, or with a reason why not. */
  ready: Promise<void> = Promise.resolve();
  private readonly held_ = new Map<string, Held>();
  private readonly leaving_ = new Map<string, Promise<unknown>>();
  private readonly listeners_ = new Set<(settled: Settled) => void>();
  private sweeping_: Promise<void> = Promise.resolve();
  private channel_: BroadcastChannel | null = null;
  private readonly signOutListeners_ = new Set<() => void>();

  constructor() {
    this.outbox = new Outbox(this.journal, {
      send: sendOutgoing,
      look: async (assignment) => (await lookAt(assignment))?.state ?? null,
      onSettled: (settled) => {
        for (const listener of this.listeners_) listener(settled);
      },
    });
  }

  onSettled(listener: (settled: Settled) => void): () => void {
    this.listeners_.add(listener);
    return () => void this.listeners_.delete(listener);
  }
  /** Signed out in another tab. */
  onSignedOut(listener: () => void): () => void {
    this.signOutListeners_.add(listener);
    return () => void this.signOutListeners_.delete(listener);
  }

  signIn(member: string): Promise<void> {
    if (this.member === '') {
      window.addEventListener('online', this.online_);
      window.addEventListener('beforeunload', this.guard_);
    }
    this.member = member;
    this.listenToTabs_();
    this.ready = this.open_();
    // What an earlier visit left goes out from whichever page is opened first.
    void this.ready.then(() => this.sweep());
    return this.ready;
  }

  private readonly online_ = (): void => void this.wake();
  /** The browser asks before it closes what is neither on the server nor on the disk. */
  private readonly guard_ = (event: BeforeUnloadEvent): void => {
    if (this.journal.all().some((entry) => isUnsent(entry) && !this.journal.isSafe(entry.assignment))) event.preventDefault();
  };

  private async open_(): Promise<void> {
    if (!globalThis.crypto?.subtle) return this.journal.unlock(null, null, 'insecure');
    try {
      const { key } = await fetchKey();
      const sealer = await aesSealer(key);
      const disk = await openDisk(this.member).catch(() => null);
      this.journal.unlock(disk, disk ? sealer : null, disk ? null : 'blocked');
    } catch {
      this.journal.unlock(null, null, 'no-key');
    }
  }

  /** The connection, the session or the room is back. */
  async wake(): Promise<void> {
    if (!this.member) return;
    // Set before anything is awaited: a page that opens now waits for the key too.
    this.ready = this.ready.then(() => (this.journal.isOpen || this.journal.trouble === 'insecure' ? undefined : this.open_()));
    await this.ready;
    this.outbox.resume();
    this.outbox.wake();
    for (const [project, held] of this.held_) if (held.timer) this.linger_(project, true);
    await this.sweep();
  }

  /** The session ended or the room was locked: the key goes, what is written stays. */
  lock(): Promise<void> {
    return this.journal.lock();
  }

  /** The room is dark: nothing goes out, and the answers leave memory too, except those that are nowhere else. */
  async dark(): Promise<void> {
    this.outbox.pause();
    for (const held of this.held_.values()) clearTimeout(held.timer);
    await this.journal.dark();
  }

  lockName(project: string): string {
    return `guildhall-work/${this.member}/${project}`;
  }

  /** This tab works on a project from now on. `onLost`: another tab went on with it. Null: another tab has it. */
  async take(project: string, ask: boolean, writeDown: () => Promise<void>, onLost: () => void): Promise<Hold | null> {
    await this.ready;
    await this.sweeping_;
    let held = this.held_.get(project);
    if (held) clearTimeout(held.timer);
    else {
      const hold = await takeHold(this.lockName(project), ask, async () => {
        await this.held_.get(project)?.writeDown();
        await this.journal.settled();
      }, () => this.lost_(project));
      if (!hold) return null;
      held = { hold, writeDown, onLost, turn: 0 };
      this.held_.set(project, held);
    }
    Object.assign(held, { writeDown, onLost });
    const turn = ++held.turn;
    await this.journal.load(project);
    return { release: () => this.held_.get(project)?.turn === turn && this.linger_(project, false) };
  }

  /** A page of the project has gone, and `rest` is what it has begun: a task that it asked for comes yet, and goes back. */
  leave(project: string, rest: Promise<unknown>): void {
    const all = Promise.allSettled([this.leaving_.get(project), rest]);
    this.leaving_.set(project, all);
    void all.then(() => this.leaving_.get(project) === all && this.leaving_.delete(project));
  }
  /** Whoever looks for a task earlier than that may get the very one that is given back. */
  async left(project: string): Promise<void> {
    await this.leaving_.get(project);
  }

  private lost_(project: string): void {
    const held = this.held_.get(project);
    this.held_.delete(project);
    clearTimeout(held?.timer);
    // What stands on the disk is the other tab's now; what never got there is still ours to send.
    this.keepOnly_(project, (entry) => !this.journal.isSafe(entry.assignment) && isUnsent(entry));
    held?.onLost();
  }

  /** The page has gone. The project is let go when nothing of it waits for the server any more. */
  private linger_(project: string, again: boolean): void {
    const held = this.held_.get(project);
    if (!held) return;
    Object.assign(held, { writeDown: () => this.outbox.flush(), onLost: () => undefined });
    const turn = held.turn;
    void (again ? this.replay(project) : Promise.resolve()).then(() => this.journal.settled()).finally(() => {
      if (this.held_.get(project)?.turn !== turn) return;
      if (this.journal.of(project).some(isUnsent)) {
        held.timer = setTimeout(() => this.linger_(project, true), kLingerMs);
        return;
      }
      this.held_.delete(project);
      this.keepOnly_(project, (entry) => entry.fate !== null);
      held.hold.release();
    });
  }

  /** Out of memory with the others; those with news for the person stay, to be shown. */
  private keepOnly_(project: string, stays: (entry: Entry) => boolean): void {
    for (const entry of this.journal.of(project)) if (!stays(entry)) this.journal.drop(entry.assignment);
  }

  /** Sends what earlier visits left, of the projects that no tab works on. */
  sweep(): Promise<void> {
    this.sweeping_ = this.sweeping_.then(() => this.sweepAll_()).catch(() => undefined);
    return this.sweeping_;
  }

  private async sweepAll_(): Promise<void> {
    const before = new Set(this.journal.all().map((entry) => entry.assignment));
    await this.journal.load();
    const found = this.journal.all().filter((entry) => !before.has(entry.assignment) && !this.held_.has(entry.project));
    const projects = new Set(found.filter((entry) => isUnsent(entry)).map((entry) => entry.project));
    for (const project of new Set(found.map((entry) => entry.project))) if (!projects.has(project)) this.keepOnly_(project, (entry) => entry.fate !== null);
    for (const project of projects) {
      // Read again under the lock: another tab may have gone on with it.
      this.keepOnly_(project, (entry) => before.has(entry.assignment));
      const hold = await takeHold(this.lockName(project), false, () => this.journal.settled(), () => undefined);
      if (!hold) continue;
      await this.journal.load(project);
      await this.replay(project);
      await this.journal.settled();
      this.keepOnly_(project, (entry) => entry.fate !== null);
      hold.release();
    }
  }

  replay(project: string): Promise<void> {
    return replay(this.journal, this.outbox, project, { look: lookAt, saveDraft });
  }

  /** Before signing out: everything goes out that can. Returns how many tasks still hold something unsent. */
  async flush(): Promise<number> {
    await Promise.all([...this.held_.values()].map((held) => held.writeDown().catch(() => undefined)));
    this.channel_?.postMessage('flush');
    await this.outbox.flush();
    await this.sweep();
    await this.journal.settled();
    const before = this.journal.all();
    await this.journal.load();
    const unsent = this.journal.all().filter(isUnsent).length;
    // Only counted: what other tabs hold stays theirs.
    for (const entry of this.journal.all()) if (!before.some((one) => one.assignment === entry.assignment)) this.journal.drop(entry.assignment);
    return unsent;
  }

  async signOut(): Promise<void> {
    this.outbox.pause();
    this.member = '';
    window.removeEventListener('online', this.online_);
    window.removeEventListener('beforeunload', this.guard_);
    for (const held of this.held_.values()) {
      clearTimeout(held.timer);
      held.hold.release();
    }
    this.held_.clear();
    await this.journal.wipe().catch(() => undefined);
    this.outbox.resume();
    this.channel_?.postMessage('signed-out');
    this.channel_?.close();
    this.channel_ = null;
  }

  private listenToTabs_(): void {
    this.channel_?.close();
    this.channel_ = new BroadcastChannel(`guildhall-session-${this.member}`);
    this.channel_.onmessage = (event: MessageEvent<string>) => {
      if (event.data === 'flush') {
        for (const held of this.held_.values()) void held.writeDown().catch(() => undefined);
        void this.outbox.flush();
      }
      if (event.data !== 'signed-out') return;
      void this.journal.wipe().catch(() => undefined);
      for (const listener of this.signOutListeners_) listener();
    };
  }
}

export const localWork = new LocalWork();
