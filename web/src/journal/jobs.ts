// Getting a task with all that its page needs: the task, its form, its project, and why it came back if it did.
import { api, type Answers, type Assignment, type Project, type Submission } from '../api';
import type { Form } from '../work/form';
import { formOf } from '../work/formOf';
import type { Journal } from './journal';

export interface Job {
  assignment: Assignment;
  form: Form | null;
  project: Project;
  /** Returned work: what was submitted and why it came back. */
  returned: Submission | null;
  /** When the reservation was granted, on this machine's clock. */
  grantedAt: number;
}

/** Work that came back: the submission that belongs to the assignment, with the reviewer's words. */
async function returnedOf(assignment: Assignment): Promise<Submission | null> {
  if (assignment.state !== 'returned') return null;
  const mine = await api.submissions(assignment.project.id, { mine: true, state: 'returned', limit: 200 });
  const found = mine.items.find((s) => s.assignment === assignment.id);
  return found ? api.submission(found.id) : null;
}

export async function jobOf(assignment: Assignment, project: Project, grantedAt: number): Promise<Job> {
  const [form, returned] = await Promise.all([formOf(project.id, assignment.template_version), returnedOf(assignment)]);
  return { assignment, form, project, returned, grantedAt };
}

/** One that is open already: the one that was worked on last, if the journal knows. */
export async function openOne(project: Project, journal: Journal): Promise<Job | null> {
  const mine = await api.myAssignments(project.id);
  const open = mine.items.filter((a) => a.kind === 'work' && a.state !== 'returned' && !journal.get(a.id)?.outgoing);
  const touched = (a: Assignment): number => journal.get(a.id)?.changedAt ?? 0;
  open.sort((a, b) => touched(b) - touched(a));
  for (const one of open) {
    try {
      const asked = Date.now();
      const [{ lease }, whole] = await Promise.all([api.heartbeat(one.id, one.lease?.token ?? ''), api.assignment(one.id)]);
      return await jobOf({ ...whole, lease }, project, asked);
    } catch {
      // It ran out between the two questions: another one then.
    }
  }
  return null;
}

export interface Claimed {
  job: Job | null;
  reason: string;
  project: Project;
}

/** A fresh one, with the project as it is now. */
export async function claimOne(id: string): Promise<Claimed> {
  const asked = Date.now();
  const [claim, project] = await Promise.all([api.claim(id, 'work'), api.project(id)]);
  if (!claim.assignment) return { job: null, reason: claim.reason ?? 'none-left', project };
  return { job: await jobOf(claim.assignment, project, asked), reason: '', project };
}

export const startOf = (job: Job): Answers => job.returned?.answers ?? {};
