// A second look at what another reviewer has judged: blind first, then both verdicts beside one another. It changes nothing
// for the person whose work it is.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, asProblem, newKey, type Problem, type Project, type ReviewReason, type SecondLook, type SecondVerdict, type Verdict } from '../api';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { useCommands } from '../ui/commands';
import { useAction } from '../ui/hooks';
import { Empty, ErrorCard, Pill, Skeleton } from '../ui/States';
import { ReasonDialog } from '../work/ReasonDialog';
import type { Form } from '../work/form';
import { formOf } from '../work/formOf';
import { PlaceContext, placeOf } from '../work/talk/place';
import { useTaskForm } from '../work/useTaskForm';
import { verdictText } from './Calibration';

const kEmpty: Form = { base: '', title: '', help: '', views: [], questions: [] };
const kNothing: [] = [];
const kNoErrors = new Map<string, string>();

type State = { kind: 'loading' } | { kind: 'none' } | { kind: 'failed'; problem: Problem } | { kind: 'look'; look: SecondLook; form: Form | null };

export function SecondLookDesk({ project, onEnd }: { project: Project; onEnd: () => void }) {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let here = true;
    setState({ kind: 'loading' });
    const load = async (): Promise<State> => {
      const look = await api.secondLook(project.id);
      return look ? { kind: 'look', look, form: await formOf(project.id, look.submission.template_version) } : { kind: 'none' };
    };
    load().catch((error: unknown): State => ({ kind: 'failed', problem: asProblem(error) })).then((next) => here && setState(next));
    return () => {
      here = false;
    };
  }, [project.id, round]);
  const again = (): void => setRound(round + 1);
  switch (state.kind) {
    case 'loading': return <Skeleton lines={6} />;
    case 'failed': return <ErrorCard problem={state.problem} onRetry={again} />;
    case 'none': return <Empty title={t.review.calibration.noneLeft} text=""><Button onClick={onEnd}>{t.common.back}</Button></Empty>;
    case 'look': return <Look key={round} look={state.look} form={state.form} project={project} onNext={again} onEnd={onEnd} />;
  }
}

function Look({ look, form, project, onNext, onEnd }: {
  look: SecondLook; form: Form | null; project: Project; onNext: () => void; onEnd: () => void;
}) {
  const [dialog, setDialog] = useState<'return' | 'reject' | null>(null);
  const [said, setSaid] = useState<SecondVerdict | null>(null);
  const action = useAction();
  const key = useRef(newKey());
  const view = useTaskForm({
    form: form ?? kEmpty, data: look.task.data, order: kNothing, answers: look.submission.answers, readOnly: true, project: project.id,
    errors: kNoErrors, onChange: () => undefined,
  });
  const place = useMemo(() => placeOf(look.submission), [look]);
  const judge = (verdict: Verdict, reason?: ReviewReason): void => {
    setDialog(null);
    void action.run(async () => setSaid(await api.judgeAgain(look.submission.id, { verdict, ...(reason ? { reason } : {}) }, key.current)));
  };
  const open = said === null;
  useCommands([
    { id: 'accept', label: t.review.accept, keys: ['a'], enabled: open, run: () => judge('accept') },
    { id: 'fix', label: t.review.calibration.wouldFix, keys: ['f'], enabled: open, run: () => judge('fix') },
    { id: 'return', label: t.review.return, keys: ['r'], enabled: open, run: () => setDialog('return') },
    { id: 'reject', label: t.review.reject, keys: ['x'], enabled: open, run: () => setDialog('reject') },
    { id: 'next', label: t.review.calibration.lookAnother, keys: ['Enter'], enabled: !open, run: onNext },
  ]);
  return (
    <div class="workspace">
      <PlaceContext.Provider value={place}><div class="reading">{view.views}</div></PlaceContext.Provider>
      <div class="answering">
        <h1 class="desk-title">{t.review.calibration.look}</h1>
        <p class="soft small">{t.review.calibration.blind}</p>
        {view.questions}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        {said ? (
          <section class="question" role="status">
            <p>{said.mine.verdict === said.first.verdict ? <Pill tone="good">{t.review.calibration.agreed}</Pill> : <Pill tone="warn">{t.review.calibration.disagreed}</Pill>}</p>
            <dl class="facts">
              <dt>{t.review.calibration.yours}</dt><dd>{verdictText(said.mine)}</dd>
              <dt>{t.review.calibration.theirs}</dt>
              <dd>{verdictText(said.first)}{said.first.note ? <p class="prewrap" dir="auto">{said.first.note}</p> : null}</dd>
            </dl>
          </section>
        ) : null}
        <div class="actions">
          {said ? <Button look="primary" hint="⏎" onClick={onNext}>{t.review.calibration.lookAnother}</Button> : (
            <>
              <Button look="primary" busy={action.busy} hint="a" onClick={() => judge('accept')}>{t.review.accept}</Button>
              <Button hint="f" onClick={() => judge('fix')}>{t.review.calibration.wouldFix}</Button>
              <Button hint="r" onClick={() => setDialog('return')}>{t.review.return}</Button>
              <Button look="danger" hint="x" onClick={() => setDialog('reject')}>{t.review.reject}</Button>
            </>
          )}
          <Button look="quiet" onClick={onEnd}>{t.common.back}</Button>
        </div>
      </div>
      {dialog ? (
        <ReasonDialog
          title={dialog === 'return' ? t.review.whyReturn : t.review.whyReject} reasons={t.review.reasons} noteLabel={t.review.note} action={t.common.save}
          busy={action.busy} onChoose={(reason: ReviewReason) => judge(dialog, reason)} onClose={() => setDialog(null)}
        />
      ) : null}
    </div>
  );
}
