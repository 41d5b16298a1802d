// Fetches today's entries. The record comes oldest first, so the place where earlier days end is remembered: a year of work
// is read once, not every time.
import { asProblem } from '../api';
import { personApi, type TimeEntry } from '../api/person';
import { recall, remember } from './keep';

const keyOf = (member: string, project: string): string => `guildhall-time-from/${member}/${project}`;

async function pagesFrom(member: string, project: string, start: string | null, sinceMs: number): Promise<TimeEntry[]> {
  const found: TimeEntry[] = [];
  for (let cursor = start; ;) {
    const page = await personApi.time(project, cursor);
    found.push(...page.items);
    if (page.next === null) return found;
    cursor = page.next;
    if (page.items.every((e) => Date.parse(e.ended_at) < sinceMs)) {
      remember(keyOf(member, project), cursor);
      found.length = 0;
    }
  }
}

export async function loadTime(member: string, project: string, sinceMs: number): Promise<TimeEntry[]> {
  const start = recall(keyOf(member, project));
  try {
    return await pagesFrom(member, project, start, sinceMs);
  } catch (error) {
    if (start === null || asProblem(error).status !== 422) throw error;
    remember(keyOf(member, project), null);
    return pagesFrom(member, project, null, sinceMs);
  }
}
