// One submission of mine: the task as I saw it beside my answers, what reviewers said, and what they corrected.
import { Fragment } from 'preact';
import { useMemo } from 'preact/hooks';
import { api, type Answers, type Assignment, type JsonObject, type Submission } from '../api';
import { audit } from '../api/audit';
import { personApi } from '../api/person';
import { Markdown } from '../markdown/Markdown';
import { useSession } from '../session';
import { t } from '../strings';
import { LinkButton } from '../ui/Button';
import { formatDuration, formatTime } from '../ui/format';
import { useLoad } from '../ui/hooks';
import { href } from '../ui/route';
import { Load, Pill } from '../ui/States';
import { AnswersView, answerText } from '../work/AnswersView';
import { wordDiff } from '../work/diff';
import { readForm, type Form } from '../work/form';
import { PlaceContext, placeOf } from '../work/talk/place';
import { useTaskForm } from '../work/useTaskForm';
import { SubmissionPill } from './historyList';

interface Shown {
  submission: Submission;
  seen: Assignment | null;
  form: Form | null;
}

async function load(project: string, id: string): Promise<Shown> {
  const submission = await api.submission(id);
  const [seen, template] = await Promise.all([
    personApi.taskAsSeen(submission.assignment).catch(() => null),
    api.template(project, submission.template_version),
  ]);
  return { submission, seen, form: readForm(template.form) };
}

/** What I answered last, and what came of it where a reviewer corrected it. Revisions know who wrote them. */
export function mineAndFinal(submission: Submission, me: string): { mine: Answers; final: Answers | null } {
  const revisions = submission.revisions ?? [];
  const mine = revisions.filter((r) => (r.author ?? submission.member) === me).at(-1)?.answers;
  const last = submission.answers ?? revisions.at(-1)?.answers ?? {};
  if (submission.state !== 'fixed' || !mine) return { mine: mine ?? last, final: null };
  return { mine, final: last };
}

export function HistoryItem({ project, submission }: { project: string; submission: string }) {
  const loaded = useLoad(() => load(project, submission), [project, submission]);
  return (
    <>
      <p><a href={href('history', project, 'submissions')}>{t.history.back}</a></p>
      <Load of={loaded}>{(shown) => <Item project={project} {...shown} />}</Load>
    </>
  );
}

const kEmptyForm: Form = { base: 'custom', title: '', help: '', views: [], questions: [] };

function Item({ project, submission, seen, form }: Shown & { project: string }) {
  const me = useSession().me.member.id;
  const { mine, final } = mineAndFinal(submission, me);
  const data: JsonObject = useMemo(() => seen?.task.data ?? {}, [seen]);
  const order = useMemo(() => seen?.presentation?.order ?? [], [seen]);
  const errors = useMemo(() => new Map<string, string>(), []);
  const view = useTaskForm({
    form: form ?? kEmptyForm, data, order, answers: mine, readOnly: true, project, errors, onChange: () => undefined,
  });
  const place = useMemo(() => placeOf(submission), [submission]);
  const h = t.history;
  return (
    <>
      <div class="row">
        <SubmissionPill state={submission.state} />
        <span class="soft small">{formatTime(submission.submitted_at)} · {formatDuration(submission.active_ms)} · {h.revision(submission.revision)}</span>
        {submission.state === 'returned'
          ? <LinkButton slim look="primary" to={href('work', project, 'work', submission.assignment)}>{h.revise}</LinkButton> : null}
        {submission.state === 'accepted' || submission.state === 'fixed'
          ? <a class="button slim" href={audit.submissionProofAddress(submission.id)} title={h.proofHint} download={`${submission.id}.tlog-proof`}>{h.proof}</a> : null}
      </div>
      <div class="history-item">
        <PlaceContext.Provider value={place}>
          <div class="reading">{seen?.task.data && form ? view.views : <p class="soft">{h.taskGone}</p>}</div>
        </PlaceContext.Provider>
        <div class="stack">
          <Reviews submission={submission} />
          <section class="card">
            <h2>{h.answers}</h2>
            {form ? <AnswersView form={form} answers={mine} data={data} order={order} /> : <pre>{JSON.stringify(mine, null, 2)}</pre>}
          </section>
          {final && form ? <Corrected form={form} mine={mine} final={final} data={data} order={order} /> : null}
        </div>
      </div>
    </>
  );
}

function Reviews({ submission }: { submission: Submission }) {
  const reviews = submission.reviews ?? [];
  return (
    <section class="card" data-reviews>
      <h2>{t.history.reviews}</h2>
      {reviews.length === 0 ? <p class="soft">{t.history.noReviews}</p> : (
        <ol class="plain stack">
          {reviews.map((review, i) => (
            <li key={i} class="stack tight">
              <p class="row">
                <Pill tone={review.verdict === 'accept' ? 'good' : review.verdict === 'reject' ? 'bad' : 'warn'}>{t.judged.verdicts[review.verdict]}</Pill>
                {review.reason ? <strong>{(t.judged.reasons as Record<string, string>)[review.reason] ?? review.reason}</strong> : null}
                <span class="small soft">{formatTime(review.created_at)}</span>
              </p>
              {review.note ? <div dir="auto"><Markdown text={review.note} /></div> : null}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Each answer that was changed, as a word diff: kinds and letters read as words too. */
function Corrected({ form, mine, final, data, order }: { form: Form; mine: Answers; final: Answers; data: JsonObject; order: number[] }) {
  const changed = form.questions
    .map((q) => {
      const strength = (a: Answers): string => {
        const value = q.strength > 0 ? a[q.strength_id] : undefined;
        return typeof value === 'number' ? ` · ${q.strength === 3 ? t.work.strengths[value] : value}` : '';
      };
      const words = (a: Answers): string => answerText(q, a[q.id], data, order) + strength(a);
      return { id: q.id, label: q.label, before: words(mine), after: words(final) };
    })
    .filter((row) => row.before !== row.after);
  return (
    <section class="card" data-corrected>
      <h2>{t.history.corrected}</h2>
      <p class="small soft">{t.history.correctedHint}</p>
      <dl class="facts">
        {changed.map((row) => (
          <Fragment key={row.id}>
            <dt>{row.label}</dt>
            <dd class="prewrap" dir="auto">
              {wordDiff(row.before, row.after).map((op, i) =>
                op.op === '=' ? op.text : op.op === '+' ? <ins key={i} class="word">{op.text}</ins> : <del key={i} class="word">{op.text}</del>)}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
