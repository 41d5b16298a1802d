// The way from one task to the next: the one on the desk, the next one fetched ahead, and the one just decided, which can be
// taken back for a few seconds. Concurrency: one event loop; one Flow per open work page. Limits: one task ahead, besides
// those that were taken back.
import { asProblem, type Problem } from '../api/problem';
import { Desk } from './desk';
import type { Hold } from './hold';
import { claimOne, jobOf, openOne, startOf, type Job } from './jobs';
import { localWork } from './local';
import type { Settled } from './outbox';
import { api, type Project } from '../api';
import { release, saveDraft } from './wire';

const kDefaultUndoS = 5;
const kLookAgainMs = 15_000;
const kOfflineAgainMs = 4000;

export interface OnDesk {
  job: Job;
  desk: Desk;
  /** Another one for each time a task comes to the desk: pages are drawn anew by it. */
  serial: number;
}

export type FlowState =
  | { kind: 'loading' }
  | { kind: 'elsewhere'; moved: boolean }
  | { kind: 'none'; reason: string }
  /** No connection, and nothing fetched ahead. */
  | { kind: 'stranded' }
  | { kind: 'failed'; problem: Problem; removed: boolean }
  | { kind: 'desk'; on: OnDesk };

const questionsOf = (job: Job): Set<string> => new Set(job.form?.questions.filter((q) => q.kind === 'text').map((q) => q.id));

export class Flow {
  state: FlowState = { kind: 'loading' };
  /** Set by the page: whether the person is at work now. */
  isActive: () => boolean = () => document.visibilityState === 'visible';
  private project_: Project | null = null;
  private ahead_: Job[] = [];
  private seeking_: Promise<void> | null = null;
  private last_: Job | null = null;
  private hold_: Hold | null = null;
  private ended_ = false;
  private serial_ = 0;
  private timer_: ReturnType<typeof setTimeout> | undefined;
  private readonly beat_: ReturnType<typeof setInterval>;
  private readonly unlisten_: () => void;
  private readonly listeners_ = new Set<() => void>();

  constructor(private readonly id_: string, private readonly fixed_: string | null, private readonly onDone_: () => void) {
    this.unlisten_ = localWork.onSettled((settled) => this.settled_(settled));
    this.beat_ = setInterval(() => this.keepAhead_(), 5000);
    window.addEventListener('online', this.online_);
    window.addEventListener('pagehide', this.hide_);
    window.addEventListener('pageshow', this.online_);
  }

  listen(listener: () => void): () => void {
    this.listeners_.add(listener);
    return () => void this.listeners_.delete(listener);
  }

  /** `ask`: take the project over from another tab. */
  start(ask = false): Promise<void> {
    return this.seek_(() => this.begin_(ask));
  }

  private async begin_(ask: boolean): Promise<void> {
    this.show_({ kind: 'loading' });
    if (!this.hold_) {
      this.hold_ = await localWork.take(this.id_, ask, () => this.writeDown_(), () => this.moved_());
      if (this.ended_) return this.hold_?.release();
      if (!this.hold_) return this.show_({ kind: 'elsewhere', moved: false });
    }
    const project = (this.project_ = await api.project(this.id_));
    localWork.journal.allowDisk(this.id_, project.settings.offline);
    await Promise.all([localWork.left(this.id_), localWork.replay(this.id_)]);
    const job = await this.first_(project);
    if (!job) await this.claim_();
    else if (this.hold_ && !this.ended_) await this.arrived_(job);
  }

  /** One search for a task at a time: two would each reserve one, and the later be laid over what somebody writes in the earlier. */
  private async seek_(search: () => Promise<void>, isWanted = (): boolean => this.state.kind !== 'desk'): Promise<void> {
    while (this.seeking_) await this.seeking_;
    if (this.ended_ || !isWanted()) return;
    clearTimeout(this.timer_);
    this.seeking_ = search().catch((error: unknown) => {
      if (this.state.kind !== 'desk') this.failed_(asProblem(error));
    }).finally(() => {
      this.seeking_ = null;
    });
    await this.seeking_;
  }

  private async first_(project: Project): Promise<Job | null> {
    if (!this.fixed_) return openOne(project, localWork.journal);
    const asked = Date.now();
    const found = await api.assignment(this.fixed_);
    return (found.state === 'expired' ? await this.reclaim_(this.fixed_) : null) ?? jobOf(found, project, asked);
  }

  /** The same task reserved anew, if it is the one that comes next. */
  private async reclaim_(assignment: string): Promise<Job | null> {
    const { job } = await claimOne(this.id_).catch((): { job: null } => ({ job: null }));
    if (!job || job.assignment.id === assignment) return job;
    await release(job.assignment.id, job.assignment.lease.token);
    return null;
  }

  /** How long a decision can be taken back. None where the answer is told at once, or the next task waits for this one. */
  get undoMs(): number {
    const settings = this.project_?.settings;
    if (!settings || settings.gold_feedback || settings.max_open < 2 || this.fixed_) return 0;
    return 1000 * (settings.undo_s ?? kDefaultUndoS);
  }

  /** After a decision that waits in the outbox: the next task, at once if it was fetched ahead. */
  next(): void {
    performance.mark('task-decided');
    if (this.state.kind === 'desk') {
      this.last_ = this.state.on.job;
      this.state.on.desk.end();
    }
    if (this.fixed_) return this.onDone_();
    const job = this.ahead_.shift();
    if (job) return this.open_(job);
    this.show_({ kind: 'loading' });
    void this.seek_(() => this.claim_());
  }

  /** The task decided last, back on the desk with its answers. False where it has gone out. */
  takeBack(): boolean {
    const job = this.last_;
    if (!job || !localWork.outbox.takeBack(job.assignment.id)) return false;
    this.last_ = null;
    if (this.state.kind === 'desk') this.ahead_.unshift(this.state.on.job);
    this.open_(job, true);
    return true;
  }

  /** A reservation that ran out: the same task if it can be had, else as it is, to be submitted if its place stays free. */
  async again(on: OnDesk): Promise<void> {
    const { id } = on.job.assignment;
    try {
      await on.desk.autosave.flush();
      const job = await this.reclaim_(id);
      const anew = job ?? { ...on.job, assignment: await api.assignment(id), grantedAt: 0 };
      // It may have been decided meanwhile, and another task be on the desk.
      if (this.state.kind !== 'desk' || this.state.on !== on || this.ended_) return;
      this.open_(anew, true);
    } catch (error) {
      this.failed_(asProblem(error));
    }
  }

  end(): void {
    if (this.ended_) return;
    this.ended_ = true;
    clearTimeout(this.timer_);
    clearInterval(this.beat_);
    this.unlisten_();
    window.removeEventListener('online', this.online_);
    window.removeEventListener('pagehide', this.hide_);
    window.removeEventListener('pageshow', this.online_);
    localWork.leave(this.id_, Promise.allSettled([this.seeking_, this.giveBack_()]));
    const hold = this.hold_;
    const { state } = this;
    void this.writeDown_().finally(() => {
      if (state.kind === 'desk') state.on.desk.end();
      hold?.release();
    });
  }

  private async writeDown_(): Promise<void> {
    const desk = this.state.kind === 'desk' ? this.state.on.desk : null;
    await Promise.all([desk?.autosave.flush(), localWork.outbox.flush()]);
  }

  private moved_(): void {
    if (this.state.kind === 'desk') this.state.on.desk.end();
    this.hold_ = null;
    this.ahead_ = [];
    this.last_ = null;
    this.show_({ kind: 'elsewhere', moved: true });
  }

  private async claim_(): Promise<void> {
    let claimed = await claimOne(this.id_);
    if (!claimed.job && claimed.reason === 'quota' && localWork.outbox.pending().length > 0) {
      // What was just decided still counts as open: it goes out now.
      await localWork.outbox.flush();
      claimed = await claimOne(this.id_);
    }
    this.project_ = claimed.project;
    if (claimed.job) return this.arrived_(claimed.job);
    if (this.state.kind === 'desk' || !this.hold_) return;
    this.show_({ kind: 'none', reason: claimed.reason });
    if (claimed.reason === 'all-leased') this.later_(kLookAgainMs);
  }

  /** A task that was searched for. Meanwhile a decision may have been taken back: then it comes after that one. */
  private async arrived_(job: Job): Promise<void> {
    const { id, lease } = job.assignment;
    if (this.ended_ || !this.hold_) return release(id, lease.token);
    if (this.state.kind !== 'desk') return this.open_(job);
    const known = [this.state.on.job, ...this.ahead_].some(({ assignment }) => assignment.id === id);
    if (!known) this.ahead_.push(job);
  }

  private open_(job: Job, quiet = false): void {
    const texts = questionsOf(job);
    // Two desks for one task would each write their own answers over the other's.
    if (this.state.kind === 'desk') this.state.on.desk.end();
    const { id, lease } = job.assignment;
    const desk = new Desk(localWork.journal, localWork.outbox, job.assignment, startOf(job), {
      save: (revision, answers) => saveDraft(id, lease.token, revision, answers),
      isText: (question) => texts.has(question),
    }, quiet);
    this.show_({ kind: 'desk', on: { job, desk, serial: ++this.serial_ } });
    setTimeout(() => void this.fetchAhead_());
  }

  /** Where it fails it is asked again after the next answer, or when the connection is back. */
  private async fetchAhead_(): Promise<void> {
    await this.seek_(async () => {
      const { job, project } = await claimOne(this.id_);
      this.project_ = project;
      if (job) await this.arrived_(job);
    }, () => this.wantsAhead_());
  }

  private wantsAhead_(): boolean {
    const { settings } = this.project_ ?? {};
    if (settings?.preload !== true || this.fixed_ || this.ahead_.length > 0 || this.state.kind !== 'desk') return false;
    // Over the limit the server only says no.
    const open = 1 + localWork.outbox.pending().filter((entry) => entry.project === this.id_).length;
    return open < settings.max_open;
  }

  private keepAhead_(): void {
    const leaseMs = (this.project_?.settings.lease_s ?? 1800) * 1000;
    if (!this.isActive() || this.ended_) return;
    for (const job of this.ahead_) {
      if (Date.now() - job.grantedAt < leaseMs * 0.4) continue;
      const asked = Date.now();
      api.heartbeat(job.assignment.id, job.assignment.lease.token).then(
        () => {
          job.grantedAt = asked;
        },
        (error: unknown) => {
          if (asProblem(error).status === 409 || asProblem(error).status === 404) this.ahead_ = this.ahead_.filter((one) => one !== job);
        },
      );
    }
  }

  private async giveBack_(): Promise<void> {
    const untouched = this.ahead_.splice(0).filter(({ assignment }) => !localWork.journal.get(assignment.id));
    await Promise.all(untouched.map(({ assignment }) => release(assignment.id, assignment.lease.token)));
  }

  private settled_(settled: Settled): void {
    if (settled.entry.project !== this.id_) return;
    if (this.last_?.assignment.id === settled.entry.assignment) this.last_ = null;
    if (this.state.kind === 'stranded') void this.start();
    else void this.fetchAhead_();
  }

  private failed_(problem: Problem): void {
    if (this.ended_) return;
    const removed = problem.status === 404 && this.project_ === null;
    // Not a member any more: what this machine holds of it goes.
    if (removed) localWork.journal.removeProject(this.id_);
    if (!problem.isNetwork || localWork.outbox.pending().length === 0) return this.show_({ kind: 'failed', problem, removed });
    this.show_({ kind: 'stranded' });
    this.later_(kOfflineAgainMs);
  }

  private later_(ms: number): void {
    clearTimeout(this.timer_);
    this.timer_ = setTimeout(() => {
      if (this.ended_ || this.state.kind === 'desk' || this.state.kind === 'elsewhere') return;
      void this.seek_(() => this.claim_());
    }, ms);
  }

  private readonly online_ = (): void => {
    const { state } = this;
    if (state.kind === 'stranded' || (state.kind === 'failed' && state.problem.isNetwork)) void this.start();
    else void this.fetchAhead_();
  };
  private readonly hide_ = (): void => {
    localWork.outbox.leave();
    void this.giveBack_();
  };

  private show_(state: FlowState): void {
    if (this.ended_) return;
    this.state = state;
    for (const listener of this.listeners_) listener();
  }
}

