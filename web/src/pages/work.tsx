// The way to a task: one that is open already, the returned one that was asked for, or a fresh one; then the desk for it.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { api, asProblem, type Answers, type Assignment, type Kind, type Problem, type Project, type Submission } from '../api';
import { useWaiting } from '../person/useWaiting';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { useTitle } from '../ui/hooks';
import { go, href } from '../ui/route';
import { Empty, ErrorCard, Skeleton } from '../ui/States';
import { readForm, type Form } from '../work/form';
import { WorkDesk } from '../work/WorkDesk';

const kLookAgainMs = 15_000;

export interface Job {
  assignment: Assignment;
  form: Form | null;
  project: Project;
  /** Returned work: what was submitted and why it came back. */
  returned: Submission | null;
  /** Answers to begin with, where they are not those of the draft. */
  answers?: Answers;
}

type State = { kind: 'loading' } | { kind: 'none'; reason: string } | { kind: 'failed'; problem: Problem } | { kind: 'job'; job: Job };

const forms = new Map<string, Form | null>();

async function formOf(project: string, version: number): Promise<Form | null> {
  const key = `${project}/${version}`;
  if (!forms.has(key)) forms.set(key, readForm((await api.template(project, version)).form));
  return forms.get(key) ?? null;
}

/** Work that came back: the submission that belongs to the assignment, with the reviewer's words. */
async function returnedOf(assignment: Assignment): Promise<Submission | null> {
  if (assignment.state !== 'returned') return null;
  const mine = await api.submissions(assignment.project.id, { mine: true, state: 'returned', limit: 200 });
  const found = mine.items.find((s) => s.assignment === assignment.id);
  return found ? api.submission(found.id) : null;
}

async function openOne(project: string, kind: Kind): Promise<Assignment | null> {
  const mine = await api.myAssignments(project);
  const open = mine.items.find((a) => a.kind === kind && a.state !== 'returned');
  if (!open) return null;
  try {
    const { lease } = await api.heartbeat(open.id, open.lease?.token ?? '');
    return { ...(await api.assignment(open.id)), lease };
  } catch {
    // It ran out between the two questions: a fresh one then.
    return null;
  }
}

export function WorkPage({ project: id, kind, assignment }: { project: string; kind: string; assignment: string | null }) {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const wanted: Kind = kind === 'review' || kind === 'adjudication' ? kind : 'work';

  const start = useCallback(async (fixed: string | null, keep?: { task: string; answers: Answers }): Promise<void> => {
    setState({ kind: 'loading' });
    try {
      const project = await api.project(id);
      let found: Assignment | null = fixed ? await api.assignment(fixed) : await openOne(id, wanted);
      if (!found) {
        const claim = await api.claim(id, wanted);
        if (!claim.assignment) return setState({ kind: 'none', reason: claim.reason ?? 'none-left' });
        found = claim.assignment;
      }
      const form = await formOf(id, found.template_version);
      const job: Job = { assignment: found, form, project, returned: await returnedOf(found) };
      if (keep && keep.task === found.task.id) job.answers = keep.answers;
      setState({ kind: 'job', job });
    } catch (error) {
      setState({ kind: 'failed', problem: asProblem(error) });
    }
  }, [id, wanted]);
  useEffect(() => void start(assignment), [start, assignment]);

  const next = useCallback(() => {
    if (assignment) go('projects');
    else void start(null);
  }, [assignment, start]);
  useTitle(wanted === 'work' ? t.projects.work : t.judged.title);

  useWaiting(id, state.kind === 'loading' ? 'looking' : state.kind === 'none' && state.reason === 'all-leased' ? 'waiting' : 'other');

  switch (state.kind) {
    case 'loading':
      return <main class="page" tabIndex={-1}><h1 class="sr-only">{t.work.loading}</h1><Skeleton lines={6} /></main>;
    case 'failed':
      return (
        <main class="page medium" tabIndex={-1}>
          <ErrorCard problem={state.problem} onRetry={() => void start(assignment)} />
          <div class="row"><LinkButton to={href('projects')}>{t.common.toProjects}</LinkButton></div>
        </main>
      );
    case 'none':
      return <Nothing reason={state.reason} onAgain={() => void start(null)} />;
    case 'job': {
      const { job } = state;
      const key = `${job.assignment.id}/${job.assignment.lease.token}`;
      return (
        <WorkDesk key={key} job={job} onNext={next} onAgain={(answers) => void start(null, { task: job.assignment.task.id, answers })} />
      );
    }
  }
}

function Nothing({ reason, onAgain }: { reason: string; onAgain: () => void }) {
  useEffect(() => {
    if (reason !== 'all-leased') return;
    const timer = setTimeout(onAgain, kLookAgainMs);
    return () => clearTimeout(timer);
  }, [reason, onAgain]);
  return (
    <main class="page medium" tabIndex={-1}>
      <Empty whole title={t.work.noneTitle} text={t.work.none[reason] ?? ''}>
        <Button onClick={onAgain}>{t.work.checkAgain}</Button>
        <LinkButton look="primary" to={href('projects')}>{t.common.toProjects}</LinkButton>
      </Empty>
    </main>
  );
}
