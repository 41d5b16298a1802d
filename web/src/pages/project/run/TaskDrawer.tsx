// One task out of the list: as its people see it, their answers beside one another, and what reviewers said of each.
import { useState } from 'preact/hooks';
import { api, type Project, type Submission, type Task } from '../../../api';
import { Code } from '../../../markdown/Code';
import { t } from '../../../strings';
import { AnswersView } from '../../../work/AnswersView';
import { readForm, type Form } from '../../../work/form';
import { pretty } from '../../../work/views/messages';
import { TaskViews } from '../../../work/views/TaskViews';
import { Button, Segmented } from '../../../ui/Button';
import { Drawer } from '../../../ui/Drawer';
import { formatCount, formatDuration, formatTime, shortId } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { Menu } from '../../../ui/Menu';
import { Load, Pill } from '../../../ui/States';
import { nameOfTask, taskTone, type TaskDeeds } from './taskDeeds';

const kMostAnswers = 20;

export function TaskDrawer({ id, project, row, deeds, near, onOpen, onClose }: {
  id: string; project: Project; row: Task | null; deeds: TaskDeeds | null; near: { before: string | null; after: string | null };
  onOpen: (id: string) => void; onClose: () => void;
}) {
  const task = useLoad(() => api.task(id), [id, deeds?.round ?? 0]);
  const form = useLoad(() => api.template(project.id).then((x) => readForm(x.form)), [project.id]);
  const w = t.tasks;
  const shown = task.data ?? row;
  return (
    <Drawer
      title={shown ? nameOfTask(shown) : shortId(id)} onClose={onClose}
      actions={
        <>
          <Button slim disabled={!near.before} onClick={() => near.before && onOpen(near.before)}>{w.before}</Button>
          <Button slim disabled={!near.after} onClick={() => near.after && onOpen(near.after)}>{w.after}</Button>
          {deeds && shown ? <Menu label={t.ui.menuOf(nameOfTask(shown))} items={deeds.items(shown)} /> : null}
        </>
      }
    >
      <Load of={task} lines={6}>
        {(data) => (
          <>
            <p class="row small soft">
              <Pill tone={taskTone(data.state)}>{w.states[data.state]}</Pill>
              <span>{w.kinds[data.kind] ?? data.kind}</span>
              <span>{w.version} {data.version}</span>
              <span>{w.priority} {formatCount(data.priority)}</span>
              <span>{formatTime(data.created_at)}</span>
            </p>
            <Shown task={data} form={form.data} />
            <Answers task={data} form={form.data} />
          </>
        )}
      </Load>
    </Drawer>
  );
}

function Shown({ task, form }: { task: Task; form: Form | null }) {
  const [raw, setRaw] = useState<'form' | 'raw'>('form');
  const w = t.tasks;
  return (
    <section class="stack" aria-label={w.data}>
      <div class="row between">
        <h3>{w.data}</h3>
        <Segmented label={w.data} value={raw} onChange={setRaw} options={[['form', w.asSeen], ['raw', w.asSent]]} />
      </div>
      {raw === 'raw' || !form ? <Code text={pretty(task.data)} language="json" />
        : <TaskViews form={form} data={task.data ?? {}} order={[]} chosen={undefined} row="" />}
      {task.gold ? (
        <div class="hint-card">
          <h4>{w.rightAnswer}</h4>
          {form ? <AnswersView form={form} answers={task.gold.answers} data={task.data ?? {}} /> : <Code text={pretty(task.gold.answers)} language="json" />}
          {task.gold.reason ? <p class="soft">{task.gold.reason}</p> : null}
        </div>
      ) : null}
    </section>
  );
}

function Answers({ task, form }: { task: Task; form: Form | null }) {
  const w = t.tasks;
  const all = task.submissions ?? [];
  return (
    <section class="stack" aria-label={w.given}>
      <h3>{w.given} <span class="soft num">{formatCount(all.length)}</span></h3>
      {all.length === 0 ? <p class="soft">{w.noAnswers}</p> : (
        <div class="beside">{all.slice(0, kMostAnswers).map((s) => <Answer key={s.id} submission={s} task={task} form={form} />)}</div>
      )}
    </section>
  );
}

function Answer({ submission, task, form }: { submission: Submission; task: Task; form: Form | null }) {
  // The list has no reviews; each answer brings its own.
  const whole = useLoad(() => api.submission(submission.id), [submission.id, submission.state, submission.revision]);
  const s = whole.data ?? submission;
  const answers = s.answers ?? submission.answers;
  return (
    <article class="pane">
      <header class="row between small">
        <span class="strong" title={s.member}>{t.tasks.person(shortId(s.member))}</span>
        <Pill tone={s.state === 'accepted' || s.state === 'fixed' ? 'good' : s.state === 'rejected' ? 'bad' : s.state === 'returned' ? 'warn' : 'accent'}>
          {t.submissionStates[s.state] ?? s.state}
        </Pill>
      </header>
      <p class="small soft">
        {[formatTime(s.submitted_at), formatDuration(s.active_ms), t.tasks.underGuidelines(s.guidelines_version), s.revision > 1 ? t.tasks.revision(s.revision) : ''].filter(Boolean).join(' · ')}
      </p>
      {!answers ? null : form ? <AnswersView form={form} answers={answers} data={task.data ?? {}} /> : <Code text={pretty(answers)} language="json" />}
      {(s.reviews ?? []).map((r, i) => (
        <div key={i} class="verdict small">
          <span class="strong">{t.review.verdicts[r.verdict]}</span>
          {r.reason ? <span> · {(t.review.reasons as Record<string, string>)[r.reason] ?? r.reason}</span> : null}
          {r.created_at ? <span class="soft"> · {formatTime(r.created_at)}</span> : null}
          {r.note ? <p class="prewrap">{r.note}</p> : null}
        </div>
      ))}
    </article>
  );
}
