// Which answers of the lead this person has not looked at: by the time of the last look, kept in this browser.
import type { Note } from '../api/person';
import { recall, remember } from './keep';

const keyOf = (member: string, project: string): string => `guildhall-notes-seen/${member}/${project}`;

/** Replies by somebody else since `seenAt`. Pure. */
export function newReplies(notes: Note[], member: string, seenAt: string): number {
  return notes.reduce((sum, note) => sum + note.replies.filter((r) => r.member !== member && r.created_at > seenAt).length, 0);
}

export const lastLook = (member: string, project: string): string => recall(keyOf(member, project)) ?? '';

/** Up to the newest reply that was shown, by the server's clock. */
export function lookedAt(member: string, project: string, notes: Note[]): void {
  const newest = notes.flatMap((n) => n.replies.map((r) => r.created_at)).sort().at(-1);
  if (newest && newest > lastLook(member, project)) remember(keyOf(member, project), newest);
}
