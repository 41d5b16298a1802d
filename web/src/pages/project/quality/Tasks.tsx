// What is right, task by task, the least certain first: where one more answer would help most.
import { manage } from '../../../api/manage';
import { asProblem, type Project } from '../../../api';
import { qualityApi, type QualityQuestion, type QualityTask } from '../../../api/quality';
import { t } from '../../../strings';
import { DataTable, type DataColumn } from '../../../ui/DataTable';
import { Select } from '../../../ui/Field';
import { formatCount, formatPercent, shortId } from '../../../ui/format';
import { useAction } from '../../../ui/hooks';
import { useList } from '../../../ui/list';
import type { MenuItem } from '../../../ui/Menu';
import { go, href, useQueryWord } from '../../../ui/route';
import { Empty, ErrorCard, Pill } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { labelText } from './words';

const kOrders = ['unsure', 'oldest'] as const;

export function Tasks({ project, question, round, canChange }: { project: Project; question: QualityQuestion; round: string; canChange: boolean }) {
  const w = t.quality.tasks;
  const [order, setOrder] = useQueryWord('order', kOrders, 'unsure');
  const list = useList(
    (cursor, limit) => qualityApi.tasks(project.id, { question: question.id, order, cursor, limit }), [project.id, question.id, order, round], 25,
  );
  const action = useAction();
  const open = (row: QualityTask): void => {
    go('projects', project.id, 'tasks');
    location.hash = `${href('projects', project.id, 'tasks')}?task=${row.task}`;
  };
  const more = (row: QualityTask): void => void action.run(async () => {
    const asked = await manage.requeueTask(row.task, 'keep').catch((error: unknown) => {
      if (asProblem(error).kind === 'bad-transition') return null;
      throw error;
    });
    toast(asked ? w.asked : w.stillOpen);
  });
  const items = (row: QualityTask): MenuItem[] => [
    { id: 'open', label: w.open, run: () => open(row) },
    ...(canChange && row.gold === null ? [{ id: 'more', label: w.more, run: () => more(row) }] : []),
  ];
  return (
    <section class="card">
      <h2>{w.title}</h2>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <DataTable
        id="quality-tasks" label={w.title} list={list} columns={columns(question)} keyOf={(row) => `${row.task} ${row.part}`} nameOf={(row) => shortId(row.task)}
        onOpen={open} actions={items} empty={<Empty title={w.empty} text="" />}
        tools={<Select label={w.order} value={order} onInput={(word) => setOrder(word as (typeof kOrders)[number])} options={kOrders.map((word) => [word, w.orders[word]])} />}
      />
    </section>
  );
}

function columns(question: QualityQuestion): DataColumn<QualityTask>[] {
  const w = t.quality.tasks;
  return [
    { id: 'task', head: w.task, name: true, cell: (row) => <span class="mono">{shortId(row.task)}</span> },
    ...(question.parts ? [{ id: 'part', head: w.part, cell: (row: QualityTask) => <bdi>{row.part}</bdi> }] : []),
    { id: 'label', head: w.label, cell: (row) => <><bdi>{labelText(row.label)}</bdi> {row.gold === null ? null : <Pill tone="accent">{w.check}</Pill>}</> },
    { id: 'sure', head: w.sure, end: true, cell: (row) => formatPercent(row.sure) },
    { id: 'said', head: w.said, cell: (row) => counted(row) },
    { id: 'judgments', head: t.quality.judgments, end: true, cell: (row) => formatCount(row.judgments) },
  ];
}

/** "Yes 3, No 1" */
function counted(row: QualityTask): string {
  const counts = new Map<string, number>();
  for (const vote of row.votes) counts.set(vote.label, (counts.get(vote.label) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([label, n]) => `${labelText(label)} ${formatCount(n)}`).join(', ');
}
