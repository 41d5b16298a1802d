// Time at work: counted while the page is visible, nothing holds the timer (reading guidelines, research: their time is
// counted as what it is) and the person has done something within the last minutes. Looking away is never punished; it is
// only not counted, the page says so, and the person can put the count right.

export const kIdleMs = 120_000;

export class ActiveTimer {
  private total_ = 0;
  private since_: number | null = null;
  private touched_: number;
  private readonly holds_ = new Set<string>();

  constructor(nowMs: number) {
    this.touched_ = nowMs;
    this.since_ = nowMs;
  }

  touch(nowMs: number): void {
    this.settle_(nowMs);
    this.touched_ = nowMs;
    if (this.holds_.size === 0) this.since_ = nowMs;
  }

  /** While anything holds it, it stands still; letting go is itself a sign that somebody is there. */
  hold(reason: string, held: boolean, nowMs: number): void {
    if (this.holds_.has(reason) === held) return;
    this.settle_(nowMs);
    if (held) {
      this.holds_.add(reason);
      this.since_ = null;
    } else {
      this.holds_.delete(reason);
      this.touch(nowMs);
    }
  }

  setVisible(visible: boolean, nowMs: number): void {
    this.hold('hidden', !visible, nowMs);
  }

  isHeld(reason: string): boolean {
    return this.holds_.has(reason);
  }

  isActive(nowMs: number): boolean {
    return this.holds_.size === 0 && nowMs - this.touched_ < kIdleMs;
  }

  totalMs(nowMs: number): number {
    this.settle_(nowMs);
    return Math.round(this.total_);
  }

  /** What the person says it is: from here it goes on counting. */
  correct(totalMs: number, nowMs: number): void {
    this.settle_(nowMs);
    this.total_ = Math.max(0, totalMs);
    this.touch(nowMs);
  }

  private settle_(nowMs: number): void {
    if (this.since_ === null) return;
    const end = Math.min(nowMs, this.touched_ + kIdleMs);
    if (end > this.since_) {
      this.total_ += end - this.since_;
      this.since_ = end;
    }
  }
}
