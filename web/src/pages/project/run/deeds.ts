// What happened, as sentences of a day: like deeds of one person that follow one another are told once, with their number.
import type { Deed } from '../../../api/manage';

export const kDeedKinds = ['work', 'review', 'tasks', 'people', 'project'] as const;
export type DeedKind = (typeof kDeedKinds)[number];

const kWork = ['assignment', 'activity', 'note', 'draft'];
const kReview = ['submission.review', 'submission.reject', 'task.adjudicate', 'submission.accept', 'second-look'];
const kPeople = ['member', 'group', 'token', 'session', 'invite'];

export function kindOf(verb: string): DeedKind {
  const family = verb.split('.')[0] ?? '';
  if (kReview.some((v) => verb.startsWith(v))) return 'review';
  if (kWork.includes(family) || family === 'submission') return 'work';
  if (kPeople.includes(family)) return 'people';
  if (family === 'task' || family === 'batch' || family === 'file') return 'tasks';
  return 'project';
}

export interface Told {
  first: Deed;
  last: Deed;
  count: number;
}

const kApartMs = 30 * 60_000;

/** Newest first, as they come. Deeds on one and the same thing stay apart, so that each can be followed. */
export function told(deeds: Deed[]): Told[] {
  const out: Told[] = [];
  for (const deed of deeds) {
    const run = out.at(-1);
    if (run && run.last.verb === deed.verb && run.last.actor === deed.actor && Date.parse(run.last.at) - Date.parse(deed.at) < kApartMs) {
      run.last = deed;
      run.count++;
    } else out.push({ first: deed, last: deed, count: 1 });
  }
  return out;
}

/** By the day of the person's own clock. */
export function byDay<T extends { first: Deed }>(items: T[], dayOf: (at: string) => string): [string, T[]][] {
  const days: [string, T[]][] = [];
  for (const item of items) {
    const day = dayOf(item.first.at);
    const last = days.at(-1);
    if (last && last[0] === day) last[1].push(item);
    else days.push([day, [item]]);
  }
  return days;
}
