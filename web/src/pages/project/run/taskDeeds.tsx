// What a manager does to tasks: cancel, open again, priority, batch; to one with an undo, to many with progress.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asProblem, api, type Task, type TaskState } from '../../../api';
import { manage, type Batch } from '../../../api/manage';
import { t } from '../../../strings';
import { BulkProgress, useBulk } from '../../../ui/BulkProgress';
import { Button } from '../../../ui/Button';
import { Confirm } from '../../../ui/Dialog';
import { formatCount, shortId } from '../../../ui/format';
import type { List } from '../../../ui/list';
import type { MenuItem } from '../../../ui/Menu';
import type { Selection } from '../../../ui/selection';
import { problemText } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { BatchDialog, PriorityDialog, RequeueDialog } from './taskDialogs';

export const nameOfTask = (task: Pick<Task, 'key' | 'id'>): string => task.key ?? shortId(task.id);
export const taskTone = (state: TaskState): 'good' | 'bad' | 'accent' => (state === 'done' ? 'good' : state === 'cancelled' ? 'bad' : 'accent');

type Ask = { kind: 'cancel' | 'requeue' | 'priority' | 'batch'; tasks: Task[] };

export interface TaskDeeds {
  items: (task: Task) => MenuItem[];
  bulkButtons: ComponentChildren;
  dialogs: ComponentChildren;
  status: ComponentChildren;
  /** Counts the changes taken, so that what shows a task can fetch it again. */
  round: number;
}

export function useTaskDeeds({ list, selection, batches }: { list: List<Task>; selection: Selection<Task>; batches: Batch[] }): TaskDeeds {
  const [ask, setAsk] = useState<Ask | null>(null);
  const [round, setRound] = useState(0);
  const bulk = useBulk();
  const w = t.tasks;
  const put = (changed: Task): void => {
    list.update((rows) => rows.map((row) => (row.id === changed.id ? { ...row, ...changed } : row)));
    setRound((n) => n + 1);
  };
  /** One at once, with a way back; many with progress, and the list anew. */
  const act = async (tasks: Task[], label: string, said: string, deed: (task: Task) => Promise<Task>, back: ((task: Task) => Promise<Task>) | null): Promise<void> => {
    setAsk(null);
    const [only] = tasks;
    if (tasks.length === 1 && only) {
      const tell = (error: unknown): void => toast(problemText(asProblem(error)), undefined, { tone: 'bad' });
      await deed(only).then((done) => {
        put(done);
        toast(said, back ? () => void back(only).then(put, tell) : undefined);
      }, tell);
      return;
    }
    const end = await bulk.run(label, tasks, nameOfTask, async (task) => put(await deed(task)));
    selection.set(new Map(end.refused.flatMap(({ key }) => tasks.filter((x) => nameOfTask(x) === key)).map((x) => [x.id, x])));
    list.reload();
    toast(t.ui.bulkDone(formatCount(end.done)));
  };
  const cancel = (tasks: Task[]): Promise<void> =>
    act(tasks, w.cancel, w.cancelled, (x) => api.cancelTask(x.id), (x) => manage.requeueTask(x.id, 'keep'));
  const requeue = (tasks: Task[], submissions: 'keep' | 'reject'): Promise<void> =>
    act(tasks, w.requeue, w.requeued, (x) => manage.requeueTask(x.id, submissions), submissions === 'keep' && tasks[0]?.state === 'cancelled' ? (x) => api.cancelTask(x.id) : null);
  const setPriority = (tasks: Task[], priority: number): Promise<void> =>
    act(tasks, w.priority, w.prioritised(priority), (x) => manage.changeTask(x.id, { priority }), (x) => manage.changeTask(x.id, { priority: x.priority }));
  const setBatch = (tasks: Task[], batch: string): Promise<void> =>
    act(tasks, w.toBatch, w.moved, (x) => manage.changeTask(x.id, { batch }), null);
  const open = (kind: Ask['kind'], tasks: Task[]) => () => setAsk({ kind, tasks });
  const picked = [...selection.picked.values()];
  return {
    round,
    items: (task) => [
      { id: 'priority', label: w.setPriority, run: open('priority', [task]) },
      ...(batches.length > 1 ? [{ id: 'batch', label: w.toBatch, run: open('batch', [task]) }] : []),
      ...(task.state === 'open'
        ? [{ id: 'cancel', label: w.cancel, danger: true, hint: w.cancelHint, run: () => void cancel([task]) }]
        : [{ id: 'requeue', label: w.requeue, run: open('requeue', [task]) }]),
    ],
    bulkButtons: (
      <>
        <Button slim onClick={open('priority', picked)}>{w.setPriority}</Button>
        {batches.length > 1 ? <Button slim onClick={open('batch', picked)}>{w.toBatch}</Button> : null}
        <Button slim onClick={open('requeue', picked)}>{w.requeue}</Button>
        <Button slim look="danger" onClick={open('cancel', picked)}>{w.cancelMany}</Button>
      </>
    ),
    status: <BulkProgress bulk={bulk} />,
    dialogs: ask === null ? null : ask.kind === 'cancel' ? (
      <Confirm
        title={w.cancelTitle(ask.tasks.length)} text={w.cancelHint} action={w.cancelMany} danger
        onConfirm={() => void cancel(ask.tasks)} onClose={() => setAsk(null)}
      />
    ) : ask.kind === 'requeue' ? <RequeueDialog tasks={ask.tasks} onClose={() => setAsk(null)} onSave={(s) => void requeue(ask.tasks, s)} />
      : ask.kind === 'priority' ? <PriorityDialog tasks={ask.tasks} onClose={() => setAsk(null)} onSave={(p) => void setPriority(ask.tasks, p)} />
      : <BatchDialog batches={batches} tasks={ask.tasks} onClose={() => setAsk(null)} onSave={(b) => void setBatch(ask.tasks, b)} />,
  };
}
