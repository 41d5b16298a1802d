// What this browser remembers for a person: opaque ids, times and choices, never a word of content.
import { newKey } from '../api';
import { personApi, type TimeReport } from '../api/person';
import { TimeQueue } from './timeQueue';

const memory = new Map<string, string>();

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

export function remember(key: string, value: string | null): void {
  if (value === null) memory.delete(key);
  else memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is off: it is remembered as long as the page is open.
  }
}

const kQueue = 'guildhall-time';
export const timeQueue = new TimeQueue({
  read: () => recall(kQueue),
  write: (text) => remember(kQueue, text),
  send: (project, entries, key) => personApi.reportTime(project, entries, key),
});

/** Kept first, then sent: it counts once, and not at all only if the server refuses it. */
export function reportTime(member: string, project: string, entries: TimeReport[]): Promise<void> {
  if (entries.length === 0) return Promise.resolve();
  timeQueue.add({ member, project, key: newKey(), entries });
  return timeQueue.flush(member);
}
