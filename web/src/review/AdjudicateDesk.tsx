// Where differing answers are settled: all of them aligned beside one another, differences marked, and the final one below.
import { useMemo, useRef, useState } from 'preact/hooks';
import { api, asProblem, newKey, type Answers } from '../api';
import { usePersonDesk } from '../person/useDesk';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { useCommands } from '../ui/commands';
import { useAction, useKeys } from '../ui/hooks';
import { ErrorCard, Pill } from '../ui/States';
import { TextArea } from '../ui/Field';
import { toast } from '../ui/Toast';
import { cleaned, gaps } from '../work/answers';
import type { Form } from '../work/form';
import { LostCard } from '../work/notices';
import { useLease } from '../work/useLease';
import { PlaceContext, placeOf } from '../work/talk/place';
import { useTaskForm } from '../work/useTaskForm';
import { useTimer } from '../work/useTimer';
import { WorkBar } from '../work/WorkBar';
import { agreedPart, alignedRows, takePart } from './aligned';
import { AlignedTable } from './AlignedTable';
import type { ReviewJob } from './claim';
import { SkipReview } from './SkipReview';

const kEmpty: Form = { base: '', title: '', help: '', views: [], questions: [] };

export function AdjudicateDesk({ job, onNext }: { job: ReviewJob; onNext: () => void }) {
  const { assignment, project } = job;
  const form = job.form ?? kEmpty;
  const data = assignment.task.data ?? {};
  const order = useMemo(() => assignment.presentation?.order ?? [], [assignment]);
  const given = useMemo(() => (assignment.adjudication?.submissions ?? []).map((s) => s.answers), [assignment]);
  const place = useMemo(() => placeOf(...(assignment.adjudication?.submissions ?? [])), [assignment]);
  const rows = useMemo(() => alignedRows(form, data, order, given), [form, data, order, given]);
  const [answers, setAnswers] = useState<Answers>(() => agreedPart(form, rows, given));
  const [note, setNote] = useState('');
  const [errors, setErrors] = useState(new Map<string, string>());
  const [dialog, setDialog] = useState<'skip' | null>(null);
  const action = useAction();
  const { timer, totalMs, active } = useTimer(assignment.id);
  const person = usePersonDesk({ project, assignment, timer, totalMs });
  const lease = useLease(assignment, project.settings.lease_s * 1000, person.present);
  const view = useTaskForm({ form, data, order, answers, readOnly: false, project: project.id, errors, onChange: setAnswers });

  // A second try under the same key must carry the same body, its time included.
  const tried = useRef<{ of: string; activeMs: number; key: string } | null>(null);
  const settle = (): void => {
    const open = gaps(form, data, answers);
    setErrors(new Map(open.map((gap) => [gap.question, gap.reason === 'short' ? t.work.tooShort(gap.least ?? 0) : t.work.required])));
    if (open.length > 0) return;
    void action.run(async () => {
      const final = cleaned(form, answers);
      const of = JSON.stringify([final, note]);
      if (tried.current?.of !== of) tried.current = { of, activeMs: timer.totalMs(Date.now()), key: newKey() };
      const { activeMs, key } = tried.current;
      const body = { token: assignment.lease.token, answers: final, active_ms: activeMs, ...(note.trim() ? { note: note.trim() } : {}) };
      try {
        await api.adjudicate(assignment.task.id, body, key);
      } catch (error) {
        if (!asProblem(error).isTransient) tried.current = null;
        throw error;
      }
      toast(t.review.settled);
      onNext();
    });
  };
  useCommands([
    { id: 'settle', label: t.review.saveFinal, keys: ['Ctrl+Enter'], inText: true, run: settle },
    { id: 'skip', label: t.work.skip, keys: ['s'], run: () => setDialog('skip') },
    { id: 'extend', label: t.work.extend, keys: ['e'], enabled: lease.leftMs !== null, run: lease.extend },
    ...given.map((one, i) => ({ id: `start-${i}`, label: `${t.review.startFrom}: ${t.review.answer(i + 1)}`, run: () => setAnswers(one) })),
  ]);
  useKeys((event, typing) => {
    if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && view.press(event.key)) event.preventDefault();
  });
  const names = given.map((_, i) => t.review.answer(i + 1));
  return (
    <>
      <WorkBar
        title={project.title} guidelinesVersion={assignment.guidelines_version} timeMs={totalMs} active={active}
        leftMs={lease.leftMs} onExtend={lease.extend} person={person}
      >
        <Pill tone="accent">{t.review.adjudicateTitle}</Pill>
      </WorkBar>
      <main class="workspace" tabIndex={-1}>
        <div class="reading">
          <AlignedTable rows={rows} names={names} onTake={(row, at) => setAnswers(takePart(form, answers, given[at] ?? {}, row))} />
          <div class="row">
            {given.map((one, i) => (
              <Button key={i} slim onClick={() => setAnswers(one)}>{`${t.review.startFrom}: ${names[i] ?? ''}`}</Button>
            ))}
          </div>
          <PlaceContext.Provider value={place}>{view.views}</PlaceContext.Provider>
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
      {dialog === 'skip' ? <SkipReview job={job} timer={timer} onClose={() => setDialog(null)} onSkipped={onNext} /> : null}
    </>
  );
}
