import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import { api, type Project, type ProjectState } from '../../api';
import { canManage, canReview } from '../../session';
import css from '../../style/run.lazy.css';
import { loadPersonalWords, t } from '../../strings';
import { adoptStyle } from '../../ui/adopt';
import { Button, LinkButton } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { useAction, useLoad, useTitle } from '../../ui/hooks';
import { lazy } from '../../ui/lazy';
import { href } from '../../ui/route';
import { ErrorCard, Load } from '../../ui/States';
import { TabLinks } from '../../ui/Tabs';
import { StatePill } from '../projects';
import { ActivityTab } from './activity';
import { BatchesTab } from './batches';
import { DeliveriesTab } from './deliveries';
import { FormTab } from './formTab';
import { GuidelinesTab } from './guidelines';
import { ImportTab } from './import';
import { MembersTab } from './members';
import { OverviewTab } from './overview';
import { QuestionsTab } from './questions';
import { SettingsTab } from './settings';
import { TasksTab } from './tasks';

adoptStyle(css);

export interface TabProps {
  project: Project;
  onProject: (project: Project) => void;
  canChange: boolean;
}

/** In this order. */
const kTabs = {
  overview: OverviewTab,
  tasks: TasksTab,
  batches: BatchesTab,
  import: ImportTab,
  form: FormTab,
  members: MembersTab,
  guidelines: GuidelinesTab,
  quality: lazy<TabProps>(() => import('./quality').then((m) => m.QualityTab)),
  models: lazy<TabProps>(() => import('../../chunks/models').then((m) => m.ModelsTab)),
  questions: lazy<TabProps>(() => loadPersonalWords().then(() => QuestionsTab)),
  deliveries: DeliveriesTab,
  activity: ActivityTab,
  settings: SettingsTab,
} satisfies Record<string, ComponentType<TabProps>>;
type TabName = keyof typeof kTabs;
/** Auditors change nothing, so these are not for them. */
const kChanging: TabName[] = ['import'];

export function ProjectPage({ id, tab }: { id: string; tab: string }) {
  const project = useLoad(() => api.project(id), [id]);
  return <Load of={project}>{(data) => <Inner project={data} tab={tab} onProject={project.set} />}</Load>;
}

function Inner({ project, tab, onProject }: { project: Project; tab: string; onProject: (project: Project) => void }) {
  const canChange = canManage(project.role);
  useTitle(project.title);
  const names = (Object.keys(kTabs) as TabName[]).filter((name) => canChange || !kChanging.includes(name));
  const current = names.find((name) => name === tab) ?? 'overview';
  const Tab: ComponentType<TabProps> = kTabs[current];
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
      <TabLinks label={project.title} current={current} tabs={names.map((name) => [name, href('projects', project.id, name), t.overview.tabs[name]])} />
      <Tab key={current} project={project} onProject={onProject} canChange={canChange} />
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
