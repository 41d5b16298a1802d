// Step 4: the form with the first records in it, as an expert will see it, and the editor beside it on demand.
import { useMemo, useState } from 'preact/hooks';
import { readForm } from '../../work/form';
import { targetsOf } from '../../imports/targets';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { Frame, kNothingToSave, type StepProps } from '../newProject';
import { FormPreview } from '../project/formPreview';
import { Preview } from '../project/import';
import { madeOf, useImportSetup } from '../project/importSetup';
import { sampleData } from './starter';

export function FormStep({ project, form, base }: StepProps) {
  const setup = useImportSetup(project.id, form, base);
  const [editing, setEditing] = useState(false);
  const w = t.make.wizard;
  const made = madeOf(setup.tasks);
  const sample = useMemo(() => {
    const read = readForm(form);
    return sampleData(read ? targetsOf(read) : [], { text: w.sampleText, item: w.sampleItem, answer: w.sampleAnswer });
  }, [form]);
  return (
    <Frame step="form" project={project.id} save={kNothingToSave}>
      <div class="card">
        <div class="row between">
          <h2>{t.make.preview.title}</h2>
          <Button onClick={() => setEditing(!editing)}>{editing ? w.doneForm : w.editForm}</Button>
        </div>
        <p class="soft">{w.formHelp}</p>
        {setup.tasks.length > 0 ? <Preview setup={setup} form={form} project={project.id} />
          : <><p class="soft small">{t.make.preview.sample}</p><FormPreview form={form} data={made[0] ?? sample} project={project.id} /></>}
      </div>
    </Frame>
  );
}
