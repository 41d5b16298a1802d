// Where a reviewer judges one submission: by one key, or by correcting it in the same form.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, newKey, type Answers, type JsonObject, type ReviewReason, type Verdict } from '../api';
import { usePersonDesk } from '../person/useDesk';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { useCommands } from '../ui/commands';
import { shortId } from '../ui/format';
import { useAction, useKeys } from '../ui/hooks';
import { ErrorCard, Pill } from '../ui/States';
import { toast } from '../ui/Toast';
import { cleaned, gaps } from '../work/answers';
import { answerText } from '../work/AnswersView';
import { ReasonDialog } from '../work/ReasonDialog';
import type { Form } from '../work/form';
import { LostCard } from '../work/notices';
import { useLease } from '../work/useLease';
import { PlaceContext, placeOf } from '../work/talk/place';
import { focusText, useTaskForm } from '../work/useTaskForm';
import { useTimer } from '../work/useTimer';
import { Words } from '../work/views/Words';
import { WorkBar } from '../work/WorkBar';
import type { ReviewJob } from './claim';
import { SkipReview } from './SkipReview';
import { held } from './useHeld';

type Open = 'return' | 'reject' | 'skip' | null;
const kEmpty: Form = { base: '', title: '', help: '', views: [], questions: [] };
const kWindowMs = 5000;

/** A second lease must be allowed while the last verdict waits; else it is sent at once. */
function windowOf(job: ReviewJob): number {
  return job.project.settings.max_open > 1 ? (job.project.settings.undo_s ?? kWindowMs / 1000) * 1000 : 0;
}

export function ReviewDesk({ job, onNext }: { job: ReviewJob; onNext: (verdict: Verdict | null) => void }) {
  const { assignment, project, form } = job;
  const original = assignment.review?.submission?.answers ?? {};
  const submission = assignment.review?.submission;
  const data = assignment.task.data ?? {};
  const order = useMemo(() => assignment.presentation?.order ?? [], [assignment]);
  const place = useMemo(() => placeOf(submission), [submission]);
  const [fixing, setFixing] = useState(false);
  const [answers, setAnswers] = useState<Answers>(original);
  const [dialog, setDialog] = useState<Open>(null);
  const [errors, setErrors] = useState(new Map<string, string>());
  const action = useAction();
  const { timer, totalMs, active } = useTimer(assignment.id);
  const person = usePersonDesk({ project, assignment, timer, totalMs });
  const lease = useLease(assignment, project.settings.lease_s * 1000, person.present);
  const view = useTaskForm({
    form: form ?? kEmpty, data, order, answers, readOnly: !fixing, project: project.id, errors, onChange: setAnswers,
  });
  const changed = fixing && JSON.stringify(answers) !== JSON.stringify(original);
  useEffect(() => {
    if (!changed) return;
    const guard = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [changed]);

  /** The corrected answers, or null where they are not whole yet. */
  const corrected = (): Answers | null => {
    if (!form) return null;
    const open = gaps(form, data, answers);
    setErrors(new Map(open.map((gap) => [gap.question, gap.reason === 'short' ? t.work.tooShort(gap.least ?? 0) : t.work.required])));
    return open.length > 0 ? null : cleaned(form, answers);
  };
  const judge = (verdict: Verdict, reason?: ReviewReason, note?: string): void => {
    if (!submission || action.busy) return;
    const fixed = verdict === 'fix' ? corrected() : undefined;
    if (fixed === null) return;
    // Decided here and now: whenever it is sent, and however often, it is the same.
    const key = newKey();
    const body = {
      token: assignment.lease.token, active_ms: timer.totalMs(Date.now()), verdict,
      ...(reason ? { reason } : {}), ...(note ? { note } : {}), ...(fixed ? { answers: fixed } : {}),
    };
    const send = async (leaving: boolean): Promise<void> => void (await api.review(submission.id, body, key, leaving));
    const windowMs = windowOf(job);
    setDialog(null);
    void action.run(async () => {
      if (windowMs > 0) await held.hold({ assignment: assignment.id, text: t.review.saved[verdict], send }, windowMs);
      else {
        await send(false);
        toast(t.review.saved[verdict]);
      }
      onNext(verdict);
    });
  };
  const stopFixing = (): void => {
    setAnswers(original);
    setErrors(new Map());
    setFixing(false);
  };

  const reading = !fixing;
  useCommands([
    { id: 'accept', label: t.review.accept, keys: ['a'], enabled: reading, run: () => judge('accept') },
    { id: 'fix', label: t.review.fix, keys: ['f'], enabled: reading && form !== null, run: () => setFixing(true) },
    { id: 'return', label: t.review.return, keys: ['r'], enabled: reading, run: () => setDialog('return') },
    { id: 'reject', label: t.review.reject, keys: ['x'], enabled: reading, run: () => setDialog('reject') },
    { id: 'skip', label: t.work.skip, keys: ['s'], enabled: reading, run: () => setDialog('skip') },
    { id: 'save-fix', label: t.review.saveFix, keys: ['Ctrl+Enter'], inText: true, enabled: fixing, run: () => judge('fix') },
    { id: 'justify', label: t.work.keys.justify, keys: ['j'], enabled: fixing, run: () => focusText(form ?? kEmpty) },
    { id: 'extend', label: t.work.extend, keys: ['e'], enabled: lease.leftMs !== null, run: lease.extend },
  ]);
  useKeys((event, typing) => {
    if (fixing && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && view.press(event.key)) event.preventDefault();
  });

  return (
    <PlaceContext.Provider value={place}>
      <WorkBar
        title={project.title} guidelinesVersion={assignment.guidelines_version} timeMs={totalMs} active={active}
        leftMs={lease.leftMs} onExtend={lease.extend} person={person}
      >
        <Pill tone="accent">{t.review.title}</Pill>
      </WorkBar>
      <main class="workspace" tabIndex={-1}>
        <div class="reading">{person.notes}{view.views}</div>
        <div class="answering">
          <h2>{t.review.answersOf(shortId(submission?.member ?? ''))}</h2>
          {lease.lost ? <LostCard taken={false} answers={answers} onAgain={() => onNext(null)} /> : null}
          {fixing ? <p class="soft small">{t.review.fixing}</p> : null}
          {view.questions}
          {changed && form ? <Changes form={form} before={original} after={answers} data={data} order={order} /> : null}
          <Previous job={job} />
          {action.problem ? <ErrorCard problem={action.problem} /> : null}
          <div class="actions">
            {fixing ? (
              <>
                <Button look="primary" busy={action.busy} hint="Ctrl ⏎" onClick={() => judge('fix')}>{t.review.saveFix}</Button>
                <Button onClick={stopFixing}>{t.review.stopFix}</Button>
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
      {dialog === 'return' || dialog === 'reject' ? (
        <ReasonDialog
          title={dialog === 'return' ? t.review.whyReturn : t.review.whyReject}
          hint={`${dialog === 'return' ? t.review.returnHint : t.review.rejectHint} ${t.review.quickHint}`}
          reasons={t.review.reasons} noteLabel={t.review.note} action={dialog === 'return' ? t.review.return : t.review.reject}
          busy={action.busy} onChoose={(reason: ReviewReason, note) => judge(dialog, reason, note)} onClose={() => setDialog(null)}
        />
      ) : null}
      {dialog === 'skip' ? <SkipReview job={job} timer={timer} onClose={() => setDialog(null)} onSkipped={() => onNext(null)} /> : null}
    </PlaceContext.Provider>
  );
}

/** What the reviewer changed, word by word, under the label of its question. */
function Changes({ form, before, after, data, order }: {
  form: Form; before: Answers; after: Answers; data: JsonObject; order: number[];
}) {
  const text = (answers: Answers, id: string): string => {
    const question = form.questions.find((q) => q.id === id);
    return question ? answerText(question, answers[id], data, order) : '';
  };
  const changed = form.questions.filter((q) => text(before, q.id) !== text(after, q.id));
  return (
    <section class="question" aria-label={t.review.changes}>
      <h3>{t.review.changes}</h3>
      {changed.map((q) => (
        <div key={q.id}><h4>{q.label}</h4><Words before={text(before, q.id)} after={text(after, q.id)} /></div>
      ))}
    </section>
  );
}

function Previous({ job }: { job: ReviewJob }) {
  const previous = job.assignment.review?.previous ?? [];
  if (previous.length === 0) return null;
  const reason = (code: string): string => (t.review.reasons as Record<string, string>)[code] ?? code;
  return (
    <section class="question" aria-label={t.review.previous}>
      <h3>{t.review.previous}</h3>
      <ul>
        {previous.map((p, i) => (
          <li key={i}>
            <strong>{t.review.verdicts[p.verdict]}</strong>{p.reason ? `: ${reason(p.reason)}` : ''}
            {p.note ? <p class="prewrap" dir="auto">{p.note}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
