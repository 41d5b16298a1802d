// All tasks of a project: found by state, kind, batch or key, in the server's order, changed one by one or many at once.
import { useState } from 'preact/hooks';
import { api, type Task, type TaskState } from '../../api';
import { allOf, manage, type TaskOrder } from '../../api/manage';
import { t } from '../../strings';
import { wordsOf } from '../../ui/address';
import { Chips, FilterBar } from '../../ui/Chips';
import { DataTable, type DataColumn } from '../../ui/DataTable';
import { formatCount, shortId } from '../../ui/format';
import { useLoad } from '../../ui/hooks';
import { useList } from '../../ui/list';
import type { MenuItem } from '../../ui/Menu';
import { href, setQuery, useQuery, useQueryWord } from '../../ui/route';
import { useSelection } from '../../ui/selection';
import { LinkButton } from '../../ui/Button';
import { Empty, Pill } from '../../ui/States';
import { Ago } from '../../ui/Time';
import type { TabProps } from './index';
import { batchName } from './run/batchName';
import { BatchFilter, KeyLookUp } from './run/taskFilters';
import { TaskDrawer } from './run/TaskDrawer';
import { nameOfTask, taskTone, useTaskDeeds } from './run/taskDeeds';

const kStates = ['open', 'done', 'cancelled'] as const;
const kKinds = ['work', 'gold'] as const;
const kOrders: readonly TaskOrder[] = ['newest', 'oldest', 'priority'];

export function TasksTab({ project, canChange }: TabProps) {
  const query = useQuery();
  const states = wordsOf(query.get('state'), kStates);
  const kinds = wordsOf(query.get('kind'), kKinds);
  const batch = query.get('batch') ?? '';
  const opened = query.get('task');
  const [order, setOrder] = useQueryWord('order', kOrders, 'newest');
  // A key is the client's content: it stays in the page and never gets into an address.
  const [key, setKey] = useState('');
  const filters = { state: states.join(','), kind: kinds.join(','), batch, key };
  const list = useList(
    (cursor, limit) => manage.tasks(project.id, { ...filters, order, cursor, limit }), [project.id, order, ...Object.values(filters)],
  );
  const batches = useLoad(() => allOf((cursor) => manage.batches(project.id, cursor)), [project.id]);
  const progress = useLoad(() => api.progress(project.id), [project.id]);
  const selection = useSelection<Task>();
  const deeds = useTaskDeeds({ list, selection, batches: batches.data ?? [] });
  const w = t.tasks;
  const filtered = Object.values(filters).some(Boolean);
  const clear = (): void => {
    setKey('');
    setQuery({ state: null, kind: null, batch: null });
  };
  const items = (row: Task): MenuItem[] => [
    { id: 'open', label: w.openIt, run: () => setQuery({ task: row.id }) }, ...(canChange ? deeds.items(row) : []),
  ];
  return (
    <div class="stack">
      <FilterBar onClear={filtered ? clear : null}>
        <Chips label={w.state} on={states} onChange={(on) => setQuery({ state: on.join(',') })} options={kStates.map((s) => [s, w.states[s]])} />
        <Chips label={w.kind} on={kinds} onChange={(on) => setQuery({ kind: on.join(',') })} options={kKinds.map((k) => [k, w.kinds[k]])} />
        <BatchFilter batches={batches.data ?? []} value={batch} onChange={(id) => setQuery({ batch: id })} />
      </FilterBar>
      {deeds.status}
      <DataTable
        id="tasks" label={w.title} list={list} tools={<KeyLookUp value={key} onChange={setKey} />} columns={columns(batches.data ?? [])} keyOf={(row) => row.id} nameOf={nameOfTask}
        order={order} onOrder={(next) => setOrder(next as TaskOrder)} onOpen={(row) => setQuery({ task: row.id })} actions={items}
        total={totalOf(progress.data?.tasks ?? null, states, kinds.length > 0 || batch !== '' || key !== '')}
        {...(canChange ? { selection, bulk: deeds.bulkButtons } : {})}
        empty={
          <Empty title={filtered ? w.noneFound : w.empty} text={filtered ? w.noneFoundHint : w.emptyHint}>
            {!filtered && canChange ? <LinkButton look="primary" to={href('projects', project.id, 'import')}>{t.overview.tabs.import}</LinkButton> : null}
          </Empty>
        }
      />
      {deeds.dialogs}
      {opened ? (
        <TaskDrawer
          key={opened} id={opened} project={project} row={list.rows.find((row) => row.id === opened) ?? null} deeds={canChange ? deeds : null}
          near={nearOf(list.rows, opened)} onOpen={(id) => setQuery({ task: id })} onClose={() => setQuery({ task: null })}
        />
      ) : null}
    </div>
  );
}

function columns(batches: { id: string; name: string }[]): DataColumn<Task>[] {
  const w = t.tasks;
  return [
    { id: 'name', head: w.id, name: true, cell: (row) => row.key ?? <span class="mono">{shortId(row.id)}</span> },
    { id: 'kind', head: w.kind, cell: (row) => w.kinds[row.kind] ?? row.kind },
    { id: 'state', head: w.state, cell: (row) => <Pill tone={taskTone(row.state)}>{w.states[row.state]}</Pill> },
    { id: 'answers', head: w.answers, end: true, cell: (row) => (row.kind === 'work' ? t.common.of(formatCount(row.submitted), formatCount(row.overlap)) : formatCount(row.submitted)) },
    { id: 'accepted', head: t.overview.accepted, end: true, cell: (row) => formatCount(row.accepted) },
    { id: 'leased', head: w.reserved, end: true, cell: (row) => formatCount(row.leased) },
    { id: 'batch', head: w.batch, off: true, cell: (row) => nameIn(batches, row.batch) },
    { id: 'priority', head: w.priority, end: true, order: { down: 'priority' }, cell: (row) => formatCount(row.priority) },
    { id: 'version', head: w.version, end: true, off: true, cell: (row) => row.version },
    { id: 'created', head: w.created, end: true, order: { up: 'oldest', down: 'newest' }, cell: (row) => <Ago at={row.created_at} everyMs={60_000} /> },
  ];
}

function nameIn(batches: { id: string; name: string }[], id: string | null): string {
  const batch = batches.find((b) => b.id === id);
  return batch ? batchName(batch) : id ? shortId(id) : '–';
}

/** How many there are in all, where the counts of the project say it. */
function totalOf(counts: { total: number; open: number; done: number; cancelled: number } | null, states: TaskState[], narrowed: boolean): number | null {
  if (!counts || narrowed) return null;
  return states.length === 0 ? counts.total : states.reduce((sum, state) => sum + counts[state], 0);
}

function nearOf(rows: Task[], id: string): { before: string | null; after: string | null } {
  const at = rows.findIndex((row) => row.id === id);
  return { before: (at > 0 ? rows[at - 1]?.id : null) ?? null, after: (at >= 0 ? rows[at + 1]?.id : null) ?? null };
}
