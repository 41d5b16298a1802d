// One import under way: slice after slice, again after a lost connection, stopped and gone on with at will. Every line has a
// key, so a slice that is sent twice is counted twice and kept once. It lives outside the pages: leaving one does not end it.
import { asProblem, type Problem } from '../api/problem';
import type { ImportResult } from '../api/types';
import type { Code } from './convert';
import type { Slice } from './slices';

export interface ImportError {
  line: number;
  field: string;
  /** Of ours: a code, said in words where it is shown. Of the server: its sentence. */
  code: Code | null;
  reason: string;
}

/** refused: all or nothing was asked for, and it is nothing. */
export type Phase = 'sending' | 'waiting' | 'stopped' | 'failed' | 'refused' | 'done';

export interface RunState {
  phase: Phase;
  bytes: number;
  total: number;
  imported: number;
  duplicate: number;
  rejected: number;
  errors: ImportError[];
  /** A slice was sent again after the connection broke: some of `duplicate` may be lines that it had brought. */
  again: boolean;
  problem: Problem | null;
}

export interface Sending {
  done: Promise<ImportResult>;
  cancel: () => void;
}

export type Send = (body: string | Blob, idempotencyKey: string) => Sending;

/** More than anybody reads; further ones are counted. */
export const kMaxErrors = 20_000;
const kWaitsMs = [1000, 2000, 4000, 8000, 15_000];

export class ImportRun {
  state: RunState;
  private slice: Slice | null = null;
  private attempt = 0;
  private running: Promise<void> | null = null;
  private sending: Sending | null = null;
  private stopping = false;
  private wake: (() => void) | null = null;
  private readonly listeners = new Set<(state: RunState) => void>();

  constructor(
    private readonly source: AsyncGenerator<Slice>, total: number, private readonly name: string, private readonly send: Send,
    private readonly wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
  ) {
    this.state = {
      phase: 'stopped', bytes: 0, total, imported: 0, duplicate: 0, rejected: 0, errors: [], again: false, problem: null,
    };
  }

  listen(listener: (state: RunState) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get over(): boolean {
    return this.state.phase === 'done' || this.state.phase === 'refused';
  }

  /** How far the file is read, where nothing of it is sent yet. */
  reads(bytes: number): void {
    this.set({ bytes });
  }

  /** Starts, or goes on from the slice that was not answered. */
  start(): Promise<void> {
    if (this.over) return Promise.resolve();
    this.stopping = false;
    this.running ??= this.loop().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  stop(): void {
    this.stopping = true;
    this.sending?.cancel();
    this.wake?.();
  }

  /** Tries at once instead of when the wait is over: the network is back. */
  hurry(): void {
    this.wake?.();
  }

  private set(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener(this.state);
  }

  private async loop(): Promise<void> {
    this.set({ phase: 'sending', problem: null });
    try {
      for (;;) {
        if (this.stopping) return this.set({ phase: 'stopped' });
        if (!this.slice) {
          const next = await this.source.next();
          if (next.done) return this.set({ phase: 'done', bytes: this.state.total });
          this.slice = next.value;
          this.attempt = 0;
          this.addFaults(this.slice);
          if (this.slice.refused) return this.set({ phase: 'refused', bytes: this.state.total });
        }
        if (this.slice.body !== '' && !(await this.sendOne(this.slice))) return;
        this.set({ bytes: this.slice.bytes });
        this.slice = null;
      }
    } catch (error) {
      this.set({ phase: 'failed', problem: asProblem(error) });
    }
  }

  /** False: it ended otherwise than by an answer, and the state says how. */
  private async sendOne(slice: Slice): Promise<boolean> {
    for (;;) {
      if (this.stopping) return this.end('stopped', null);
      // A fresh key for each try: the reply of an import is not kept, and the lines' own keys already keep a repeat from
      // counting twice.
      this.sending = this.send(slice.body, `${this.name}-${slice.index}-${this.attempt++}`);
      try {
        const result = await this.sending.done;
        this.take(slice, result);
        return true;
      } catch (error) {
        const problem = asProblem(error);
        if (problem.kind === 'stopped' || this.stopping) return this.end('stopped', null);
        if (problem.kind === 'import-refused' && Array.isArray(problem.body.errors)) {
          this.take(slice, { ...(problem.body as unknown as ImportResult), imported: 0 });
          return this.end('refused', null);
        }
        if (!problem.isTransient) return this.end('failed', problem);
        this.set({ phase: 'waiting', problem, again: true });
        await this.pause(problem.retryAfterMs ?? kWaitsMs[Math.min(this.attempt - 1, kWaitsMs.length - 1)] ?? 15_000);
        this.set({ phase: 'sending', problem: null });
      } finally {
        this.sending = null;
      }
    }
  }

  private end(phase: Phase, problem: Problem | null): false {
    // The lines of a slice that was cut off may be there: sending it again counts them as known.
    this.set({ phase, problem, again: this.state.again || this.attempt > 0 });
    return false;
  }

  private async pause(ms: number): Promise<void> {
    await Promise.race([this.wait(ms), new Promise<void>((done) => {
      this.wake = done;
    })]);
    this.wake = null;
  }

  private addFaults(slice: Slice): void {
    if (slice.faults.length === 0) return;
    this.addErrors(slice.faults.map((fault) => ({ ...fault, reason: '' })), slice.faults.length);
  }

  private take(slice: Slice, result: ImportResult): void {
    this.set({ imported: this.state.imported + result.imported, duplicate: this.state.duplicate + (result.duplicate ?? 0) });
    const errors = result.errors.map((error): ImportError => ({
      line: slice.lines[error.line - 1] ?? error.line, field: error.field ?? '', code: null, reason: error.reason,
    }));
    if (result.rejected > 0) this.addErrors(errors, result.rejected);
  }

  private addErrors(found: ImportError[], count: number): void {
    const room = Math.max(0, kMaxErrors - this.state.errors.length);
    this.set({ errors: [...this.state.errors, ...found.slice(0, room)], rejected: this.state.rejected + count });
  }
}
