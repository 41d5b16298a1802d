// At return: decisions go out, drafts that the server lacks follow, and what became of the rest is found out.
import { asProblem } from '../api/problem';
import type { Answers, Assignment } from '../api/types';
import type { Journal } from './journal';
import type { Outbox } from './outbox';
import { reconcile } from './reconcile';
import type { Entry } from './record';

const kMostStrays = 50;

export interface ReplayPorts {
  /** Null where it is not the caller's (any more). */
  look: (assignment: string) => Promise<Pick<Assignment, 'state' | 'lease' | 'draft'> | null>;
  saveDraft: (assignment: string, token: string, revision: number, answers: Answers) => Promise<{ revision: number }>;
}

export async function replay(journal: Journal, outbox: Outbox, project: string, ports: ReplayPorts): Promise<void> {
  for (const entry of journal.of(project)) {
    if (entry.outgoing) journal.put({ ...entry, outgoing: { ...entry.outgoing, late: true, sendAt: 0 } });
  }
  await outbox.flush();
  const strays = journal.of(project).filter((entry) => !entry.outgoing && !entry.fate);
  for (const entry of strays.slice(0, kMostStrays)) {
    try {
      await settleStray(journal, entry, ports);
    } catch (error) {
      // Another time: nothing of it is given up.
      if (asProblem(error).isTransient) return;
    }
  }
}

async function settleStray(journal: Journal, entry: Entry, ports: ReplayPorts): Promise<void> {
  const there = await ports.look(entry.assignment);
  // Somebody went on with it while we asked: what is on the desk counts.
  const isSame = (): boolean => journal.get(entry.assignment) === entry;
  if (!isSame()) return;
  if (!there) return journal.remove(entry.assignment);
  const found = reconcile(entry, there.draft ?? null, {});
  if (there.state !== 'leased' && there.state !== 'returned') {
    const ran = there.state === 'expired';
    if (!ran && !entry.dirty) return journal.remove(entry.assignment);
    if (ran && found.outcome === 'restored') {
      // Refused as no longer reserved, and kept by the server all the same.
      await ports.saveDraft(entry.assignment, entry.token, found.revision + 1, entry.answers).catch((error: unknown) => {
        if (asProblem(error).isTransient) throw error;
      });
    }
    if (!isSame()) return;
    const fate = { kind: ran ? 'ran-out' : 'over', detail: there.state } as const;
    return journal.put({ ...entry, revision: found.revision + 1, dirty: false, tried: [], fate });
  }
  if (found.outcome !== 'restored') return;
  const { revision } = await ports.saveDraft(entry.assignment, there.lease.token, found.revision + 1, entry.answers);
  if (isSame()) journal.put({ ...entry, token: there.lease.token, revision, tried: [], dirty: false, late: true });
}
