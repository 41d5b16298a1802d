// Step 4: the form with the first records in it, as an expert will see it; the editor beside it on demand.
import { useState } from 'preact/hooks';
import { api, type JsonObject } from '../../api';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { Frame, kNothingToSave, type StepProps } from '../newProject';
import { FormEditor, useDraft } from '../project/formEditor';
import { FormPreview } from '../project/formPreview';
import { pathsOf, samplesFor } from '../project/formTab';
import { Preview } from '../project/import';
import { madeOf, useImportSetup, type Setup } from '../project/importSetup';
import { useUnsaved } from '../unsaved';

export function FormStep(props: StepProps) {
  const setup = useImportSetup(props.project.id, props.form, props.base);
  const [editing, setEditing] = useState(false);
  if (editing) return <Edit {...props} setup={setup} onDone={() => setEditing(false)} />;
  const w = t.make.wizard;
  return (
    <Frame step="form" project={props.project.id} save={kNothingToSave}>
      <div class="card">
        <div class="row between">
          <h2>{t.make.preview.title}</h2>
          <Button data-form-edit onClick={() => setEditing(true)}>{w.editForm}</Button>
        </div>
        <p class="soft">{w.formHelp}</p>
        {setup.tasks.length > 0 ? <Preview setup={setup} form={props.form} project={props.project.id} />
          : <><p class="soft small">{t.make.preview.sample}</p><FormPreview form={props.form} data={samplesFor(props.form)} project={props.project.id} /></>}
      </div>
    </Frame>
  );
}

function Edit({ project, form, onProject, onForm, setup, onDone }: StepProps & { setup: Setup; onDone: () => void }) {
  const made = madeOf(setup.tasks);
  const [start] = useState(form);
  const draft = useDraft(start, made);
  // Columns that nothing uses yet may be shown too: naming one here makes it a place to match.
  const columns = setup.held?.look.own ? [] : setup.held?.look.fields.map((field) => field.path) ?? [];
  useUnsaved(draft.dirty);
  const save = async (): Promise<boolean> => {
    if (!draft.dirty) return true;
    if (!draft.valid()) return false;
    try {
      const next = await api.changeProject(project.id, { template: draft.form });
      onForm((await api.template(project.id)).form);
      onProject(next);
      return true;
    } catch (error) {
      if (draft.refused(error)) return false;
      throw error;
    }
  };
  const samples: JsonObject[] = made.length > 0 ? made : [samplesFor(draft.form)];
  return (
    <Frame step="form" project={project.id} save={save}>
      <div class="card">
        <div class="row between">
          <h2>{t.make.wizard.editForm}</h2>
          <Button
            data-form-done
            onClick={() => void save().then((saved) => {
              if (saved) onDone();
            }, () => undefined)}
          >
            {t.make.wizard.doneForm}
          </Button>
        </div>
        <FormEditor draft={draft} samples={samples} paths={[...new Set([...pathsOf(made), ...columns])]} project={project.id} real={made.length > 0} />
      </div>
    </Frame>
  );
}
