// What a person has done in one project: submissions with what reviewers said, questions to the lead, recorded time.
import { api } from '../api';
import { TimeList } from '../person/TimeList';
import { t } from '../strings';
import { LinkButton } from '../ui/Button';
import { useLoad, useTitle } from '../ui/hooks';
import { href } from '../ui/route';
import { Load } from '../ui/States';
import { TabLinks } from '../ui/Tabs';
import { HistoryItem } from './historyItem';
import { HistoryList } from './historyList';
import { MyQuestions } from './historyQuestions';

const kTabs = ['submissions', 'questions', 'time'] as const;

export function HistoryPage({ project: id, tab, item }: { project: string; tab: string; item: string | null }) {
  const project = useLoad(() => api.project(id), [id]);
  useTitle(t.history.title, project.data?.title);
  return (
    <Load of={project}>
      {(data) => (
        <>
          <div class="page-head">
            <div class="titles">
              <h1>{t.history.title}</h1>
              <p class="soft" dir="auto">{data.title}</p>
            </div>
            {data.state === 'open' && data.role === 'expert'
              ? <LinkButton look="primary" to={href('work', id, 'work')}>{t.projects.work}</LinkButton> : null}
          </div>
          <TabLinks label={t.history.title} current={tab} tabs={kTabs.map((name) => [name, href('history', id, name), t.history.tabs[name]])} />
          {tab === 'questions' ? <MyQuestions project={id} />
            : tab === 'time' ? <section class="stack"><h2>{t.timesheet.today}</h2><p class="soft">{t.timesheet.fair}</p><TimeList project={id} /></section>
            : item ? <HistoryItem key={item} project={id} submission={item} /> : <HistoryList project={data} />}
        </>
      )}
    </Load>
  );
}
