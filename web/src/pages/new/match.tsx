// Step 3: what of the file goes where in the form.
import { t } from '../../strings/make';
import { Frame, kNothingToSave, type StepProps } from '../newProject';
import { Preview } from '../project/import';
import { FilePick } from '../project/importFile';
import { isMapped, MappingForm } from '../project/importMapping';
import { useImportSetup } from '../project/importSetup';

export function MatchStep({ project, form, base }: StepProps) {
  const setup = useImportSetup(project.id, form, base);
  const ready = setup.held !== null && setup.plan !== null;
  return (
    <Frame step="match" project={project.id} save={kNothingToSave}>
      <div class="card">
        <h2>{t.make.map.title}</h2>
        {ready ? <MappingForm setup={setup} /> : <><p>{t.make.file.again}</p><FilePick setup={setup} /></>}
      </div>
      {ready && isMapped(setup) ? (
        <div class="card">
          <h2>{t.make.preview.title}</h2>
          <Preview setup={setup} form={form} project={project.id} />
        </div>
      ) : null}
    </Frame>
  );
}
