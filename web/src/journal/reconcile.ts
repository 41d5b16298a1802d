// What this device holds against what the server holds, when a task is opened again. Pure.
import type { Answers } from '../api/types';
import { canonical, fingerprint, type Entry } from './record';

export interface Draft {
  revision: number;
  answers: Answers;
}

export interface Reconciled {
  answers: Answers;
  /** Counted on from here. */
  revision: number;
  /** The server does not have `answers`. */
  dirty: boolean;
  /** restored: the device had more than the server. choose: both changed, `theirs` is the other. */
  outcome: 'same' | 'server' | 'restored' | 'choose';
  theirs: Draft | null;
}

const same = (a: Answers, b: Answers): boolean => canonical(a) === canonical(b);

/** Did this device write the draft that the server holds? */
function isOurs(entry: Entry, held: Draft): boolean {
  if (held.revision > entry.revision) return false;
  const tried = entry.tried.filter(([revision]) => revision === held.revision);
  // What was acknowledged is no longer listed; a number that is listed belongs to what was tried under it.
  return tried.length === 0 ? entry.tried.every(([revision]) => revision > held.revision)
    : tried.some(([, print]) => print === fingerprint(held.answers));
}

export function reconcile(entry: Entry | null, held: Draft | null, otherwise: Answers): Reconciled {
  const server = held ?? { revision: 0, answers: otherwise };
  if (!entry || entry.changedAt === 0) {
    const revision = Math.max(server.revision, entry?.revision ?? 0);
    return { answers: server.answers, revision, dirty: false, outcome: 'server', theirs: null };
  }
  const revision = Math.max(entry.revision, server.revision);
  if (same(entry.answers, server.answers)) {
    return { answers: entry.answers, revision, dirty: false, outcome: 'same', theirs: null };
  }
  if (!held || isOurs(entry, held)) {
    return { answers: entry.answers, revision, dirty: true, outcome: 'restored', theirs: null };
  }
  // Everything of this device had reached the server before somebody went on elsewhere.
  if (!entry.dirty) return { answers: held.answers, revision, dirty: false, outcome: 'server', theirs: null };
  return { answers: entry.answers, revision, dirty: true, outcome: 'choose', theirs: held };
}
