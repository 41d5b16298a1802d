// Where differing answers are settled: all of them beside one another, differences marked, and the final one written below.
import { useMemo, useRef, useState } from 'preact/hooks';
import { api, asProblem, newKey, type Answers } from '../api';
import type { Job } from '../pages/work';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { useAction, useKeys } from '../ui/hooks';
import { ErrorCard, Pill } from '../ui/States';
import { TextArea } from '../ui/Field';
import { toast } from '../ui/Toast';
import { cleaned, gaps } from './answers';
import { answerText } from './AnswersView';
import { GuidelinesDialog } from './dialogs';
import type { Form } from './form';
import { LostCard } from './notices';
import { SkipDialog } from './ReviewDesk';
import { useLease } from './useLease';
import { useTaskForm } from './useTaskForm';
import { useTimer } from './useTimer';
import { WorkBar } from './WorkBar';

const kEmpty: Form = { base: '', title: '', help: '', views: [], questions: [] };

export function AdjudicateDesk({ job, onNext }: { job: Job; onNext: () => void }) {
  const { assignment, project } = job;
  const form = job.form ?? kEmpty;
  const data = assignment.task.data ?? {};
  const order = useMemo(() => assignment.presentation?.order ?? [], [assignment]);
  const given = assignment.adjudication?.submissions ?? [];
  const [answers, setAnswers] = useState<Answers>({});
  const [note, setNote] = useState('');
  const [errors, setErrors] = useState(new Map<string, string>());
  const [dialog, setDialog] = useState<'guidelines' | 'skip' | null>(null);
  const action = useAction();
  const { timer, totalMs, active } = useTimer(assignment.id);
  const lease = useLease(assignment, project.settings.lease_s * 1000, () => timer.isActive(Date.now()));
  const key = useRef(newKey());
  const view = useTaskForm({ form, data, order, answers, readOnly: false, project: project.id, errors, onChange: setAnswers });

  const tried = useRef<{ of: string; activeMs: number } | null>(null);
  const settle = (): void => {
    const open = gaps(form, data, answers);
    setErrors(new Map(open.map((gap) => [gap.question, gap.reason === 'short' ? t.work.tooShort(gap.least ?? 0) : t.work.required])));
    if (open.length > 0) return;
    void action.run(async () => {
      const final = cleaned(form, answers);
      const of = JSON.stringify([final, note]);
      if (tried.current?.of !== of) {
        tried.current = { of, activeMs: timer.totalMs(Date.now()) };
        key.current = newKey();
      }
      const body = {
        token: assignment.lease.token, answers: final, active_ms: tried.current.activeMs, ...(note.trim() ? { note: note.trim() } : {}),
      };
      try {
        await api.adjudicate(assignment.task.id, body, key.current);
      } catch (error) {
        if (!asProblem(error).isTransient) tried.current = null;
        throw error;
      }
      toast(t.review.settled);
      onNext();
    });
  };
  useKeys((event, typing) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return settle();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 's') setDialog('skip');
    else if (event.key === 'g' && assignment.guidelines_version > 0) setDialog('guidelines');
    else if (!view.press(event.key)) return;
    event.preventDefault();
  });

  const texts = form.questions.map((q) => given.map((s) => answerText(q, s.answers[q.id], data, order)));
  return (
    <>
      <WorkBar
        title={project.title} guidelinesVersion={assignment.guidelines_version} timeMs={totalMs} active={active}
        leftMs={lease.leftMs} onExtend={lease.extend} onGuidelines={() => setDialog('guidelines')} onKeys={() => setDialog('guidelines')}
      >
        <Pill tone="accent">{t.review.adjudicateTitle}</Pill>
      </WorkBar>
      <main class="workspace" tabIndex={-1}>
        <div class="reading">
          <div class="side-by-side">
            {given.map((submission, i) => (
              <section key={submission.id} class="pane" aria-label={t.review.answer(i + 1)}>
                <div class="pane-head">
                  <h2>{t.review.answer(i + 1)}</h2>
                  <Button slim onClick={() => setAnswers(submission.answers)}>{t.review.startFrom}</Button>
                </div>
                <div class="pane-body stack">
                  {form.questions.map((q, row) => {
                    const differs = new Set(texts[row]).size > 1;
                    return (
                      <div key={q.id}>
                        <h3>{q.label} {differs ? <Pill tone="warn">{t.review.differs}</Pill> : null}</h3>
                        <p class="prewrap">{texts[row]?.[i]}</p>
                      </div>
                    );
                  })}
                </div>
              </section>
            ))}
          </div>
          {view.views}
        </div>
        <div class="answering">
          <h2>{t.review.final}</h2>
          {lease.lost ? <LostCard taken={false} answers={answers} onAgain={onNext} /> : null}
          {view.questions}
          <TextArea label={t.review.note} optional rows={2} value={note} onInput={setNote} />
          {action.problem ? <ErrorCard problem={action.problem} /> : null}
          <div class="actions">
            <Button look="primary" busy={action.busy} hint="Ctrl ⏎" onClick={settle}>{t.review.saveFinal}</Button>
            <Button hint="s" onClick={() => setDialog('skip')}>{t.work.skip}</Button>
          </div>
        </div>
      </main>
      {dialog === 'guidelines' ? <GuidelinesDialog project={project.id} version={assignment.guidelines_version} onClose={() => setDialog(null)} /> : null}
      {dialog === 'skip' ? <SkipDialog job={job} timer={timer} onClose={() => setDialog(null)} onNext={onNext} /> : null}
    </>
  );
}
