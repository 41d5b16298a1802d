// What the journal holds for one task: the person's own answers and what was decided about them. Never what the task shows:
// no prompt, no title, only opaque ids.
import type { Answers, Json, JsonObject } from '../api/types';

export type OutgoingKind = 'submit' | 'revise' | 'skip';

/** A decision that the server has not acknowledged: sent under one key with one body, however often it takes. */
export interface Outgoing {
  kind: OutgoingKind;
  path: string;
  key: string;
  body: JsonObject;
  decidedAt: number;
  /** Not before this moment: until then it can be taken back. */
  sendAt: number;
  /** A try failed, or the page was opened anew in between: the person is told when it goes through. */
  late?: boolean;
}

/**
 * Why answers stay here although nobody waits for them any more.
 * taken: somebody else has the place. over: ended elsewhere or cancelled. refused: the server does not take these answers.
 * ran-out: the reservation ended before they were submitted.
 */
export type FateKind = 'taken' | 'over' | 'refused' | 'ran-out';
export interface Fate {
  kind: FateKind;
  detail: string;
}

export interface Entry {
  assignment: string;
  project: string;
  task: string;
  token: string;
  answers: Answers;
  changedAt: number;
  /** The highest draft number that was tried from here. */
  revision: number;
  /** What was tried since the server last acknowledged: number and fingerprint. */
  tried: [number, string][];
  /** The server has not acknowledged these answers. */
  dirty: boolean;
  /** Undo and redo, as History writes them. */
  history: string;
  outgoing: Outgoing | null;
  fate: Fate | null;
  /** They reached the server after a return: the person is told when the task is opened. */
  late?: boolean;
  /** What the person is writing that is no answer yet, such as a message that is not sent. */
  beside?: Record<string, string>;
}

export const kMostTried = 64;

export function freshEntry(of: Pick<Entry, 'assignment' | 'project' | 'task' | 'token'>): Entry {
  return { ...of, answers: {}, changedAt: 0, revision: 0, tried: [], dirty: false, history: '', outgoing: null, fate: null };
}

/** Does it hold anything that would be missed? */
export const isUnsent = (entry: Entry): boolean => entry.outgoing !== null || entry.dirty;

/** The history is kept as the text it is: it is large, and changes less often than the answers. */
export function encode(entry: Entry): string {
  const { history, ...rest } = entry;
  return `${JSON.stringify(rest)}\n${history}`;
}

/** Null for what is no entry: an older version, another program. */
export function decode(text: string): Entry | null {
  const cut = text.indexOf('\n');
  if (cut < 0) return null;
  try {
    const rest = JSON.parse(text.slice(0, cut)) as Partial<Entry>;
    if (typeof rest.assignment !== 'string' || typeof rest.project !== 'string' || !Array.isArray(rest.tried)) return null;
    return { ...freshEntry(rest as Entry), ...rest, history: text.slice(cut + 1) };
  } catch {
    return null;
  }
}

/** One text per value whatever the order of its members: the server may give them back in another. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const names = Object.keys(value).filter((name) => value[name] !== undefined).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** 53 bits to tell one's own drafts apart; nothing is protected by it. */
export function fingerprint(answers: Answers): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const text = canonical(answers);
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return ((2097151 & b) * 4294967296 + (a >>> 0)).toString(36);
}
