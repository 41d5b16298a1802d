// The draft of one task on the server: every change is there within a second, also while somebody types without a pause. One
// save is under way at a time; what changes meanwhile goes with the next. Concurrency: single-threaded, all callbacks from the event loop.
import { asProblem, type Problem } from '../api/problem';
import type { Answers } from '../api/types';

export const kQuietMs = 400;
/** The longest that a change waits although others follow it. */
export const kLongestMs = 800;
export const kRetryMs = [1000, 2000, 4000, 8000, 15_000];

export type SaveKind = 'clean' | 'waiting' | 'saving' | 'saved' | 'offline' | 'conflict' | 'lost' | 'refused';

export interface SaveState {
  kind: SaveKind;
  /** Changes that the server has not acknowledged. */
  changes: number;
  savedAtMs: number | null;
  /** conflict: what the server holds. */
  theirs?: { revision: number; answers: Answers };
  problem?: Problem;
}

export interface AutosavePorts {
  save: (revision: number, answers: Answers) => Promise<{ revision: number }>;
  onState: (state: SaveState) => void;
  /** Before a save goes out: its number may be taken from now on. */
  onTry?: (revision: number, answers: Answers) => void;
  /** The server has them; `dirty` where newer ones wait. */
  onSaved?: (dirty: boolean) => void;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => unknown;
  clearTimer?: (timer: unknown) => void;
}

export class Autosave {
  private answers_: Answers;
  private revision_: number;
  private changes_ = 0;
  private sending_ = false;
  private stopped_ = false;
  private failures_ = 0;
  private timer_: unknown = null;
  private waitsSince_: number | null = null;
  private waiters_: (() => void)[] = [];
  private state_: SaveState = { kind: 'clean', changes: 0, savedAtMs: null };
  private readonly ports_: Required<AutosavePorts>;

  constructor(start: { revision: number; answers: Answers }, ports: AutosavePorts) {
    this.revision_ = start.revision;
    this.answers_ = start.answers;
    this.ports_ = {
      now: () => Date.now(),
      onTry: () => undefined,
      onSaved: () => undefined,
      setTimer: (run, ms) => setTimeout(run, ms),
      clearTimer: (timer) => clearTimeout(timer as number),
      ...ports,
    };
  }

  get state(): SaveState {
    return this.state_;
  }
  get answers(): Answers {
    return this.answers_;
  }
  get revision(): number {
    return this.revision_;
  }
  get isDirty(): boolean {
    return this.changes_ > 0;
  }

  change(answers: Answers): void {
    this.answers_ = answers;
    this.changes_++;
    if (this.stopped_ || this.state_.kind === 'conflict') {
      this.report_({ ...this.state_ });
      return;
    }
    this.waitsSince_ ??= this.ports_.now();
    if (this.sending_) return this.report_(this.isLost ? this.state_ : { kind: 'saving' });
    if (this.state_.kind === 'offline') return this.report_(this.state_);
    // What is no longer reserved is kept by the server all the same, as a draft.
    this.report_(this.isLost ? this.state_ : { kind: 'waiting' });
    this.scheduleSoon_();
  }

  get isLost(): boolean {
    return this.state_.kind === 'lost';
  }

  /** The server held something else when the task was opened: the person chooses first. */
  conflict(theirs: { revision: number; answers: Answers }): void {
    this.changes_++;
    this.report_({ kind: 'conflict', theirs });
  }

  /** Sends what is not sent yet; resolves when nothing is under way any more, saved or not. */
  async flush(): Promise<void> {
    this.schedule_(null);
    if (this.sending_) await new Promise<void>((done) => this.waiters_.push(done));
    if (this.changes_ > 0 && !this.stopped_ && this.state_.kind !== 'conflict') {
      await this.send_();
    }
  }

  /** The connection is back, or the person signed in again: no need to wait for the timer. */
  retryNow(): void {
    if (this.changes_ > 0 && !this.sending_ && this.state_.kind === 'offline') void this.send_();
  }

  /** After a conflict: go on from here, above what the server holds. */
  keepMine(): void {
    const theirs = this.state_.theirs;
    if (!theirs) return;
    this.revision_ = theirs.revision;
    this.report_({ kind: 'waiting' });
    void this.send_();
  }
  takeTheirs(): Answers {
    const theirs = this.state_.theirs;
    if (!theirs) return this.answers_;
    this.revision_ = theirs.revision;
    this.answers_ = theirs.answers;
    this.changes_ = 0;
    this.report_({ kind: 'saved', savedAtMs: this.ports_.now() });
    return theirs.answers;
  }

  /** No more saves: the answers were submitted or given up. */
  stop(): void {
    this.stopped_ = true;
    this.changes_ = 0;
    this.schedule_(null);
  }

  resume(): void {
    this.stopped_ = false;
  }

  private scheduleSoon_(): void {
    const waited = this.ports_.now() - (this.waitsSince_ ?? this.ports_.now());
    this.schedule_(Math.max(0, Math.min(kQuietMs, kLongestMs - waited)));
  }

  private schedule_(ms: number | null): void {
    if (this.timer_ !== null) this.ports_.clearTimer(this.timer_);
    this.timer_ = null;
    if (ms === null) return;
    this.timer_ = this.ports_.setTimer(() => {
      this.timer_ = null;
      void this.send_();
    }, ms);
  }

  private async send_(): Promise<void> {
    if (this.sending_ || this.stopped_ || this.changes_ === 0) return;
    this.schedule_(null);
    this.sending_ = true;
    const sent = this.answers_;
    const covered = this.changes_;
    // A save whose reply was lost may have been kept: its number is never used for other answers.
    const revision = ++this.revision_;
    this.waitsSince_ = null;
    this.ports_.onTry(revision, sent);
    if (!this.isLost) this.report_({ kind: 'saving' });
    let next: () => void;
    try {
      await this.ports_.save(revision, sent);
      next = () => this.saved_(covered);
    } catch (error) {
      const problem = asProblem(error);
      next = () => this.failed_(problem, sent, covered);
    }
    this.sending_ = false;
    if (!this.stopped_) next();
    for (const done of this.waiters_.splice(0)) done();
  }

  private saved_(covered: number): void {
    this.failures_ = 0;
    this.changes_ -= Math.min(covered, this.changes_);
    this.ports_.onSaved(this.changes_ > 0);
    this.report_({ kind: this.changes_ > 0 ? 'waiting' : 'saved', savedAtMs: this.ports_.now() });
    if (this.changes_ > 0) this.scheduleSoon_();
  }

  private failed_(problem: Problem, sent: Answers, covered: number): void {
    if (problem.kind === 'stale-draft') {
      const held = problem.body.draft as { revision: number; answers: Answers } | undefined;
      if (held && JSON.stringify(held.answers) === JSON.stringify(sent)) {
        this.revision_ = Math.max(this.revision_, held.revision);
        return this.saved_(covered);
      }
      return this.report_(held ? { kind: 'conflict', theirs: held } : { kind: 'refused', problem });
    }
    if (['stale-token', 'lease-over', 'place-taken'].includes(problem.kind) || problem.status === 404) {
      if (problem.body.draft_kept === true) {
        this.changes_ -= Math.min(covered, this.changes_);
        this.ports_.onSaved(this.changes_ > 0);
      }
      return this.report_({ kind: 'lost', problem });
    }
    const waits = problem.isTransient || [401, 423, 429].includes(problem.status) || problem.status >= 500;
    if (!waits) return this.report_({ kind: 'refused', problem });
    const wait = problem.retryAfterMs ?? kRetryMs[Math.min(this.failures_, kRetryMs.length - 1)] ?? 15_000;
    this.failures_++;
    this.report_({ kind: 'offline', problem });
    this.schedule_(wait);
  }

  private report_(state: Omit<Partial<SaveState>, 'kind'> & { kind: SaveKind }): void {
    this.state_ = { savedAtMs: this.state_.savedAtMs, ...state, changes: this.changes_ };
    this.ports_.onState(this.state_);
  }
}
