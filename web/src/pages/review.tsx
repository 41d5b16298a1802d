// The reviewer's pages of one project: the queue, accepting many, and how one judges.
import { useEffect, useState } from 'preact/hooks';
import { api, type Project } from '../api';
import { Batch, BatchLook, useBatch } from '../review/Batch';
import { Calibration } from '../review/Calibration';
import { ReviewFlow } from '../review/Flow';
import { QuestionsTab } from './project/questions';
import { Queue } from '../review/Queue';
import { SecondLookDesk } from '../review/SecondLookDesk';
import { Shell } from '../Shell';
import { loadPersonalWords, t } from '../strings';
import { useLoad, useTitle } from '../ui/hooks';
import { lazy } from '../ui/lazy';
import { href } from '../ui/route';
import { Load } from '../ui/States';
import { TabLinks } from '../ui/Tabs';

const Questions = lazy<{ project: Project }>(() => loadPersonalWords().then(() => QuestionsTab));

export { ReviewFlow };

export function ReviewPage({ project: id, tab, one }: { project: string; tab: string; one: string | null }) {
  const project = useLoad(() => api.project(id), [id]);
  const [looking, setLooking] = useState(false);
  const batch = useBatch(id);
  useEffect(() => setLooking(false), [tab]);
  useTitle(t.review.queue.title, project.data?.title);
  if (tab === 'one' && one) return <ReviewFlow project={id} kind="review" wanted={{ submission: one }} />;
  if (batch.stage.kind === 'look') return <BatchLook project={id} run={batch} stage={batch.stage} />;
  if (looking && project.data) return <main tabIndex={-1}><SecondLookDesk project={project.data} onEnd={() => setLooking(false)} /></main>;
  const tabs: [string, string, string][] = [
    ['queue', href('review', id), t.review.queue.tabs.queue],
    ['batch', href('review', id, 'batch'), t.review.queue.tabs.batch],
    ['calibration', href('review', id, 'calibration'), t.review.queue.tabs.calibration],
    ['questions', href('review', id, 'questions'), t.overview.tabs.questions],
  ];
  return (
    <Shell>
      <div class="page-head"><div class="titles"><h1 dir="auto">{project.data?.title ?? t.review.queue.title}</h1></div></div>
      <TabLinks label={t.review.title} current={tab} tabs={tabs} />
      <Load of={project}>
        {(data) => {
          if (tab === 'batch') return <Batch project={data} run={batch} />;
          if (tab === 'calibration') return <Calibration project={data} onLook={() => setLooking(true)} />;
          if (tab === 'questions') return <Questions project={data} />;
          return <Queue project={data} />;
        }}
      </Load>
    </Shell>
  );
}
