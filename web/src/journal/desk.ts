// One task on the desk: its answers, their way into the journal and to the server, and their history. No page in it.
import type { Answers, Assignment } from '../api/types';
import { Autosave, type AutosavePorts } from '../work/autosave';
import { History } from './history';
import type { Journal } from './journal';
import type { Outbox } from './outbox';
import { reconcile, type Reconciled } from './reconcile';
import { fingerprint, freshEntry, kMostTried, type Entry, type Outgoing } from './record';

export interface DeskPorts {
  save: AutosavePorts['save'];
  isText: (id: string) => boolean;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => unknown;
  clearTimer?: (timer: unknown) => void;
}

export class Desk {
  readonly autosave: Autosave;
  readonly history: History;
  /** How this device's answers and the server's compared when the task was opened. */
  readonly opened: Reconciled['outcome'];
  private entry_: Entry;
  private ended_ = false;
  private readonly listeners_ = new Set<() => void>();
  private readonly now_: () => number;

  constructor(
    private readonly journal_: Journal, private readonly outbox_: Outbox, assignment: Assignment, otherwise: Answers,
    private readonly ports_: DeskPorts, quiet = false,
  ) {
    this.now_ = ports_.now ?? (() => Date.now());
    const { id, task, project, lease } = assignment;
    const known = journal_.get(id);
    const found = reconcile(known, assignment.draft ?? null, otherwise);
    const restored = found.outcome === 'restored' || known?.late === true;
    this.opened = restored ? (quiet ? 'same' : 'restored') : found.outcome;
    this.entry_ = {
      ...(known ?? freshEntry({ assignment: id, project: project.id, task: task.id, token: lease.token })),
      token: lease.token, answers: found.answers, revision: found.revision, dirty: found.dirty, fate: null, late: false,
    };
    // Steps that lead to other answers than these are of no use.
    this.history = new History(found.outcome === 'server' ? '' : this.entry_.history);
    this.autosave = new Autosave({ revision: found.revision, answers: found.answers }, {
      save: ports_.save,
      onState: () => this.tell_(),
      onTry: (revision, answers) => {
        const tried: Entry['tried'] = [...this.entry_.tried, [revision, fingerprint(answers)]];
        this.keep_({ revision, tried: tried.slice(-kMostTried) });
      },
      onSaved: (dirty) => this.keep_({ dirty, tried: [] }),
      ...(ports_.now ? { now: ports_.now } : {}),
      ...(ports_.setTimer ? { setTimer: ports_.setTimer } : {}),
      ...(ports_.clearTimer ? { clearTimer: ports_.clearTimer } : {}),
    });
    if (known) journal_.put(this.entry_);
    if (found.outcome === 'restored') this.autosave.change(found.answers);
    if (found.theirs) this.autosave.conflict(found.theirs);
  }

  listen(listener: () => void): () => void {
    this.listeners_.add(listener);
    return () => void this.listeners_.delete(listener);
  }
  get answers(): Answers {
    return this.entry_.answers;
  }
  get entry(): Entry {
    return this.entry_;
  }
  change(answers: Answers): void {
    if (this.ended_) return;
    this.history.record(this.entry_.answers, answers, this.now_(), this.ports_.isText);
    this.move_(answers);
  }
  /** A text of the person's that is no answer: it stays on this device. '' takes it away. */
  keepBeside(name: string, text: string): void {
    if (this.ended_ || (this.entry_.beside?.[name] ?? '') === text) return;
    const { [name]: _, ...others } = this.entry_.beside ?? {};
    this.entry_ = { ...this.entry_, changedAt: this.now_(), beside: text === '' ? others : { ...others, [name]: text } };
    this.journal_.put(this.entry_);
  }
  beside(name: string): string {
    return this.entry_.beside?.[name] ?? '';
  }
  undo(): boolean {
    return this.step_(this.history.undo(this.entry_.answers));
  }
  redo(): boolean {
    return this.step_(this.history.redo(this.entry_.answers));
  }

  /** After a choice between two drafts: the other one; going back is an undo. */
  takeTheirs(): void {
    const before = this.entry_.answers;
    const theirs = this.autosave.takeTheirs();
    this.history.record(before, theirs, this.now_(), this.ports_.isText);
    this.entry_ = { ...this.entry_, answers: theirs, changedAt: this.now_(), history: this.history.text };
    this.keep_({ dirty: false, tried: [], revision: Math.max(this.entry_.revision, this.autosave.revision) });
    this.tell_();
  }

  /** The decision goes to the outbox; the desk is done with the task. */
  decide(what: Omit<Outgoing, 'key' | 'decidedAt' | 'sendAt'>, undoMs: number): void {
    // Kept on the server too while the decision waits: it may wait long.
    if (undoMs > 0) void this.autosave.flush();
    this.end();
    this.outbox_.decide(this.entry_, what, undoMs);
  }

  end(): void {
    this.ended_ = true;
    this.autosave.stop();
  }

  /** The server did not take the decision: the task stays on the desk. */
  revive(): void {
    this.entry_ = { ...this.entry_, ...this.journal_.get(this.entry_.assignment), fate: null };
    this.ended_ = false;
    this.autosave.resume();
    this.journal_.put(this.entry_);
  }

  private step_(answers: Answers | null): boolean {
    if (this.ended_ || !answers) return false;
    this.move_(answers);
    return true;
  }

  private move_(answers: Answers): void {
    this.entry_ = { ...this.entry_, answers, changedAt: this.now_(), dirty: true, history: this.history.text };
    this.journal_.put(this.entry_);
    this.autosave.change(answers);
    this.tell_();
  }

  private tell_(): void {
    for (const listener of this.listeners_) listener();
  }

  private keep_(change: Partial<Entry>): void {
    if (this.ended_) return;
    this.entry_ = { ...this.entry_, ...change };
    // An entry begins with the first change of the person's.
    if (this.entry_.changedAt > 0) this.journal_.put(this.entry_);
  }
}
