import { useState } from 'preact/hooks';
import { api, type Task, type TaskState } from '../../api';
import { Code } from '../../markdown/Code';
import { t } from '../../strings';
import { Button, Segmented } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { formatCount, formatTime, shortId } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { Empty, ErrorCard, Load, Pill } from '../../ui/States';
import { Paged, Table, usePages } from '../../ui/Table';
import { toast } from '../../ui/Toast';
import { AnswersView } from '../../work/AnswersView';
import { readForm } from '../../work/form';
import { TaskViews } from '../../work/views/TaskViews';
import { pretty } from '../../work/views/messages';
import type { TabProps } from './index';

const tone = (state: TaskState): 'good' | 'bad' | 'accent' => (state === 'done' ? 'good' : state === 'cancelled' ? 'bad' : 'accent');

export function TasksTab({ project, canChange }: TabProps) {
  const [state, setState] = useState<TaskState | 'all'>('all');
  const [shown, setShown] = useState<string | null>(null);
  const pages = usePages((cursor) => api.tasks(project.id, { cursor, ...(state === 'all' ? {} : { state }) }), [project.id, state]);
  const w = t.tasks;
  return (
    <div class="stack">
      <div>
        <Segmented
          label={w.state} value={state} onChange={setState}
          options={[['all', w.all], ['open', w.states.open], ['done', w.states.done], ['cancelled', w.states.cancelled]]}
        />
      </div>
      <Paged pages={pages} empty={<Empty title={w.empty} text={w.emptyHint} />}>
        {(rows) => (
          <Table
            label={w.title} rows={rows} keyOf={(row) => row.id}
            columns={[
              { head: w.id, cell: (row) => <Button slim look="quiet" onClick={() => setShown(row.id)}>{row.key ?? shortId(row.id)}</Button> },
              { head: w.kind, cell: (row) => w.kinds[row.kind] ?? row.kind },
              { head: w.state, cell: (row) => <Pill tone={tone(row.state)}>{w.states[row.state]}</Pill> },
              { head: w.answers, end: true, cell: (row) => (row.kind === 'work' ? t.common.of(formatCount(row.submitted), formatCount(row.overlap)) : formatCount(row.submitted)) },
              { head: w.reserved, end: true, cell: (row) => formatCount(row.leased) },
              { head: w.priority, end: true, cell: (row) => row.priority },
            ]}
          />
        )}
      </Paged>
      {shown ? (
        <TaskDialog
          id={shown} project={project.id} canChange={canChange} onClose={() => setShown(null)}
          onChanged={(task) => pages.setRows((rows) => rows.map((row) => (row.id === task.id ? { ...row, ...task } : row)))}
        />
      ) : null}
    </div>
  );
}

function TaskDialog({ id, project, canChange, onClose, onChanged }: {
  id: string; project: string; canChange: boolean; onClose: () => void; onChanged: (task: Task) => void;
}) {
  const task = useLoad(() => api.task(id), [id]);
  const template = useLoad(() => api.template(project).then((x) => readForm(x.form)), [project]);
  const action = useAction();
  const w = t.tasks;
  const act = (what: (id: string) => Promise<Task>, text: string): void => {
    void action.run(async () => {
      onChanged(await what(id));
      toast(text);
      task.reload();
    });
  };
  const form = template.data;
  return (
    <Dialog title={task.data?.key ?? shortId(id)} wide onClose={onClose}>
      <Load of={task}>
        {(data) => (
          <>
            <div class="row between">
              <span class="row"><Pill tone={tone(data.state)}>{w.states[data.state]}</Pill><span class="soft small">{w.version} {data.version} · {formatTime(data.created_at)}</span></span>
              {canChange && data.state === 'open' ? <Button slim look="danger" busy={action.busy} title={w.cancelHint} onClick={() => act(api.cancelTask, w.cancelled)}>{w.cancel}</Button> : null}
              {canChange && data.state !== 'open' ? <Button slim busy={action.busy} onClick={() => act(api.requeueTask, w.requeued)}>{w.requeue}</Button> : null}
            </div>
            {action.problem ? <ErrorCard problem={action.problem} /> : null}
            {form ? <TaskViews form={form} data={data.data ?? {}} order={[]} chosen={undefined} row="" /> : <Code text={pretty(data.data)} language="json" />}
            <h3>{w.given}</h3>
            {(data.submissions ?? []).length === 0 ? <p class="soft">{w.noAnswers}</p> : null}
            {(data.submissions ?? []).map((s) => (
              <div key={s.id} class="turn">
                <p class="who"><span>{shortId(s.member)} · {formatTime(s.submitted_at)}</span><span>{t.submissionStates[s.state] ?? s.state}</span></p>
                {form && s.answers ? <AnswersView form={form} answers={s.answers} data={data.data ?? {}} /> : <Code text={pretty(s.answers)} language="json" />}
              </div>
            ))}
          </>
        )}
      </Load>
    </Dialog>
  );
}
