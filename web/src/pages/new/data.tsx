// Step 2: the file, or none yet.
import { useState } from 'preact/hooks';
import { api, asProblem, type Problem } from '../../api';
import type { Held } from '../../imports/held';
import type { Entry } from '../../imports/source';
import { t } from '../../strings/make';
import { ErrorCard } from '../../ui/States';
import { Table } from '../../ui/Table';
import { Frame, kNothingToSave, type StepProps } from '../newProject';
import { FilePick } from '../project/importFile';
import { useImportSetup } from '../project/importSetup';
import { isStarter, starterFrom } from './starter';

const kShownColumns = 6;
const kShownRows = 3;

function FirstRecords({ held }: { held: Held }) {
  const { fields, head } = held.look;
  const columns = fields.filter((field) => field.path.split('/').length === 2).slice(0, kShownColumns);
  const show = (value: unknown): string => {
    const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
    return text.length > 120 ? `${text.slice(0, 120)}…` : text;
  };
  const rows = head.filter((entry) => entry.value).slice(0, kShownRows);
  return (
    <Table
      label={t.make.wizard.firstRecords} rows={rows} keyOf={(entry) => String(entry.line)}
      columns={columns.map((field) => ({ head: field.name, cell: (entry: Entry) => <span dir="auto">{show(entry.value?.[field.name])}</span> }))}
    />
  );
}

export function DataStep({ project, form, base, onProject, onForm }: StepProps) {
  const setup = useImportSetup(project.id, form, base);
  const [problem, setProblem] = useState<Problem | null>(null);
  const w = t.make.wizard;
  /** A form of one's own that nobody has touched yet begins with what the file holds. */
  const picked = async (held: Held): Promise<void> => {
    setProblem(null);
    if (project.template.kind !== 'custom' || !isStarter(form) || held.look.own) return;
    try {
      const made = starterFrom(held.look.fields, held.look.head);
      onProject(await api.changeProject(project.id, { template: made }));
      onForm(made);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const { held } = setup;
  const usable = held !== null && !held.look.problem;
  return (
    <Frame step="data" project={project.id} save={kNothingToSave} {...(usable ? {} : { next: w.withoutFile })}>
      <div class="card">
        <h2>{t.make.file.title}</h2>
        <p class="soft">{t.make.file.help}</p>
        <FilePick setup={setup} onPicked={(next) => void picked(next)} />
        {problem ? <ErrorCard problem={problem} /> : null}
        {usable ? <><h3>{w.firstRecords}</h3><FirstRecords held={held} /></> : null}
        {held ? null : <p class="soft small">{w.emptyHelp}</p>}
      </div>
    </Frame>
  );
}
