// A verdict that can still be taken back: it is sent when its window is over, when the next one is given, or when the page
// goes. One is held at a time. Until it is sent the review stays reserved for this reviewer, so taking it back needs nothing
// of the server, and what is never sent (a crash) is simply not judged yet.
import { asProblem, type Problem } from '../api/problem';

export interface HeldVerdict {
  assignment: string;
  /** What is said of it while it waits: "Accepted." */
  text: string;
  send: (leaving: boolean) => Promise<void>;
}

export interface HeldState {
  waiting: { assignment: string; text: string; untilMs: number } | null;
  failed: { verdict: HeldVerdict; problem: Problem } | null;
}

export interface HeldPorts {
  now: () => number;
  setTimer: (run: () => void, ms: number) => unknown;
  clearTimer: (timer: unknown) => void;
}

export class Held {
  private verdict_: HeldVerdict | null = null;
  private until_ = 0;
  private timer_: unknown = null;
  private failed_: HeldState['failed'] = null;
  private readonly listeners_ = new Set<(state: HeldState) => void>();

  constructor(private readonly ports_: HeldPorts) {}

  get state(): HeldState {
    const waiting = this.verdict_ ? { assignment: this.verdict_.assignment, text: this.verdict_.text, untilMs: this.until_ } : null;
    return { waiting, failed: this.failed_ };
  }

  listen(listener: (state: HeldState) => void): () => void {
    this.listeners_.add(listener);
    return () => void this.listeners_.delete(listener);
  }

  /** Sends what was held before; resolves when that is settled, so that verdicts arrive in order. */
  async hold(verdict: HeldVerdict, windowMs: number): Promise<void> {
    await this.flush();
    this.verdict_ = verdict;
    this.until_ = this.ports_.now() + windowMs;
    this.timer_ = this.ports_.setTimer(() => void this.flush(), windowMs);
    this.tell_();
  }

  /** The assignment to go back to, or null where it is too late. */
  takeBack(): string | null {
    const verdict = this.release_();
    this.tell_();
    return verdict?.assignment ?? null;
  }

  async flush(leaving = false): Promise<void> {
    const verdict = this.release_();
    if (!verdict) return;
    this.tell_();
    await this.send_(verdict, leaving);
  }

  async retry(): Promise<void> {
    const failed = this.failed_;
    this.failed_ = null;
    this.tell_();
    if (failed) await this.send_(failed.verdict, false);
  }

  /** Neither sent nor told. */
  drop(): void {
    this.release_();
    this.forget();
  }

  forget(): void {
    this.failed_ = null;
    this.tell_();
  }

  private release_(): HeldVerdict | null {
    const verdict = this.verdict_;
    this.verdict_ = null;
    if (this.timer_ !== null) this.ports_.clearTimer(this.timer_);
    this.timer_ = null;
    return verdict;
  }

  private async send_(verdict: HeldVerdict, leaving: boolean): Promise<void> {
    try {
      await verdict.send(leaving);
    } catch (error) {
      this.failed_ = { verdict, problem: asProblem(error) };
    }
    this.tell_();
  }

  private tell_(): void {
    for (const listener of this.listeners_) listener(this.state);
  }
}
