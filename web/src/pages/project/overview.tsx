// What a manager looks at all day: how far it is, how fast it goes, until when, and who does it. Live.
import { useEffect } from 'preact/hooks';
import { manage, type Day } from '../../api/manage';
import type { Progress, Project } from '../../api';
import { t } from '../../strings';
import { LinkButton } from '../../ui/Button';
import { formatCount, formatDay, formatDuration, formatPercent, formatTenth, formatTime, formatWhen } from '../../ui/format';
import { useLoad } from '../../ui/hooks';
import { lazy } from '../../ui/lazy';
import { href, useQueryWord } from '../../ui/route';
import { StackBar, type Part } from '../../ui/StackBar';
import { ErrorCard, Pill, Skeleton, Stat } from '../../ui/States';
import type { TabProps } from './index';
import { dayOf, daysBefore, expectedEnd, filledDays, meanMs, type End } from './run/pace';
import type { PlotsProps } from './run/OverviewPlots';
import { OverviewPeople } from './run/OverviewPeople';
import { useCalm, useProgress } from './run/useProgress';

const Plots = lazy<PlotsProps>(() => import('./run/OverviewPlots').then((m) => m.OverviewPlots));
const kDaysEveryMs = 20_000;
export const kSpans = ['14', '30', '90'] as const;

export function OverviewTab({ project, onProject, canChange }: TabProps) {
  const { progress, live, problem } = useProgress(project.id);
  const [span, setSpan] = useQueryWord('days', kSpans, '14');
  const given = useCalm(progress?.submissions.submitted ?? 0, kDaysEveryMs);
  const judged = useCalm((progress?.submissions.accepted ?? 0) + (progress?.submissions.returned ?? 0), kDaysEveryMs);
  const days = useLoad(async () => {
    const now = Date.now();
    const [from, to] = [daysBefore(now, Number(span) - 1), dayOf(now)];
    return filledDays((await manage.days(project.id, from, to)).items, from, to);
  }, [project.id, span, given, judged]);
  // Somebody else may open or pause it: the buttons above follow.
  useEffect(() => {
    if (progress && progress.state !== project.state) onProject({ ...project, state: progress.state });
  }, [progress?.state]);
  if (!progress) return problem ? <ErrorCard problem={problem} /> : <Skeleton lines={8} />;
  return (
    <div class="stack">
      {canChange ? <Next project={project} progress={progress} /> : null}
      <div class="overview">
        <Standing project={project} progress={progress} live={live} />
        <Pace progress={progress} days={days.data} />
      </div>
      {progress.submissions.submitted > 0 ? (
        <>
          {days.problem ? <ErrorCard problem={days.problem} onRetry={days.reload} /> : null}
          {days.data ? <Plots days={days.data} given={progress.submissions.submitted} wanted={progress.submissions.wanted} span={span} onSpan={setSpan} /> : null}
        </>
      ) : null}
      <OverviewPeople project={project.id} round={given + judged} />
    </div>
  );
}

function Standing({ project, progress, live }: { project: Project; progress: Progress; live: boolean }) {
  const { tasks, submissions, reviews, adjudications } = progress;
  const o = t.overview;
  const r = t.run.overview;
  const at = (tab: string): string => href('projects', project.id, tab);
  const open = Math.max(0, submissions.wanted - submissions.submitted - progress.leased);
  const other = Math.max(0, submissions.submitted - submissions.accepted - submissions.in_review - submissions.returned);
  const parts: Part[] = [
    { id: 'done', value: submissions.accepted }, { id: 'review', value: submissions.in_review }, { id: 'other', value: other },
    { id: 'returned', value: submissions.returned }, { id: 'work', value: progress.leased }, { id: 'open', value: open },
  ];
  const share = submissions.wanted > 0 ? Math.min(1, submissions.submitted / submissions.wanted) : 0;
  return (
    <section class="card" aria-label={o.answers}>
      <div class="row between">
        <h2>{o.answers}</h2>
        <span class="row small soft" role="status">
          <Pill {...(live ? { tone: 'good' as const } : {})}>{live ? o.live : o.notLive}</Pill> {o.updated(formatTime(progress.updated_at))}
        </span>
      </div>
      <p class="headline"><b class="num">{formatPercent(share)}</b> <span class="soft">{r.ofAnswers(formatCount(submissions.submitted), formatCount(submissions.wanted))}</span></p>
      <StackBar parts={parts} total={submissions.wanted} />
      <dl class="stats">
        <Stat label={o.accepted} swatch="done" value={formatCount(submissions.accepted)} />
        <Stat label={o.inReview} swatch="review" value={formatCount(submissions.in_review)} note={r.reviewsDone(formatCount(reviews.done))} />
        {other > 0 ? <Stat label={r.other} swatch="other" value={formatCount(other)} /> : null}
        <Stat label={o.returned} swatch="returned" value={formatCount(submissions.returned)} />
        <Stat label={o.inWork} swatch="work" value={formatCount(progress.leased)} />
        <Stat label={r.open} swatch="open" value={formatCount(open)} />
        <Stat label={o.rejected} value={formatCount(submissions.rejected)} />
        <Stat label={o.tasksDone} value={formatCount(tasks.done)} note={r.ofTasks(formatCount(tasks.total - tasks.cancelled))} to={`${at('tasks')}?state=done`} />
        {project.settings.adjudicate ? <Stat label={o.differences} value={formatCount(adjudications.open)} note={r.settled(formatCount(adjudications.done))} /> : null}
        {tasks.gold > 0 ? <Stat label={o.check} value={formatCount(tasks.gold)} to={`${at('tasks')}?kind=gold`} /> : null}
        {tasks.cancelled > 0 ? <Stat label={r.cancelled} value={formatCount(tasks.cancelled)} to={`${at('tasks')}?state=cancelled`} /> : null}
      </dl>
    </section>
  );
}

function endText(end: End, state: Project['state']): [string, string] {
  const r = t.run.overview;
  switch (end.kind) {
    case 'done': return [r.endDone, r.endDoneNote];
    case 'early': return [r.endEarly, r.endEarlyNote(end.answers)];
    case 'still': return [r.endStill, r.endStillNote];
    case 'at': return [formatDay(end.at), `${formatWhen(new Date(end.at).toISOString(), Date.now())} · ${state === 'open' ? r.endNote : r.endPaused}`];
  }
}

function Pace({ progress, days }: { progress: Progress; days: Day[] | null }) {
  const r = t.run.overview;
  const { submissions } = progress;
  const end = days ? expectedEnd(submissions.wanted - submissions.submitted, days, Date.now()) : null;
  const mean = meanMs(progress.active_ms, submissions.submitted);
  const today = days?.at(-1)?.submitted ?? null;
  const [title, note] = end ? endText(end, progress.state) : ['–', ''];
  return (
    <section class="card" aria-label={r.pace}>
      <h2>{r.pace}</h2>
      <dl class="facts-tall">
        <div><dt>{r.end}</dt><dd>{title}<span class="stat-note">{note}</span></dd></div>
        <div><dt>{r.perDay}</dt><dd class="num">{end?.kind === 'at' ? formatTenth(end.perDay) : '–'}<span class="stat-note">{today === null ? '' : r.today(formatCount(today))}</span></dd></div>
        <div><dt>{r.perAnswer}</dt><dd class="num">{mean === null ? '–' : formatDuration(mean)}<span class="stat-note">{r.mean}</span></dd></div>
        <div><dt>{t.overview.time}</dt><dd class="num">{formatDuration(progress.active_ms)}</dd></div>
      </dl>
    </section>
  );
}

function Next({ project, progress }: { project: Project; progress: Progress }) {
  const o = t.overview;
  const at = (tab: string): string => href('projects', project.id, tab);
  const finished = progress.tasks.total > 0 && progress.tasks.open === 0;
  const steps: [string, string, string][] = [];
  if (progress.tasks.total === 0) steps.push([o.nextImport, at('import'), o.tabs.import]);
  if (project.state === 'draft') steps.push([o.nextInvite, at('members'), o.tabs.members]);
  if (finished) steps.push([o.finished, at('deliveries'), o.tabs.deliveries]);
  if (steps.length === 0) return null;
  return (
    <div class="hint-card">
      <h2>{finished ? o.finishedTitle : o.nextTitle}</h2>
      {steps.map(([text, to, label]) => (
        <div key={to} class="row between"><span>{text}</span><LinkButton slim to={to}>{label}</LinkButton></div>
      ))}
      {project.state === 'draft' && progress.tasks.total > 0 ? <p>{o.nextOpen}</p> : null}
    </div>
  );
}
