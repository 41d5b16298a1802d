// What a manager looks at all day: how far it is, live.
import { useEffect, useState } from 'preact/hooks';
import { api, asProblem, type Problem, type Progress, type Project } from '../../api';
import { watchProgress } from '../../api/events';
import { t } from '../../strings';
import { LinkButton } from '../../ui/Button';
import { formatCount, formatDuration, formatTime } from '../../ui/format';
import { href } from '../../ui/route';
import { ProgressBar } from '../../ui/ProgressBar';
import { ErrorCard, Pill, Skeleton, Stat } from '../../ui/States';
import type { TabProps } from './index';

export function OverviewTab({ project, onProject, canChange }: TabProps) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [live, setLive] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let current = true;
    api.progress(project.id).then((p) => current && setProgress((old) => old ?? p), (e: unknown) => current && setProblem(asProblem(e)));
    const end = watchProgress(project.id, setProgress, setLive);
    return () => {
      current = false;
      end();
    };
  }, [project.id]);
  // Somebody else may open or pause it: the buttons above follow.
  useEffect(() => {
    if (progress && progress.state !== project.state) onProject({ ...project, state: progress.state });
  }, [progress?.state]);
  if (!progress) return problem ? <ErrorCard problem={problem} /> : <Skeleton lines={5} />;

  const { tasks, submissions, reviews, adjudications } = progress;
  const o = t.overview;
  const given = submissions.submitted;
  return (
    <div class="stack">
      {canChange ? <Next project={project} progress={progress} /> : null}
      <div class="card">
        <div class="row between">
          <h2>{o.answers}</h2>
          <span class="row small soft" role="status">
            <Pill {...(live ? { tone: 'good' as const } : {})}>{live ? o.live : o.notLive}</Pill> {o.updated(formatTime(progress.updated_at))}
          </span>
        </div>
        <ProgressBar label={o.answersDone} value={given} total={submissions.wanted} format={formatCount} rate />
        <ProgressBar label={o.tasksDone} value={tasks.done} total={tasks.total - tasks.cancelled} format={formatCount} />
        <dl class="stats">
          <Stat label={o.inWork} value={formatCount(progress.leased)} />
          <Stat label={o.inReview} value={formatCount(submissions.in_review)} />
          <Stat label={o.accepted} value={formatCount(submissions.accepted)} />
          <Stat label={o.returned} value={formatCount(submissions.returned)} />
          <Stat label={o.rejected} value={formatCount(submissions.rejected)} />
          <Stat label={o.reviewsOpen} value={formatCount(reviews.open)} />
          {project.settings.adjudicate ? <Stat label={o.differences} value={formatCount(adjudications.open)} /> : null}
          <Stat label={o.tasks} value={formatCount(tasks.total)} />
          <Stat label={o.check} value={formatCount(tasks.gold)} />
          <Stat label={o.time} value={formatDuration(progress.active_ms)} />
        </dl>
      </div>
    </div>
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
