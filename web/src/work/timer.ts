// Time at work: counted while the page is visible and the person has done something within the last minute. Looking away
// is never punished; it is only not counted, and the page says so.

export const kIdleMs = 60_000;

export class ActiveTimer {
  private total_ = 0;
  private since_: number | null = null;
  private touched_ = 0;
  private visible_ = true;

  constructor(nowMs: number) {
    this.touch(nowMs);
  }

  touch(nowMs: number): void {
    this.settle_(nowMs);
    this.touched_ = nowMs;
    if (this.visible_) this.since_ = nowMs;
  }

  setVisible(visible: boolean, nowMs: number): void {
    this.settle_(nowMs);
    this.visible_ = visible;
    if (visible) this.touch(nowMs);
    else this.since_ = null;
  }

  isActive(nowMs: number): boolean {
    return this.visible_ && nowMs - this.touched_ < kIdleMs;
  }

  totalMs(nowMs: number): number {
    this.settle_(nowMs);
    return Math.round(this.total_);
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
