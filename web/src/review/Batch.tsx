// Accepting many: a random sample goes over the desk; when it was right, the rest is accepted together.
import { useRef, useState } from 'preact/hooks';
import { api, asProblem, newKey, type Problem, type Project, type Submission } from '../api';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { NumberField, TextField } from '../ui/Field';
import { formatCount } from '../ui/format';
import { useLoad } from '../ui/hooks';
import { ProgressBar } from '../ui/ProgressBar';
import { href } from '../ui/route';
import { Empty, ErrorCard, Load } from '../ui/States';
import { ReviewFlow } from './Flow';
import { drawSample, kMostAtOnce, kSmallestSample, notAccepted, proposedSample, randomBelow, withLast, wrongAtMost, type Looked } from './sample';
import { held } from './useHeld';

const kSlice = 50;
const kPage = 200;

async function waiting(project: string, member: string): Promise<string[]> {
  const found: Submission[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Submission[]; next: string | null } =
      await api.submissions(project, { state: 'in_review', cursor, limit: kPage, ...(member ? { member } : {}) });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor && found.length < kMostAtOnce);
  return found.slice(0, kMostAtOnce).map((s) => s.id);
}

export type Stage =
  | { kind: 'choose' }
  | { kind: 'look'; sample: string[]; rest: string[]; verdicts: Looked[] }
  | { kind: 'decide'; rest: string[]; verdicts: Looked[] }
  | { kind: 'accept'; total: number; done: number; refused: number; running: boolean; problem: Problem | null };

export interface BatchRun {
  stage: Stage;
  start: (ids: string[], count: number) => void;
  judged: (verdict: Looked) => void;
  accept: (ids: string[]) => void;
  stop: () => void;
  again: () => void;
}

/** Kept by the page, since the desk takes all of it while samples are looked at. */
export function useBatch(project: string): BatchRun {
  const [stage, setStage] = useState<Stage>({ kind: 'choose' });
  const stopped = useRef(false);
  const start = (ids: string[], count: number): void => setStage({ kind: 'look', ...drawSample(ids, count, randomBelow), verdicts: [] });
  const judged = (verdict: Looked): void => {
    if (stage.kind !== 'look') return;
    const verdicts = [...stage.verdicts, verdict];
    if (verdicts.length < stage.sample.length) return setStage({ ...stage, verdicts });
    // What was decided last is sent before anything is said about all of them.
    void held.flush().then(() => setStage({ kind: 'decide', rest: stage.rest, verdicts: withLast(stage.verdicts, verdict, !held.state.failed) }));
  };
  const accept = async (ids: string[]): Promise<void> => {
    stopped.current = false;
    let [done, refused] = [0, 0];
    const tell = (running: boolean, problem: Problem | null = null): void =>
      setStage({ kind: 'accept', total: ids.length, done, refused, running, problem });
    tell(true);
    for (let at = 0; at < ids.length && !stopped.current; at += kSlice) {
      try {
        const reply = await api.acceptAll(project, ids.slice(at, at + kSlice), newKey());
        done += reply.accepted;
        refused += reply.refused.length;
        tell(true);
      } catch (error) {
        return tell(false, asProblem(error));
      }
    }
    tell(false);
  };
  return {
    stage, start, judged, accept: (ids) => void accept(ids), again: () => setStage({ kind: 'choose' }),
    stop: () => {
      stopped.current = true;
    },
  };
}

/** The whole page: one sampled submission after another. */
export function BatchLook({ project, run, stage }: { project: string; run: BatchRun; stage: Extract<Stage, { kind: 'look' }> }) {
  const [at, of] = [stage.verdicts.length, stage.sample.length];
  const submission = stage.sample[at] ?? '';
  return (
    <>
      <p class="sample-line" role="status">{t.review.batch.progress(formatCount(at + 1), formatCount(of))}</p>
      <ReviewFlow key={submission} project={project} kind="review" wanted={{ submission }} onJudged={run.judged} />
    </>
  );
}

export function Batch({ project, run }: { project: Project; run: BatchRun }) {
  const { stage } = run;
  if (stage.kind === 'choose') return <Choose project={project} onStart={run.start} />;
  if (stage.kind === 'decide') return <Decide project={project} rest={stage.rest} verdicts={stage.verdicts} onAccept={() => run.accept(stage.rest)} />;
  if (stage.kind === 'look') return null;
  return (
    <section class="card">
      {stage.running ? (
        <>
          <ProgressBar label={t.review.batch.running} value={stage.done + stage.refused} total={stage.total} format={formatCount} rate />
          <div class="row end"><Button onClick={run.stop}>{t.review.batch.stop}</Button></div>
        </>
      ) : (
        <div role="status" class="stack">
          <p><strong>{t.review.batch.done(formatCount(stage.done))}</strong></p>
          {stage.refused > 0 ? <p>{t.review.batch.refused(formatCount(stage.refused))}</p> : null}
          {stage.done + stage.refused < stage.total ? <p>{t.review.batch.stopped}</p> : null}
          {stage.problem ? <ErrorCard problem={stage.problem} /> : null}
          <div class="row"><Button onClick={run.again}>{t.review.batch.again}</Button></div>
        </div>
      )}
    </section>
  );
}

function Choose({ project, onStart }: { project: Project; onStart: (ids: string[], count: number) => void }) {
  const [member, setMember] = useState('');
  const ids = useLoad(() => waiting(project.id, member), [project.id, member]);
  const [wish, setWish] = useState<number | null>(null);
  return (
    <section class="card">
      <p>{t.review.batch.intro}</p>
      <TextField label={t.review.queue.person} optional value={member} onInput={(value) => setMember(value.trim())} />
      <Load of={ids}>
        {(found) => {
          if (found.length === 0) return <Empty title={t.review.queue.empty} text={t.review.queue.emptyText} />;
          if (found.length <= kSmallestSample) {
            return <Empty title={t.review.batch.tooFew} text=""><LinkButton look="primary" to={href('work', project.id, 'review')}>{t.review.queue.next}</LinkButton></Empty>;
          }
          const count = Math.min(wish ?? proposedSample(found.length), found.length);
          const rest = found.length - count;
          return (
            <>
              <p><strong>{t.review.batch.waiting(formatCount(found.length))}</strong> {found.length === kMostAtOnce ? t.review.batch.capped(formatCount(kMostAtOnce)) : ''}</p>
              <NumberField label={t.review.batch.sample} help={t.review.batch.sampleHelp} value={count} min={kSmallestSample} max={found.length} onInput={setWish} />
              <p class="soft">{t.review.batch.bound(formatCount(count), formatCount(rest), formatCount(wrongAtMost(count, found.length)))}</p>
              <div class="row"><Button look="primary" onClick={() => onStart(found, count)}>{t.review.batch.start}</Button></div>
            </>
          );
        }}
      </Load>
    </section>
  );
}

function Decide({ project, rest, verdicts, onAccept }: { project: Project; rest: string[]; verdicts: Looked[]; onAccept: () => void }) {
  const wrong = notAccepted(verdicts);
  const [looked, others] = [formatCount(verdicts.length), formatCount(rest.length)];
  return (
    <section class="card" role="status">
      {wrong === 0 ? (
        <>
          <h2>{t.review.batch.allRight(looked)}</h2>
          <p>{t.review.batch.bound(looked, others, formatCount(wrongAtMost(verdicts.length, verdicts.length + rest.length)))}</p>
        </>
      ) : (
        <>
          <h2>{t.review.batch.someWrong(formatCount(wrong), looked)}</h2>
          <p>{t.review.batch.someWrongText}</p>
        </>
      )}
      <div class="row">
        {rest.length > 0 ? (
          <Button look={wrong === 0 ? 'primary' : 'danger'} onClick={onAccept}>
            {wrong === 0 ? t.review.batch.acceptRest(others) : t.review.batch.acceptAnyway(others)}
          </Button>
        ) : null}
        <LinkButton to={href('work', project.id, 'review')}>{t.review.batch.oneByOne}</LinkButton>
      </div>
    </section>
  );
}
