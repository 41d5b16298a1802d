// What was decided and not acknowledged yet: submissions, revisions and skips. Each is in the journal before it is sent,
// goes out under one key with one body, one at a time in the order decided, and leaves the journal only when the server
// has answered for good. Concurrency: one event loop; only for projects that this tab holds.
import { asProblem, Problem } from '../api/problem';
import { newKey } from '../api/http';
import type { Journal } from './journal';
import type { Entry, Fate, Outgoing } from './record';

export const kRetryMs = [1000, 2000, 4000, 8000, 15_000];

export interface Answer {
  status: number;
  data: unknown;
}

export type Settled =
  | { kind: 'sent'; entry: Entry; outgoing: Outgoing; answer: Answer }
  | { kind: 'fate'; entry: Entry; outgoing: Outgoing; fate: Fate; problem: Problem };

export interface OutboxPorts {
  send: (outgoing: Outgoing, keepalive: boolean) => Promise<Answer>;
  /** The state of an assignment as the server says it; null where it is not the caller's (any more). */
  look: (assignment: string) => Promise<string | null>;
  onSettled: (settled: Settled) => void;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => unknown;
  clearTimer?: (timer: unknown) => void;
}

/** Worth asking again later: nothing of it was done, or it cannot be known. */
const waits = (problem: Problem): boolean =>
  problem.isTransient || problem.status >= 500 || [401, 423, 429].includes(problem.status) || problem.status < 0;

export class Outbox {
  private sending_: string | null = null;
  private rushing_ = false;
  private failures_ = 0;
  private timer_: unknown = null;
  private waiters_: (() => void)[] = [];
  private stopped_ = false;
  private readonly ports_: Required<OutboxPorts>;

  constructor(private readonly journal_: Journal, ports: OutboxPorts) {
    this.ports_ = {
      now: () => Date.now(),
      setTimer: (run, ms) => setTimeout(run, ms),
      clearTimer: (timer) => clearTimeout(timer as number),
      ...ports,
    };
  }

  /** Decisions that the server has not acknowledged, oldest first. */
  pending(): Entry[] {
    return this.journal_.all().filter((entry) => entry.outgoing !== null)
      .sort((a, b) => (a.outgoing?.decidedAt ?? 0) - (b.outgoing?.decidedAt ?? 0));
  }
  get isStuck(): boolean {
    return this.failures_ > 0;
  }

  decide(entry: Entry, what: Omit<Outgoing, 'key' | 'decidedAt' | 'sendAt'>, undoMs: number): void {
    const now = this.ports_.now();
    // Only the last decision can be taken back.
    this.hurry_();
    const outgoing: Outgoing = { ...what, key: newKey(), decidedAt: now, sendAt: now + undoMs };
    this.journal_.put({ ...entry, outgoing, fate: null }, true);
    this.run();
  }

  /** Back to a draft, if it has not been tried yet. */
  takeBack(assignment: string): Entry | null {
    const entry = this.journal_.get(assignment);
    if (!entry?.outgoing || this.sending_ === assignment || entry.outgoing.late) return null;
    const back: Entry = { ...entry, outgoing: null, dirty: true };
    this.journal_.put(back, true);
    this.plan_();
    return back;
  }

  /** After a reload, or when the connection is back: whatever is due goes now. `late`: the person is told. */
  wake(late = false): void {
    this.failures_ = 0;
    if (late) {
      for (const entry of this.pending()) {
        if (entry.outgoing) this.journal_.put({ ...entry, outgoing: { ...entry.outgoing, late: true, sendAt: 0 } });
      }
    }
    this.run();
  }

  /** The undo window is over for all of it; resolves when nothing can be sent any more, acknowledged or not. */
  async flush(): Promise<void> {
    this.hurry_();
    this.failures_ = 0;
    this.run();
    if (this.sending_ !== null) await new Promise<void>((done) => this.waiters_.push(done));
  }

  /** The page goes away: sent without waiting for the answer. What does not arrive is sent again at return, under its key. */
  leave(): void {
    for (const { outgoing } of this.pending()) {
      if (outgoing) void this.ports_.send(outgoing, true).catch(() => undefined);
    }
  }

  /** While everything is wiped: nothing goes out, and nothing that is under way comes back. */
  pause(): void {
    this.stopped_ = true;
    if (this.timer_ !== null) this.ports_.clearTimer(this.timer_);
    this.timer_ = null;
  }
  resume(): void {
    this.stopped_ = false;
    this.run();
  }

  run(): void {
    if (this.stopped_) return;
    if (this.sending_ === null && !this.rushing_) void this.drain_();
  }

  private hurry_(): void {
    for (const entry of this.pending()) {
      if (entry.outgoing && entry.outgoing.sendAt > this.ports_.now()) {
        this.journal_.put({ ...entry, outgoing: { ...entry.outgoing, sendAt: 0 } });
      }
    }
  }

  private plan_(): void {
    if (this.timer_ !== null) this.ports_.clearTimer(this.timer_);
    this.timer_ = null;
    const times = this.pending().map((entry) => entry.outgoing?.sendAt ?? 0);
    if (this.stopped_ || times.length === 0) return;
    const patience = this.failures_ > 0 ? (kRetryMs[Math.min(this.failures_ - 1, kRetryMs.length - 1)] ?? 15_000) : 0;
    const ms = Math.max(patience, Math.min(...times) - this.ports_.now(), 0);
    this.timer_ = this.ports_.setTimer(() => {
      this.timer_ = null;
      this.run();
    }, ms);
  }

  private async drain_(): Promise<void> {
    this.rushing_ = true;
    const due = (): Entry | undefined => this.pending().find((entry) => (entry.outgoing?.sendAt ?? 0) <= this.ports_.now());
    for (let entry = due(); entry && !this.stopped_; entry = due()) {
      this.sending_ = entry.assignment;
      const goesOn = await this.sendOne_(entry);
      this.sending_ = null;
      if (!goesOn) break;
    }
    this.rushing_ = false;
    for (const done of this.waiters_.splice(0)) done();
    this.plan_();
  }

  /** False where the next one should wait too. */
  private async sendOne_(entry: Entry): Promise<boolean> {
    const outgoing = entry.outgoing;
    if (!outgoing) return true;
    // A decision that is not on the disk yet could be forgotten and made again: written first, sent then.
    await this.journal_.settled();
    try {
      const answer = await this.ports_.send(outgoing, false);
      this.sent_(entry, outgoing, answer);
      return true;
    } catch (error) {
      return this.failed_(entry, outgoing, asProblem(error));
    }
  }

  private sent_(entry: Entry, outgoing: Outgoing, answer: Answer): void {
    this.failures_ = 0;
    this.journal_.remove(entry.assignment);
    this.ports_.onSettled({ kind: 'sent', entry, outgoing, answer });
  }

  private async failed_(entry: Entry, outgoing: Outgoing, problem: Problem): Promise<boolean> {
    if (this.stopped_ || !this.journal_.get(entry.assignment)) return false;
    if (waits(problem)) {
      this.failures_++;
      this.journal_.put({ ...entry, outgoing: { ...outgoing, late: true } });
      return false;
    }
    if (problem.kind === 'idempotency-lost') return this.ask_(entry, outgoing);
    if (problem.status === 404) {
      // Not our task any more, nor our project: nothing of it stays on this machine.
      this.journal_.remove(entry.assignment);
      this.ports_.onSettled({ kind: 'fate', entry, outgoing, fate: { kind: 'over', detail: problem.detail }, problem });
      return true;
    }
    const fate = fateOf(outgoing, problem);
    // A skip that comes too late is of no interest to anybody.
    if (outgoing.kind === 'skip' && fate.kind !== 'refused') this.journal_.remove(entry.assignment);
    else this.journal_.put({ ...entry, outgoing: null, fate, dirty: false }, true);
    this.ports_.onSettled({ kind: 'fate', entry, outgoing, fate, problem });
    return true;
  }

  /** The server ended while it ran: did it take effect? */
  private async ask_(entry: Entry, outgoing: Outgoing): Promise<boolean> {
    try {
      const state = await this.ports_.look(entry.assignment);
      if (state === 'leased' || state === 'returned') {
        this.journal_.put({ ...entry, outgoing: { ...outgoing, key: newKey(), late: true } }, true);
        return true;
      }
      this.sent_(entry, outgoing, { status: 204, data: null });
      return true;
    } catch {
      return this.failed_(entry, outgoing, Problem.network());
    }
  }
}

function fateOf(outgoing: Outgoing, problem: Problem): Fate {
  const detail = problem.detail || problem.title;
  if (problem.kind === 'place-taken') return { kind: 'taken', detail };
  if (problem.kind === 'stale-token') return { kind: 'ran-out', detail };
  if (problem.status === 409) return { kind: 'over', detail };
  return { kind: 'refused', detail: outgoing.kind === 'skip' ? detail : `${detail}${problem.field ? ` (${problem.field})` : ''}` };
}
