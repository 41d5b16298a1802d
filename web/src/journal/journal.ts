// The journal of this browser: every answer that is being written, and every decision that is not acknowledged, in memory
// and (sealed) on the disk. `put` returns at once; the disk follows as fast as it takes writes, one at a time, the newest
// state of a task only. Without a disk or a key everything goes on from memory, and `trouble` says why.
// Concurrency: one event loop; one tab writes a project's entries (hold.ts). Limits: kMostEntries.
import type { Disk } from './disk';
import { decode, encode, isUnsent, type Entry } from './record';
import type { Sealer } from './seal';

export const kMostEntries = 200;
const kAgainMs = 2000;

/** insecure: no WebCrypto on plain http. blocked: the browser has no database for us. full: the disk is. no-key: the server gave none. */
export type Trouble = 'insecure' | 'blocked' | 'full' | 'no-key';

export interface JournalPorts {
  onChange?: () => void;
  setTimer?: (run: () => void, ms: number) => unknown;
}

interface Waiting {
  firm: boolean;
  gone: boolean;
}

export class Journal {
  private readonly entries_ = new Map<string, Entry>();
  /** Projects that forbid the disk. */
  private readonly memoryOnly_ = new Set<string>();
  private readonly waiting_ = new Map<string, Waiting>();
  private readonly listeners_ = new Set<() => void>();
  private idle_: (() => void)[] = [];
  private writing_ = false;
  /** What the disk is taking just now. */
  private inHand_: string | null = null;
  private resting_ = false;
  private disk_: Disk | null = null;
  private sealer_: Sealer | null = null;
  private trouble_: Trouble | null = null;
  private readonly setTimer_: (run: () => void, ms: number) => unknown;

  constructor(ports: JournalPorts = {}) {
    this.setTimer_ = ports.setTimer ?? ((run, ms) => setTimeout(run, ms));
    if (ports.onChange) this.listeners_.add(ports.onChange);
  }

  get trouble(): Trouble | null {
    return this.trouble_;
  }
  get(assignment: string): Entry | null {
    return this.entries_.get(assignment) ?? null;
  }
  all(): Entry[] {
    return [...this.entries_.values()];
  }
  of(project: string): Entry[] {
    return this.all().filter((entry) => entry.project === project);
  }
  listen(listener: () => void): () => void {
    this.listeners_.add(listener);
    return () => void this.listeners_.delete(listener);
  }

  /** The disk and the key are there (again): what waited in memory is written. */
  unlock(disk: Disk | null, sealer: Sealer | null, trouble: Trouble | null): void {
    this.disk_ = disk;
    this.sealer_ = sealer;
    this.trouble_ = trouble;
    this.tell_();
    this.write_();
  }
  get isOpen(): boolean {
    return this.disk_ !== null && this.sealer_ !== null;
  }

  /** Drops the key once what waits is written. What stands on the disk stays there, unreadable. */
  async lock(): Promise<void> {
    await this.settled();
    this.sealer_ = null;
  }
  /** The same, and out of memory with all that is on the disk or with the server. What is nowhere else stays. */
  async dark(): Promise<void> {
    await this.settled();
    for (const entry of this.all()) if (!isUnsent(entry) || this.isSafe(entry.assignment)) this.drop(entry.assignment);
    this.sealer_ = null;
    this.tell_();
  }
  /** Tasks with something that neither the disk nor the server has. */
  get unsafe(): number {
    return this.all().filter((entry) => isUnsent(entry) && !this.isSafe(entry.assignment)).length;
  }

  /** Whether answers of this project may be written to the disk. */
  allowDisk(project: string, allowed: boolean): void {
    if (allowed) {
      this.memoryOnly_.delete(project);
      return;
    }
    this.memoryOnly_.add(project);
    for (const entry of this.of(project)) this.mark_(entry.assignment, { firm: false, gone: true });
  }
  forbids(project: string): boolean {
    return this.memoryOnly_.has(project);
  }
  onDisk(project: string): boolean {
    return this.isOpen && this.trouble_ === null && !this.memoryOnly_.has(project);
  }
  /** Its newest state is on the disk. */
  isSafe(assignment: string): boolean {
    const entry = this.entries_.get(assignment);
    return entry === undefined || (this.onDisk(entry.project) && !this.waiting_.has(assignment) && this.inHand_ !== assignment);
  }

  put(entry: Entry, firm = false): void {
    this.entries_.set(entry.assignment, entry);
    if (!this.memoryOnly_.has(entry.project)) this.mark_(entry.assignment, { firm, gone: false });
    this.tell_();
  }
  remove(assignment: string): void {
    if (!this.entries_.delete(assignment)) return;
    this.mark_(assignment, { firm: false, gone: true });
    this.tell_();
  }
  /** Out of memory only: what stands on the disk is another tab's, or a later visit's. */
  drop(assignment: string): void {
    this.entries_.delete(assignment);
    this.waiting_.delete(assignment);
  }
  /** What the disk holds and memory does not; only of one project where one is named. Returns what could not be opened. */
  async load(project?: string): Promise<number> {
    const { disk_: disk, sealer_: sealer } = this;
    if (!disk || !sealer) return 0;
    let unreadable = 0;
    try {
      for (const row of await disk.all()) {
        if (this.entries_.has(row.id) || this.waiting_.has(row.id)) continue;
        const entry = await sealer.open(row.id, row.sealed).then(decode, () => null);
        if (!entry || entry.assignment !== row.id) unreadable++;
        else if (project === undefined || entry.project === project) this.entries_.set(row.id, entry);
      }
    } catch {
      this.trouble_ = 'blocked';
    }
    this.prune_();
    this.tell_();
    return unreadable;
  }

  /** Resolves when nothing waits for the disk any more, or the disk cannot be had. */
  async settled(): Promise<void> {
    if (!this.writing_ && (this.waiting_.size === 0 || !this.isOpen || this.resting_)) return;
    await new Promise<void>((done) => this.idle_.push(done));
  }

  removeProject(project: string): void {
    for (const entry of this.of(project)) this.remove(entry.assignment);
  }

  /** Everything gone, in memory and on the disk, and the key. */
  async wipe(): Promise<void> {
    this.entries_.clear();
    this.waiting_.clear();
    await this.settled();
    const disk = this.disk_;
    this.disk_ = null;
    this.sealer_ = null;
    this.tell_();
    await disk?.destroy();
  }

  private mark_(id: string, wish: Waiting): void {
    const before = this.waiting_.get(id);
    this.waiting_.set(id, { gone: wish.gone, firm: wish.firm || (before?.firm ?? false) });
    this.write_();
  }

  private write_(): void {
    if (this.writing_ || this.resting_ || !this.isOpen) return;
    this.writing_ = true;
    // After this turn of the event loop: what changes together is written once.
    queueMicrotask(() => void this.drain_());
  }

  private async drain_(): Promise<void> {
    for (let next = this.waiting_.entries().next(); !next.done && this.isOpen; next = this.waiting_.entries().next()) {
      const [id, wish] = next.value;
      this.waiting_.delete(id);
      this.inHand_ = id;
      try {
        await this.writeOne_(id, wish);
        this.inHand_ = null;
        if (this.trouble_ === 'full') this.trouble_ = null;
      } catch (error) {
        this.inHand_ = null;
        if (!this.waiting_.has(id)) this.waiting_.set(id, wish);
        this.trouble_ = error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'blocked';
        this.rest_();
        break;
      }
    }
    this.writing_ = false;
    for (const done of this.idle_.splice(0)) done();
    this.tell_();
    if (this.waiting_.size > 0) this.write_();
  }

  private async writeOne_(id: string, wish: Waiting): Promise<void> {
    const { disk_: disk, sealer_: sealer } = this;
    const entry = this.entries_.get(id);
    if (!disk || !sealer) return;
    if (wish.gone || !entry || this.memoryOnly_.has(entry.project)) return disk.remove(id);
    await disk.put({ id, sealed: await sealer.seal(id, encode(entry)) }, wish.firm);
  }

  /** The disk failed: memory goes on, and the disk is tried again a little later. */
  private rest_(): void {
    this.resting_ = true;
    this.setTimer_(() => {
      this.resting_ = false;
      if (this.trouble_ === 'blocked') this.trouble_ = null;
      this.write_();
    }, kAgainMs);
  }

  /** Old drafts that the server has make room. */
  private prune_(): void {
    const idle = this.all().filter((entry) => !isUnsent(entry) && !entry.fate).sort((a, b) => a.changedAt - b.changedAt);
    for (const entry of idle.slice(0, Math.max(0, this.entries_.size - kMostEntries))) this.remove(entry.assignment);
  }

  private tell_(): void {
    for (const listener of this.listeners_) listener();
  }
}
