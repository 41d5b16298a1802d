// Home: for an expert the work that waits, for a manager the projects.
import { useEffect, useState } from 'preact/hooks';
import { api, type Assignment, type Project, type ProjectState, type Submission } from '../api';
import { canManage, canReview, canSeeAll, useSession } from '../session';
import { t } from '../strings';
import { LinkButton } from '../ui/Button';
import { formatTime } from '../ui/format';
import { useLoad, useTitle } from '../ui/hooks';
import { href } from '../ui/route';
import { Empty, Pill } from '../ui/States';
import { Paged, usePages } from '../ui/Table';

const tones: Record<ProjectState, 'good' | 'warn' | 'accent' | undefined> = {
  draft: 'accent', open: 'good', paused: 'warn', closed: undefined,
};

export function StatePill({ state }: { state: ProjectState }) {
  const tone = tones[state];
  return <Pill {...(tone ? { tone } : {})}>{t.projects.states[state]}</Pill>;
}

export function ProjectsPage() {
  const { me } = useSession();
  const pages = usePages((cursor) => api.projects({ cursor }), []);
  const manages = canManage(me.member.role);
  useTitle(t.projects.title);
  return (
    <>
      <div class="page-head">
        <div class="titles"><h1>{t.projects.title}</h1></div>
        {manages ? <LinkButton look="primary" to={href('new')}>{t.projects.create}</LinkButton> : null}
      </div>
      {canSeeAll(me.member.role) ? null : <MyWork projects={pages.rows} />}
      <Paged
        pages={pages}
        empty={
          <Empty title={t.projects.emptyTitle} text={manages ? t.projects.emptyManager : t.projects.emptyExpert}>
            {manages ? <LinkButton look="primary" to={href('new')}>{t.projects.create}</LinkButton> : null}
          </Empty>
        }
      >
        {(rows) => <div class="grid-cards">{rows.map((project) => <Card key={project.id} project={project} />)}</div>}
      </Paged>
    </>
  );
}

function Card({ project }: { project: Project }) {
  const kind = (t.templates as Record<string, string>)[project.template.kind] ?? project.template.kind;
  const open = project.state === 'open';
  const works = project.role === 'expert';
  return (
    <article class="card">
      <div class="row between">
        <StatePill state={project.state} />
        <span class="small soft">{kind}</span>
      </div>
      <h2>{canSeeAll(project.role) ? <a href={href('projects', project.id)}>{project.title}</a> : project.title}</h2>
      <div class="row">
        {canSeeAll(project.role) ? <LinkButton to={href('projects', project.id)}>{t.projects.open}</LinkButton> : null}
        {works && open ? <LinkButton look="primary" to={href('work', project.id, 'work')}>{t.projects.work}</LinkButton> : null}
        {canReview(project.role) && open ? <LinkButton look={project.role === 'reviewer' ? 'primary' : 'plain'} to={href('work', project.id, 'review')}>{t.projects.review}</LinkButton> : null}
        {canReview(project.role) && open && project.settings.adjudicate
          ? <LinkButton to={href('work', project.id, 'adjudication')}>{t.projects.adjudicate}</LinkButton> : null}
        {!open && !canSeeAll(project.role) ? <p class="small soft">{t.projects.notOpen}</p> : null}
      </div>
    </article>
  );
}

/** What is reserved for this person, and what came back with the reviewer's reason. */
function MyWork({ projects }: { projects: Project[] }) {
  const mine = useLoad(() => api.myAssignments(), []);
  const [reasons, setReasons] = useState(new Map<string, Submission>());
  const items = mine.data?.items ?? [];
  const returned = items.filter((a) => a.state === 'returned');
  const open = items.filter((a) => a.state !== 'returned');
  useEffect(() => {
    let current = true;
    const ids = [...new Set(returned.map((a) => a.project.id))];
    void Promise.all(ids.map((id) => api.submissions(id, { mine: true, state: 'returned', limit: 200 })))
      .then((lists) => Promise.all(lists.flatMap((l) => l.items).map((s) => api.submission(s.id))))
      .then((all) => current && setReasons(new Map(all.map((s) => [s.assignment, s]))), () => undefined);
    return () => {
      current = false;
    };
  }, [mine.data]);
  const title = (a: Assignment): string => a.project.title || projects.find((p) => p.id === a.project.id)?.title || '';
  return (
    <>
      {returned.length > 0 ? (
        <section class="stack">
          <h2>{t.projects.returnedTitle}</h2>
          <p class="soft">{t.projects.returnedHint}</p>
          {returned.map((a) => {
            const last = reasons.get(a.id)?.reviews?.filter((r) => r.verdict === 'return').at(-1);
            return (
              <div key={a.id} class="hint-card warn">
                <div class="row between">
                  <strong>{title(a)}</strong>
                  <LinkButton look="primary" slim to={href('work', a.project.id, 'work', a.id)}>{t.projects.revise}</LinkButton>
                </div>
                {last ? (
                  <p>{(t.review.reasons as Record<string, string>)[last.reason ?? ''] ?? last.reason}{last.note ? `: ${last.note}` : ''}</p>
                ) : null}
              </div>
            );
          })}
        </section>
      ) : null}
      {open.length > 0 ? (
        <section class="stack">
          <h2>{t.projects.openTitle}</h2>
          {open.map((a) => (
            <div key={a.id} class="hint-card">
              <div class="row between">
                <span><strong>{title(a)}</strong> <span class="soft small">{t.projects.reservedUntil(formatTime(a.lease?.expires_at))}</span></span>
                <LinkButton slim to={href('work', a.project.id, a.kind)}>{t.projects.goOn}</LinkButton>
              </div>
            </div>
          ))}
        </section>
      ) : null}
    </>
  );
}
