// Review after review: finds the next, shows the desk for it, and keeps the last verdict within reach.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Kind, type Problem, type Verdict } from '../api';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { useCommands } from '../ui/commands';
import { useNow, useTitle } from '../ui/hooks';
import { href } from '../ui/route';
import { Empty, ErrorCard, problemText, Skeleton } from '../ui/States';
import { AdjudicateDesk } from './AdjudicateDesk';
import { findReview, type ReviewJob, type Wanted } from './claim';
import { ReviewDesk } from './ReviewDesk';
import { held, useHeld } from './useHeld';

type State = { kind: 'loading' } | { kind: 'none'; reason: string } | { kind: 'failed'; problem: Problem } | { kind: 'job'; job: ReviewJob };

const kLookAgainMs = 15_000;

export interface FlowProps {
  project: string;
  kind: Kind;
  wanted?: Wanted;
  /** Instead of the next in line: what comes after is the caller's matter. null: it was skipped, lost or not to be had. */
  onJudged?: (verdict: Verdict | null) => void;
}

export function ReviewFlow({ project, kind, wanted = null, onJudged }: FlowProps) {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const run = useRef(0);
  const show = useCallback(async (next: Wanted): Promise<void> => {
    const mine = ++run.current;
    setState({ kind: 'loading' });
    let found: State;
    try {
      const job = await findReview(project, kind, next);
      found = typeof job === 'string' ? { kind: 'none', reason: job } : { kind: 'job', job };
    } catch (error) {
      found = { kind: 'failed', problem: asProblem(error) };
    }
    if (mine === run.current) setState(found);
  }, [project, kind]);
  const key = JSON.stringify(wanted);
  useEffect(() => {
    void show(wanted);
    return () => void run.current++;
  }, [show, key]);
  // Leaving the reviews is the end of second thoughts.
  useEffect(() => () => void held.flush(), []);
  useTitle(kind === 'review' ? t.review.title : t.review.adjudicateTitle);

  const waiting = useHeld().waiting;
  const takeBack = (): void => {
    const assignment = held.takeBack();
    if (assignment) void show({ assignment });
  };
  useCommands([{ id: 'take-back', label: t.review.takeBackKey, keys: ['Backspace'], enabled: waiting !== null, run: takeBack }]);
  const next = (verdict: Verdict | null): void => {
    if (onJudged) onJudged(verdict);
    else void show(null);
  };
  return (
    <>
      {body()}
      <HeldLine onTakeBack={takeBack} />
    </>
  );

  function body() {
    switch (state.kind) {
      case 'loading':
        return <main class="page" tabIndex={-1}><h1 class="sr-only">{t.work.loading}</h1><Skeleton lines={6} /></main>;
      case 'failed':
        return (
          <main class="page medium" tabIndex={-1}>
            <ErrorCard problem={state.problem} onRetry={() => void show(wanted)} />
            <div class="row"><LinkButton to={href('review', project)}>{t.review.queue.title}</LinkButton></div>
          </main>
        );
      case 'none':
        return <Nothing project={project} reason={state.reason} wanted={wanted} onAgain={() => next(null)} />;
      case 'job': {
        const { job } = state;
        const id = `${job.assignment.id}/${job.assignment.lease.token}`;
        return job.assignment.kind === 'adjudication'
          ? <AdjudicateDesk key={id} job={job} onNext={() => next('accept')} />
          : <ReviewDesk key={id} job={job} onNext={next} />;
      }
    }
  }
}

function HeldLine({ onTakeBack }: { onTakeBack: () => void }) {
  const { waiting, failed } = useHeld();
  const now = useNow(500);
  return (
    <div class="held" role="status">
      {waiting ? (
        <p class="toast">
          <span>{t.review.held(waiting.text, Math.max(0, Math.ceil((waiting.untilMs - now) / 1000)))}</span>
          <Button slim hint="⌫" onClick={onTakeBack}>{t.review.takeBack}</Button>
        </p>
      ) : null}
      {failed ? (
        <div class="error-card" role="alert">
          <h3>{t.review.notSaved}</h3>
          <p>{problemText(failed.problem)}</p>
          <p class="small soft">{t.review.notSavedText}</p>
          <div class="row">
            <Button slim look="primary" onClick={() => void held.retry()}>{t.review.sendAgain}</Button>
            <Button slim onClick={() => held.forget()}>{t.review.drop}</Button>
          </div>
        </div>
      ) : null}
    </div>
  );
}

function Nothing({ project, reason, wanted, onAgain }: { project: string; reason: string; wanted: Wanted; onAgain: () => void }) {
  useEffect(() => {
    if (reason !== 'all-leased' || wanted) return;
    const timer = setTimeout(onAgain, kLookAgainMs);
    return () => clearTimeout(timer);
  }, [reason, onAgain]);
  return (
    <main class="page medium" tabIndex={-1}>
      <Empty whole title={t.work.noneTitle} text={wanted ? t.review.queue.taken : (t.work.none[reason] ?? '')}>
        <Button onClick={onAgain}>{wanted ? t.review.queue.next : t.work.checkAgain}</Button>
        <LinkButton look="primary" to={href('review', project)}>{t.review.queue.title}</LinkButton>
      </Empty>
    </main>
  );
}
