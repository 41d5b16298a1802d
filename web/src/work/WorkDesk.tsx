// Where an expert works: the task on the left, the questions on the right, everything by key, nothing lost.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, asProblem, newKey, type Answers, type Problem, type SkipReason, type Submission } from '../api';
import { Code } from '../markdown/Code';
import type { Job } from '../pages/work';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { usePersonDesk } from '../person/useDesk';
import { useCommands } from '../ui/commands';
import { useAction, useKeys } from '../ui/hooks';
import { ErrorCard } from '../ui/States';
import { toast } from '../ui/Toast';
import { cleaned, gaps, type Gap } from './answers';
import { ReasonDialog } from './ReasonDialog';
import { ConflictCard, GoldCard, LostCard, ReturnedCard, SuggestionCard } from './notices';
import { useAutosave } from './useAutosave';
import { useLease } from './useLease';
import { focusText, useTaskForm } from './useTaskForm';
import { useTimer } from './useTimer';
import type { Form } from './form';
import { SaveLine, WorkBar } from './WorkBar';
import { pretty } from './views/messages';

const kEmptyForm: Form = { base: 'custom', title: '', help: '', views: [], questions: [] };

interface Sent {
  token: string;
  answers: Answers;
  active_ms: number;
}

function messageOf(gap: Gap): string {
  return gap.reason === 'short' ? t.work.tooShort(gap.least ?? 0) : t.work.required;
}

/** The server names the answer that it does not take: /answers/choice → choice. */
function fieldOf(problem: Problem): string | null {
  return /^\/answers\/([^/]+)/.exec(problem.field ?? '')?.[1] ?? null;
}

export function WorkDesk({ job, onNext, onAgain }: { job: Job; onNext: () => void; onAgain: (answers: Answers) => void }) {
  const { assignment, project, returned } = job;
  const form = job.form ?? kEmptyForm;
  const data = assignment.task.data ?? {};
  const order = useMemo(() => assignment.presentation?.order ?? [], [assignment]);
  const start = job.answers ?? assignment.draft?.answers ?? returned?.answers ?? {};
  const { autosave, answers, state, change } = useAutosave(assignment, start);
  const { timer, totalMs, active } = useTimer(assignment.id);
  const person = usePersonDesk({ project, assignment, timer, totalMs });
  const lease = useLease(assignment, project.settings.lease_s * 1000, person.present);
  const [checked, setChecked] = useState(false);
  const [dialog, setDialog] = useState<'skip' | null>(null);
  const [done, setDone] = useState<Submission | null>(null);
  const action = useAction();
  // What was sent, whole: a second try under the same key must carry the same body, its time included.
  const tried = useRef<{ of: string; sent: Sent; key: string } | null>(null);

  const open = gaps(form, data, answers);
  const errors = useMemo(() => {
    const map = new Map(checked ? open.map((gap) => [gap.question, messageOf(gap)] as const) : []);
    const field = action.problem ? fieldOf(action.problem) : null;
    if (field && action.problem) map.set(field, action.problem.detail || action.problem.title);
    return map;
  }, [checked, answers, action.problem]);
  // After the time ran out the server still takes the answers if the place is free: it decides, not this page.
  const blocked = state.kind === 'conflict';
  const view = useTaskForm({ form, data, order, answers, readOnly: done !== null, project: project.id, errors, onChange: change });

  // Answers brought over from a task that ran out are not on the server yet.
  useEffect(() => {
    if (job.answers) autosave.change(job.answers);
  }, []);

  const submit = (): void => {
    setChecked(true);
    const [first] = open;
    if (first) {
      document.getElementById(`q-${first.question}`)?.scrollIntoView({ block: 'nearest' });
      return;
    }
    void action.run(async () => {
      const final = cleaned(form, answers);
      const of = JSON.stringify(final);
      await autosave.flush();
      if (tried.current?.of !== of) {
        const sent = { token: assignment.lease.token, answers: final, active_ms: timer.totalMs(Date.now()) };
        tried.current = { of, sent, key: newKey() };
      }
      const { sent, key } = tried.current;
      try {
        const submission = returned
          ? await api.revise(returned.id, sent, key)
          : await api.submit(assignment.id, sent, key);
        autosave.stop();
        if (submission.gold) return setDone(submission);
        toast(returned ? t.work.resubmitted : t.work.submitted);
        onNext();
      } catch (error) {
        if (!asProblem(error).isTransient) tried.current = null;
        throw error;
      }
    });
  };
  const skip = (reason: SkipReason, note: string): void => {
    void action.run(async () => {
      await api.skip(assignment.id, {
        token: assignment.lease.token, reason, ...(note ? { note } : {}), active_ms: timer.totalMs(Date.now()),
      });
      autosave.stop();
      setDialog(null);
      toast(t.work.skipped);
      onNext();
    });
  };

  useKeys((event, typing) => {
    if (typing || event.ctrlKey || event.metaKey || event.altKey || done) return;
    if (view.press(event.key)) event.preventDefault();
  });
  useCommands([
    { id: 'submit', label: t.work.keys.submit, keys: ['Enter'], enabled: !blocked, run: () => (done ? onNext() : submit()) },
    { id: 'submit-anywhere', label: t.work.keys.submit, keys: ['Ctrl+Enter'], inText: true, enabled: !blocked, run: () => (done ? onNext() : submit()) },
    { id: 'skip', label: t.work.keys.skip, keys: ['s'], enabled: !returned && !done, run: () => setDialog('skip') },
    { id: 'justify', label: t.work.keys.justify, keys: ['j'], enabled: !done, run: () => focusText(form) },
    { id: 'extend', label: t.work.extend, keys: ['e'], run: lease.extend },
    { id: 'options', label: t.work.keys.options, keys: ['1', 'q'], enabled: false, run: () => undefined },
    { id: 'rows', label: t.work.keys.next, keys: ['ArrowUp', 'ArrowDown'], enabled: false, run: () => undefined },
  ]);

  const refused = action.problem && ['stale-token', 'place-taken'].includes(action.problem.kind) ? action.problem : null;
  return (
    <>
      <WorkBar
        title={project.title} guidelinesVersion={assignment.guidelines_version} timeMs={totalMs} active={active}
        leftMs={lease.lost ? null : lease.leftMs} onExtend={lease.extend} person={person}
      >
        <SaveLine state={state} />
      </WorkBar>
      <main class="workspace" tabIndex={-1}>
        <div class="reading">
          {returned ? <ReturnedCard submission={returned} /> : null}
          {person.notes}
          {job.form ? view.views : <><p class="warn">{t.work.unknownForm}</p><Code text={pretty(data)} language="json" /></>}
        </div>
        <div class="answering">
          {done ? <GoldCard submission={done} form={form} onNext={onNext} /> : null}
          {state.kind === 'conflict' ? <ConflictCard autosave={autosave} onTake={change} /> : null}
          {refused || state.kind === 'lost' || lease.lost ? (
            <LostCard taken={refused?.kind === 'place-taken'} answers={answers} onAgain={() => onAgain(answers)} />
          ) : null}
          {assignment.suggestions && assignment.suggestions.length > 0 && !done
            ? <SuggestionCard suggestions={assignment.suggestions} onUse={change} /> : null}
          {view.questions}
          {action.problem && !refused ? <ErrorCard problem={action.problem} /> : null}
          {state.kind === 'refused' && state.problem ? <ErrorCard problem={state.problem} /> : null}
          {done ? null : (
            <div class="actions">
              <Button look="primary" busy={action.busy} disabled={blocked} hint="⏎" onClick={submit}>
                {returned ? t.work.submitRevision : t.work.submit}
              </Button>
              {returned ? null : <Button hint="s" onClick={() => setDialog('skip')}>{t.work.skip}</Button>}
              <Button look="quiet" hint="f" onClick={() => person.ask('flag')}>{t.desk.flag}</Button>
              <Button look="quiet" hint="l" onClick={() => person.ask('question')}>{t.desk.ask}</Button>
              {checked && open.length > 0 ? <p class="bad small" role="alert">{t.work.missing(open.length)}</p> : null}
            </div>
          )}
        </div>
      </main>
      {dialog === 'skip' ? (
        <ReasonDialog
          title={t.work.skipTitle} reasons={t.work.skipReasons} noteLabel={t.work.skipNote} action={t.work.skip} busy={action.busy}
          onChoose={skip} onClose={() => setDialog(null)}
        />
      ) : null}
    </>
  );
}
