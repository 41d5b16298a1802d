// Batches: tasks that belong together, with their own place in the queue and their own people.
import { useState } from 'preact/hooks';
import { api } from '../../api';
import { allOf, manage, type Batch, type BatchBody } from '../../api/manage';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { DataTable, type DataColumn } from '../../ui/DataTable';
import { formatCount } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { useList } from '../../ui/list';
import type { MenuItem } from '../../ui/Menu';
import { go, href, setQuery } from '../../ui/route';
import { Empty, ErrorCard, Pill } from '../../ui/States';
import { toast } from '../../ui/Toast';
import type { TabProps } from './index';
import { BatchDialog } from './run/BatchDialog';
import { batchName } from './run/batchName';
import { personName } from './run/OverviewPeople';

export function BatchesTab({ project, canChange }: TabProps) {
  const list = useList((cursor, limit) => manage.batches(project.id, cursor, limit), [project.id]);
  const who = useLoad(async () => {
    const [people, groups] = await Promise.all([
      allOf((cursor) => api.projectMembers(project.id, { cursor, limit: 200 })), allOf((cursor) => manage.groups(project.id, cursor)),
    ]);
    return { people: people.map((p) => ({ id: p.member.id, label: personName(p), note: t.common.roles[p.member.role] })), groups: groups.map((g) => ({ id: g.id, label: g.name })) };
  }, [project.id]);
  const [open, setOpen] = useState<Batch | 'new' | null>(null);
  const action = useAction();
  const b = t.run.batches;
  const put = (changed: Batch): void => list.update((rows) => rows.map((row) => (row.id === changed.id ? changed : row)));
  const change = (row: Batch, body: BatchBody, back: BatchBody, said: string): void => void action.run(async () => {
    put(await manage.changeBatch(row.id, body));
    toast(said, () => void action.run(async () => put(await manage.changeBatch(row.id, back))));
  });
  const seeTasks = (row: Batch): void => {
    go('projects', project.id, 'tasks');
    setTimeout(() => setQuery({ batch: row.id }));
  };
  const items = (row: Batch): MenuItem[] => [
    { id: 'tasks', label: b.seeTasks, run: () => seeTasks(row) },
    ...(canChange ? [
      { id: 'change', label: b.change, run: () => setOpen(row) },
      row.state === 'open'
        ? { id: 'pause', label: b.pause, hint: b.pauseHint, run: () => change(row, { state: 'paused' }, { state: 'open' }, b.paused(batchName(row))) }
        : { id: 'resume', label: b.resume, run: () => change(row, { state: 'open' }, { state: 'paused' }, b.resumed(batchName(row))) },
    ] : []),
  ];
  const make = canChange ? <Button look="primary" onClick={() => setOpen('new')}>{b.create}</Button> : null;
  return (
    <div class="stack">
      {list.rows.length > 0 ? <div class="row between"><p class="soft small grow">{b.about}</p>{make}</div> : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <DataTable
        id="batches" label={b.title} list={list} columns={columns(project.id, who.data)} keyOf={(row) => row.id} nameOf={batchName}
        actions={items} empty={<Empty title={b.empty} text={b.about}>{make}</Empty>} {...(canChange ? { onOpen: (row: Batch) => setOpen(row) } : {})}
      />
      {open && who.data ? (
        <BatchDialog
          project={project.id} batch={open === 'new' ? null : open} people={who.data.people} groups={who.data.groups} onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null);
            list.reload();
          }}
        />
      ) : null}
      {open && who.problem ? <ErrorCard problem={who.problem} onRetry={who.reload} /> : null}
    </div>
  );
}

interface Who {
  people: { id: string; label: string }[];
  groups: { id: string; label: string }[];
}

function audienceText(batch: Batch, who: Who | null): string {
  const b = t.run.batches;
  if (batch.audience === 'everyone') return b.everyone;
  const { members = [], groups = [] } = batch.audience;
  const named = groups.map((id) => who?.groups.find((g) => g.id === id)?.label).filter((x): x is string => Boolean(x));
  return [...named, ...(members.length > 0 ? [b.people(members.length)] : [])].join(', ') || b.nobody;
}

function columns(project: string, who: Who | null): DataColumn<Batch>[] {
  const b = t.run.batches;
  return [
    { id: 'name', head: b.name, name: true, cell: (row) => batchName(row) },
    { id: 'state', head: b.state, cell: (row) => <Pill tone={row.state === 'open' ? 'good' : 'warn'}>{b.states[row.state]}</Pill> },
    { id: 'audience', head: b.audience, cell: (row) => audienceText(row, who) },
    { id: 'tasks', head: t.tasks.title, end: true, cell: (row) => <a href={`${href('projects', project, 'tasks')}?batch=${row.id}`}>{formatCount(row.tasks)}</a> },
    { id: 'open', head: b.open, end: true, cell: (row) => formatCount(row.open) },
    { id: 'priority', head: t.tasks.priority, end: true, cell: (row) => formatCount(row.priority) },
    { id: 'quota', head: b.quota, end: true, cell: (row) => (row.quota > 0 ? formatCount(row.quota) : '–') },
  ];
}
