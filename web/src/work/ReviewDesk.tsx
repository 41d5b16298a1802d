// Where a reviewer judges one submission: by one key, or by correcting it in the same form.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, asProblem, newKey, type Answers, type ReviewReason, type Verdict } from '../api';
import type { Job } from '../pages/work';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { shortId } from '../ui/format';
import { useAction, useKeys } from '../ui/hooks';
import { ErrorCard, Pill } from '../ui/States';
import { toast } from '../ui/Toast';
import { cleaned, gaps } from './answers';
import { GuidelinesDialog, KeysDialog, ReasonDialog } from './dialogs';
import { answerText } from './AnswersView';
import { useLease } from './useLease';
import { focusText, useTaskForm } from './useTaskForm';
import type { ActiveTimer } from './timer';
import { useTimer } from './useTimer';
import { Words } from './views/TaskViews';
import { WorkBar } from './WorkBar';
import { LostCard } from './notices';

type Open = 'guidelines' | 'keys' | 'return' | 'reject' | 'skip' | null;

export function ReviewDesk({ job, onNext }: { job: Job; onNext: () => void }) {
  const { assignment, project, form } = job;
  const original = assignment.review?.submission?.answers ?? {};
  const submission = assignment.review?.submission;
  const data = assignment.task.data ?? {};
  const order = useMemo(() => assignment.presentation?.order ?? [], [assignment]);
  const [fixing, setFixing] = useState(false);
  const [answers, setAnswers] = useState<Answers>(original);
  const [dialog, setDialog] = useState<Open>(null);
  const [errors, setErrors] = useState(new Map<string, string>());
  const action = useAction();
  const { timer, totalMs, active } = useTimer(assignment.id);
  const lease = useLease(assignment, project.settings.lease_s * 1000, () => timer.isActive(Date.now()));
  const key = useRef(newKey());
  const empty = { base: '', title: '', help: '', views: [], questions: [] };
  const view = useTaskForm({
    form: form ?? empty, data, order, answers, readOnly: !fixing, project: project.id, errors, onChange: setAnswers,
  });
  const changed = fixing && JSON.stringify(answers) !== JSON.stringify(original);
  useEffect(() => {
    if (!changed) return;
    const guard = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [changed]);

  // Kept whole until it is settled: a second try under the same key must carry the same body.
  const tried = useRef<{ of: string; activeMs: number } | null>(null);
  const judge = (verdict: Verdict, reason?: ReviewReason, note?: string): void => {
    if (!submission) return;
    let fixed: Answers | undefined;
    if (verdict === 'fix' && form) {
      fixed = cleaned(form, answers);
      const open = gaps(form, data, answers);
      setErrors(new Map(open.map((gap) => [gap.question, gap.reason === 'short' ? t.work.tooShort(gap.least ?? 0) : t.work.required])));
      if (open.length > 0) return;
    }
    void action.run(async () => {
      const of = JSON.stringify([verdict, reason, note, fixed]);
      if (tried.current?.of !== of) {
        tried.current = { of, activeMs: timer.totalMs(Date.now()) };
        key.current = newKey();
      }
      const body = {
        token: assignment.lease.token, active_ms: tried.current.activeMs, verdict, ...(reason ? { reason } : {}), ...(note ? { note } : {}), ...(fixed ? { answers: fixed } : {}),
      };
      try {
        await api.review(submission.id, body, key.current);
      } catch (error) {
        if (!asProblem(error).isTransient) tried.current = null;
        throw error;
      }
      toast(t.review.saved[verdict]);
      onNext();
    });
  };

  useKeys((event, typing) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && fixing) {
      event.preventDefault();
      return judge('fix');
    }
    if (typing) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const reading: Record<string, () => void> = {
      a: () => judge('accept'), f: () => setFixing(true), r: () => setDialog('return'), x: () => setDialog('reject'), s: () => setDialog('skip'),
    };
    const always: Record<string, () => void> = {
      '?': () => setDialog('keys'), g: () => assignment.guidelines_version > 0 && setDialog('guidelines'), j: () => focusText(form ?? empty),
    };
    const act = always[event.key] ?? (fixing ? undefined : reading[event.key]);
    if (act) act();
    if (act || (fixing && view.press(event.key))) event.preventDefault();
  });

  const previous = assignment.review?.previous ?? [];
  const rows: [string[], string][] = [
    [['a'], t.review.accept], [['f'], t.review.fix], [['r'], t.review.return], [['x'], t.review.reject], [['s'], t.work.skip],
    [['g'], t.work.keys.guidelines], [['Ctrl Enter'], t.review.saveFix],
  ];
  return (
    <>
      <WorkBar
        title={project.title} guidelinesVersion={assignment.guidelines_version} timeMs={totalMs} active={active}
        leftMs={lease.leftMs} onExtend={lease.extend} onGuidelines={() => setDialog('guidelines')} onKeys={() => setDialog('keys')}
      >
        <Pill tone="accent">{t.review.title}</Pill>
      </WorkBar>
      <main class="workspace" tabIndex={-1}>
        <div class="reading">{view.views}</div>
        <div class="answering">
          <h2>{t.review.answersOf(shortId(submission?.member ?? ''))}</h2>
          {lease.lost ? <LostCard taken={false} answers={answers} onAgain={onNext} /> : null}
          {fixing ? <p class="soft small">{t.review.fixing}</p> : null}
          {view.questions}
          {changed && form ? (
            <div class="question">
              {form.questions.map((q) => {
                const [before, after] = [answerText(q, original[q.id], data, order), answerText(q, answers[q.id], data, order)];
                return before === after ? null : <div key={q.id}><h3>{q.label}</h3><Words before={before} after={after} /></div>;
              })}
            </div>
          ) : null}
          {previous.length > 0 ? (
            <div class="question">
              <h3>{t.review.previous}</h3>
              <ul>{previous.map((p, i) => (
                <li key={i}>{t.review.verdicts[p.verdict]}{p.reason ? `: ${(t.review.reasons as Record<string, string>)[p.reason] ?? p.reason}` : ''}{p.note ? ` – ${p.note}` : ''}</li>
              ))}</ul>
            </div>
          ) : null}
          {action.problem ? <ErrorCard problem={action.problem} /> : null}
          <div class="actions">
            {fixing ? (
              <>
                <Button look="primary" busy={action.busy} hint="Ctrl ⏎" onClick={() => judge('fix')}>{t.review.saveFix}</Button>
                <Button onClick={() => {
                  setAnswers(original);
                  setFixing(false);
                }}
                >
                  {t.review.stopFix}
                </Button>
              </>
            ) : (
              <>
                <Button look="primary" busy={action.busy} hint="a" onClick={() => judge('accept')}>{t.review.accept}</Button>
                <Button hint="f" disabled={!form} onClick={() => setFixing(true)}>{t.review.fix}</Button>
                <Button hint="r" onClick={() => setDialog('return')}>{t.review.return}</Button>
                <Button look="danger" hint="x" onClick={() => setDialog('reject')}>{t.review.reject}</Button>
                <Button look="quiet" hint="s" onClick={() => setDialog('skip')}>{t.work.skip}</Button>
              </>
            )}
          </div>
        </div>
      </main>
      {dialog === 'guidelines' ? <GuidelinesDialog project={project.id} version={assignment.guidelines_version} onClose={() => setDialog(null)} /> : null}
      {dialog === 'keys' ? <KeysDialog rows={rows} onClose={() => setDialog(null)} /> : null}
      {dialog === 'return' || dialog === 'reject' ? (
        <ReasonDialog
          title={dialog === 'return' ? t.review.whyReturn : t.review.whyReject} hint={dialog === 'return' ? t.review.returnHint : t.review.rejectHint}
          reasons={t.review.reasons} noteLabel={t.review.note} action={dialog === 'return' ? t.review.return : t.review.reject}
          busy={action.busy} onChoose={(reason: ReviewReason, note) => judge(dialog, reason, note)} onClose={() => setDialog(null)}
        >
          {action.problem ? <ErrorCard problem={action.problem} /> : null}
        </ReasonDialog>
      ) : null}
      {dialog === 'skip' ? <SkipDialog job={job} timer={timer} onClose={() => setDialog(null)} onNext={onNext} /> : null}
    </>
  );
}

export function SkipDialog({ job, timer, onClose, onNext }: { job: Job; timer: ActiveTimer; onClose: () => void; onNext: () => void }) {
  const action = useAction();
  return (
    <ReasonDialog
      title={t.work.skipTitle} reasons={t.work.skipReasons} noteLabel={t.work.skipNote} action={t.work.skip} busy={action.busy} onClose={onClose}
      onChoose={(reason, note) => void action.run(async () => {
        await api.skip(job.assignment.id, {
          token: job.assignment.lease.token, reason, ...(note ? { note } : {}), active_ms: timer.totalMs(Date.now()),
        });
        toast(t.work.skipped);
        onNext();
      })}
    >
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
    </ReasonDialog>
  );
}
