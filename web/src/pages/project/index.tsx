import { useState } from 'preact/hooks';
import { api, type Project, type ProjectState } from '../../api';
import { canManage, canReview } from '../../session';
import { loadPersonalWords, t } from '../../strings';
import { Button, LinkButton } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { useAction, useLoad, useTitle } from '../../ui/hooks';
import { lazy } from '../../ui/lazy';
import { href } from '../../ui/route';
import { ErrorCard, Load } from '../../ui/States';
import { StatePill } from '../projects';
import { DeliveriesTab } from './deliveries';
import { GuidelinesTab } from './guidelines';
import { ImportTab } from './import';
import { MembersTab } from './members';
import { OverviewTab } from './overview';
import { SettingsTab } from './settings';
import { TasksTab } from './tasks';

const QuestionsTab = lazy(async () => (await Promise.all([import('./questions').then((m) => m.QuestionsTab), loadPersonalWords()]))[0]);

export interface TabProps {
  project: Project;
  onProject: (project: Project) => void;
  canChange: boolean;
}

const kTabs = ['overview', 'tasks', 'import', 'members', 'guidelines', 'questions', 'deliveries', 'settings'] as const;

export function ProjectPage({ id, tab }: { id: string; tab: string }) {
  const project = useLoad(() => api.project(id), [id]);
  return <Load of={project}>{(data) => <Inner project={data} tab={tab} onProject={project.set} />}</Load>;
}

function Inner({ project, tab, onProject }: { project: Project; tab: string; onProject: (project: Project) => void }) {
  const canChange = canManage(project.role);
  useTitle(project.title);
  const tabs = kTabs.filter((name) => name !== 'import' || canChange);
  const props: TabProps = { project, onProject, canChange };
  return (
    <>
      <div class="page-head">
        <div class="titles">
          <div class="row"><h1>{project.title}</h1><StatePill state={project.state} /></div>
          <p class="soft">{(t.templates as Record<string, string>)[project.template.kind] ?? project.template.kind}</p>
        </div>
        <div class="row">
          {canReview(project.role) && project.state === 'open' ? (
            <>
              <LinkButton to={href('work', project.id, 'review')}>{t.projects.review}</LinkButton>
              {project.settings.adjudicate ? <LinkButton to={href('work', project.id, 'adjudication')}>{t.projects.adjudicate}</LinkButton> : null}
            </>
          ) : null}
          {canChange ? <StateButtons project={project} onProject={onProject} /> : null}
        </div>
      </div>
      <nav class="tabs" aria-label={project.title}>
        {tabs.map((name) => (
          <a key={name} href={href('projects', project.id, name)} aria-current={name === tab ? 'page' : undefined}>{t.overview.tabs[name]}</a>
        ))}
      </nav>
      {tab === 'tasks' ? <TasksTab {...props} /> : tab === 'import' && canChange ? <ImportTab {...props} />
        : tab === 'members' ? <MembersTab {...props} /> : tab === 'guidelines' ? <GuidelinesTab {...props} />
        : tab === 'questions' ? <QuestionsTab {...props} /> : tab === 'deliveries' ? <DeliveriesTab {...props} /> : tab === 'settings' ? <SettingsTab {...props} />
        : <OverviewTab {...props} />}
    </>
  );
}

function StateButtons({ project, onProject }: { project: Project; onProject: (project: Project) => void }) {
  const action = useAction();
  const [closing, setClosing] = useState(false);
  const move = (state: ProjectState): void => {
    setClosing(false);
    void action.run(async () => onProject(await api.changeProject(project.id, { state })));
  };
  const o = t.overview;
  return (
    <>
      {project.state === 'draft' ? <Button look="primary" busy={action.busy} onClick={() => move('open')}>{o.start}</Button> : null}
      {project.state === 'open' ? <Button busy={action.busy} onClick={() => move('paused')}>{o.pause}</Button> : null}
      {project.state === 'paused' ? <Button look="primary" busy={action.busy} onClick={() => move('open')}>{o.resume}</Button> : null}
      {project.state === 'closed' ? <Button busy={action.busy} onClick={() => move('paused')}>{o.reopen}</Button> : null}
      {project.state === 'open' || project.state === 'paused' ? <Button look="quiet" onClick={() => setClosing(true)}>{o.close}</Button> : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      {closing ? (
        <Confirm title={o.closeTitle} text={o.closeText} action={o.close} onConfirm={() => move('closed')} onClose={() => setClosing(false)} />
      ) : null}
    </>
  );
}
