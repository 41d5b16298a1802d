// The form of a project: what it shows and asks, changed beside a preview on its own tasks.
import { useMemo, useState } from 'preact/hooks';
import { api, type JsonObject } from '../../api';
import { fieldsOf } from '../../imports/source';
import { targetsOf } from '../../imports/targets';
import css from '../../style/make.lazy.css';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { useAction, useLoad } from '../../ui/hooks';
import { ErrorCard, Load } from '../../ui/States';
import { adoptStyle } from '../../ui/adopt';
import { toast } from '../../ui/Toast';
import { readForm } from '../../work/form';
import { sampleData } from '../new/starter';
import { useUnsaved } from '../unsaved';
import { FormEditor, useDraft } from './formEditor';
import type { TabProps } from './index';

adoptStyle(css);

const kMostTasks = 10;

/** What the first tasks of a project hold. */
async function tasksOf(project: string): Promise<JsonObject[]> {
  const page = await api.tasks(project, { limit: kMostTasks });
  const whole = await Promise.all(page.items.map((task) => api.task(task.id)));
  return whole.flatMap((task) => (task.data ? [task.data] : []));
}

export function samplesFor(form: unknown): JsonObject {
  const read = readForm(form);
  const w = t.make.wizard;
  return sampleData(read ? targetsOf(read) : [], { text: w.sampleText, item: w.sampleItem, answer: w.sampleAnswer });
}

/** Every place of these data, for `from`. */
export const pathsOf = (samples: JsonObject[]): string[] =>
  fieldsOf(samples.map((value) => ({ line: 1, value, raw: null, fault: null }))).map((field) => field.path);

export function FormTab(props: TabProps) {
  const { project } = props;
  const all = useLoad(() => Promise.all([api.template(project.id), tasksOf(project.id)]), [project.id, project.template.version]);
  return <Load of={all}>{([template, tasks]) => <Inner key={template.version} {...props} saved={template.form} tasks={tasks} />}</Load>;
}

function Inner({ project, onProject, canChange, saved, tasks }: TabProps & { saved: unknown; tasks: JsonObject[] }) {
  const real = tasks.length > 0;
  const [start] = useState(saved);
  const samples = useMemo(() => (real ? tasks : [samplesFor(start)]), [tasks]);
  const draft = useDraft(start, real ? samples : []);
  const action = useAction();
  const w = t.make.form;
  useUnsaved(draft.dirty);
  const save = (): void => {
    if (!draft.valid()) return;
    void action.run(async () => {
      try {
        const next = await api.changeProject(project.id, { template: draft.form });
        toast(w.saved(next.template.version));
        onProject(next);
      } catch (error) {
        if (!draft.refused(error)) throw error;
      }
    });
  };
  return (
    <div class="card">
      <div class="row between">
        <h2>{w.heading}</h2>
        <span class="soft small">{w.version(project.template.version)}</span>
      </div>
      <FormEditor draft={draft} samples={real ? samples : [samplesFor(draft.form)]} paths={pathsOf(samples)} project={project.id} real={real} />
      {canChange ? (
        <div class="stack tight">
          <p class="soft small">{w.inWork}</p>
          {action.problem ? <ErrorCard problem={action.problem} /> : null}
          <div class="row">
            <Button look="primary" busy={action.busy} disabled={!draft.dirty} data-form-save onClick={save}>{w.save(project.template.version + 1)}</Button>
            {draft.dirty ? <Button onClick={() => draft.set(start as JsonObject)}>{w.discard}</Button> : null}
          </div>
        </div>
      ) : null}
    </div>
  );
}
