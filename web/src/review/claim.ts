// The way to a review: the one that was asked for, one that is open already, or the next in line.
import { api, type Assignment, type Kind, type Project } from '../api';
import type { Form } from '../work/form';
import { formOf } from '../work/formOf';
import { held } from './useHeld';

export interface ReviewJob {
  assignment: Assignment;
  form: Form | null;
  project: Project;
}

/** One assignment, one submission, or null: whatever comes next. */
export type Wanted = { assignment: string } | { submission: string } | null;

async function openOne(project: string, kind: Kind): Promise<Assignment | null> {
  const mine = await api.myAssignments(project);
  // What waits to be sent is decided: it is not offered again.
  const open = mine.items.find((a) => a.kind === kind && a.state !== 'returned' && a.id !== held.state.waiting?.assignment);
  return open ? renewed(open.id) : null;
}

async function renewed(id: string): Promise<Assignment | null> {
  const assignment = await api.assignment(id);
  try {
    const { lease } = await api.heartbeat(id, assignment.lease.token);
    return { ...assignment, lease };
  } catch {
    // It ran out between the two questions: a fresh one then.
    return null;
  }
}

export async function findReview(projectId: string, kind: Kind, wanted: Wanted): Promise<ReviewJob | string> {
  const project = await api.project(projectId);
  let assignment: Assignment | null = null;
  if (wanted && 'assignment' in wanted) assignment = await renewed(wanted.assignment);
  else if (!wanted) assignment = await openOne(projectId, kind);
  if (!assignment) {
    const claim = await api.claim(projectId, kind, wanted && 'submission' in wanted ? wanted.submission : undefined);
    if (!claim.assignment) return claim.reason ?? 'none-left';
    assignment = claim.assignment;
  }
  return { assignment, project, form: await formOf(projectId, assignment.template_version) };
}
