// Time to be reported, kept in the browser until the server has it: nobody loses paid time to a broken connection. Each
// report has one key for all its tries, so that it counts once. Only ids and times are kept, under the person's own id.
import type { TimeReport } from '../api/person';
import { asProblem } from '../api/problem';

export interface Waiting {
  member: string;
  project: string;
  key: string;
  entries: TimeReport[];
}

export interface QueuePorts {
  read: () => string | null;
  write: (text: string | null) => void;
  send: (project: string, entries: TimeReport[], key: string) => Promise<unknown>;
}

const kMostKept = 200;
const kLater = new Set([401, 423, 429]);

export class TimeQueue {
  private sending_ = false;
  private readonly ports_: QueuePorts;

  constructor(ports: QueuePorts) {
    this.ports_ = ports;
  }

  waiting(member: string): Waiting[] {
    return this.all_().filter((one) => one.member === member);
  }

  add(report: Waiting): void {
    this.keep_([...this.all_(), report].slice(-kMostKept));
  }

  /** Sends what waits for this member, oldest first, until the connection fails. What is refused for good is dropped. */
  async flush(member: string): Promise<void> {
    if (this.sending_) return;
    this.sending_ = true;
    try {
      for (let next = this.waiting(member)[0]; next; next = this.waiting(member)[0]) {
        const { key } = next;
        try {
          await this.ports_.send(next.project, next.entries, key);
        } catch (error) {
          const problem = asProblem(error);
          if (problem.isTransient || problem.status < 0 || problem.status >= 500 || kLater.has(problem.status)) return;
        }
        this.keep_(this.all_().filter((one) => one.key !== key));
      }
    } finally {
      this.sending_ = false;
    }
  }

  private all_(): Waiting[] {
    try {
      const kept: unknown = JSON.parse(this.ports_.read() ?? '[]');
      return Array.isArray(kept) ? (kept as Waiting[]).filter((one) => one && typeof one.key === 'string' && Array.isArray(one.entries)) : [];
    } catch {
      return [];
    }
  }

  private keep_(all: Waiting[]): void {
    this.ports_.write(all.length > 0 ? JSON.stringify(all) : null);
  }
}
