// Home: for an expert the work that waits, for those who run projects the projects.
import { api, type Project, type ProjectState } from '../api';
import { formatMoney, rateOf } from '../person/money';
import { canManage, canReview, canSeeAll, useSession } from '../session';
import { t } from '../strings';
import { LinkButton } from '../ui/Button';
import { useTitle } from '../ui/hooks';
import { href } from '../ui/route';
import { Empty, Pill } from '../ui/States';
import { Paged, usePages } from '../ui/Table';
import { MyWork } from './projectsMine';

const kTones: Record<ProjectState, 'good' | 'warn' | 'accent' | undefined> = {
  draft: 'accent', open: 'good', paused: 'warn', closed: undefined,
};

export function StatePill({ state }: { state: ProjectState }) {
  const tone = kTones[state];
  return <Pill {...(tone ? { tone } : {})}>{t.projects.states[state]}</Pill>;
}

export function ProjectsPage() {
  const { me } = useSession();
  const pages = usePages((cursor) => api.projects({ cursor }), []);
  const manages = canManage(me.member.role);
  const works = !canSeeAll(me.member.role);
  useTitle(t.projects.title);
  const list = (
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
  );
  return (
    <>
      <div class="page-head">
        <div class="titles"><h1>{t.projects.title}</h1></div>
        {manages ? <LinkButton look="primary" to={href('new')}>{t.projects.create}</LinkButton> : null}
      </div>
      {works && !pages.problem && !(pages.loading && pages.rows.length === 0) ? <MyWork projects={pages.rows} /> : null}
      {works && pages.rows.length > 0 ? <section class="stack"><h2>{t.home.projects}</h2>{list}</section> : list}
    </>
  );
}

function Card({ project }: { project: Project }) {
  const kind = (t.templates as Record<string, string>)[project.template.kind] ?? project.template.kind;
  const open = project.state === 'open';
  const works = project.role === 'expert';
  const rate = works ? rateOf(project.settings) : null;
  return (
    <article class="card">
      <div class="row between">
        <StatePill state={project.state} />
        <span class="small soft">{kind}</span>
      </div>
      <h2 dir="auto">{canSeeAll(project.role) ? <a href={href('projects', project.id)}>{project.title}</a> : project.title}</h2>
      {rate ? <p class="small">{t.pay.rate[rate.per](formatMoney(rate.minor, rate.currency))}</p> : null}
      <div class="row">
        {canSeeAll(project.role) ? <LinkButton to={href('projects', project.id)}>{t.projects.open}</LinkButton> : null}
        {works && open ? <LinkButton look="primary" to={href('work', project.id, 'work')}>{t.projects.work}</LinkButton> : null}
        {canReview(project.role) && open ? <LinkButton look={project.role === 'reviewer' ? 'primary' : 'plain'} to={href('work', project.id, 'review')}>{t.projects.review}</LinkButton> : null}
        {canReview(project.role) ? <LinkButton to={href('review', project.id)}>{t.projects.queue}</LinkButton> : null}
        {canReview(project.role) && open && project.settings.adjudicate
          ? <LinkButton to={href('work', project.id, 'adjudication')}>{t.projects.adjudicate}</LinkButton> : null}
        {works ? <LinkButton look="quiet" to={href('history', project.id)}>{t.history.open}</LinkButton> : null}
        {!open && !canSeeAll(project.role) ? <p class="small soft">{t.projects.notOpen}</p> : null}
      </div>
    </article>
  );
}
