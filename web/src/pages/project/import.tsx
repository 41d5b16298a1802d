// More tasks for a project: a file, what of it goes where, the first tasks in the form, then the import.
import { useMemo, useState } from 'preact/hooks';
import { api, itemsOf } from '../../api';
import { isFault } from '../../imports/convert';
import { heldFor, type Held } from '../../imports/held';
import css from '../../style/make.lazy.css';
import { t } from '../../strings/make';
import { adoptStyle } from '../../ui/adopt';
import { Button, LinkButton } from '../../ui/Button';
import { useLoad } from '../../ui/hooks';
import { href } from '../../ui/route';
import { Load } from '../../ui/States';
import { FilePick } from './importFile';
import { isMapped, MappingForm } from './importMapping';
import { PreviewTasks } from './importPreview';
import { RunPanel, StartImport, useRun } from './importRun';
import { madeOf, useCheck, useImportSetup, type Setup } from './importSetup';
import type { TabProps } from './index';

adoptStyle(css);

/** The form of a project, and that of the built-in which it rests on. */
export async function formsOf(project: string): Promise<{ form: unknown; base: unknown }> {
  const [template, builtins] = await Promise.all([api.template(project), api.templates()]);
  const base = itemsOf(builtins).find((one) => one.kind === template.kind);
  return { form: template.form, base: base?.form ?? null };
}

export function ImportTab({ project }: TabProps) {
  const forms = useLoad(() => formsOf(project.id), [project.id, project.template.version]);
  return <Load of={forms}>{({ form, base }) => <Import project={project.id} form={form} base={base} />}</Load>;
}

export function Preview({ setup, form, project }: { setup: Setup; form: unknown; project: string }) {
  const samples = useMemo(() => madeOf(setup.tasks), [setup.tasks]);
  const checked = useCheck(samples.length > 0 ? form : null, samples);
  return (
    <PreviewTasks
      form={form} tasks={setup.tasks} checked={checked} mapping={setup.plan?.own ? null : setup.plan?.mapping ?? null} project={project}
      raw={(task) => setup.held?.look.head.find((entry) => isFault(task) && entry.line === task.line)?.value ?? null}
    />
  );
}

function Import({ project, form, base }: { project: string; form: unknown; base: unknown }) {
  const setup = useImportSetup(project, form, base);
  const [started, setStarted] = useState<Held | null>(() => (heldFor(project)?.run ? heldFor(project) : null));
  const state = useRun(started?.run ?? null);
  if (started?.run && state) {
    const over = started.run.over;
    return (
      <div class="card">
        <h2>{t.make.run.title}</h2>
        <RunPanel held={started} />
        <div class="row">
          {state.imported > 0 ? <LinkButton to={href('projects', project, 'tasks')}>{t.make.run.toTasks}</LinkButton> : null}
          {over || state.phase === 'failed' || state.phase === 'stopped' ? (
            <Button
              onClick={() => {
                setup.drop();
                setStarted(null);
              }}
            >
              {t.make.run.another}
            </Button>
          ) : null}
        </div>
      </div>
    );
  }
  const { held, plan } = setup;
  const ready = held !== null && plan !== null;
  return (
    <div class="stack">
      <div class="card">
        <h2>{t.make.file.title}</h2>
        <p class="soft">{t.make.file.help}</p>
        <FilePick setup={setup} />
      </div>
      {ready && !held.look.own ? <div class="card"><h2>{t.make.map.title}</h2><MappingForm setup={setup} /></div> : null}
      {ready ? (
        <>
          <div class="card">
            <h2>{t.make.preview.title}</h2>
            <p class="soft">{t.make.preview.help}</p>
            <Preview setup={setup} form={form} project={project} />
          </div>
          <div class="card">
            <h2>{t.make.run.title}</h2>
            <StartImport project={project} held={held} plan={plan} disabled={!isMapped(setup)} onStarted={setStarted} />
          </div>
        </>
      ) : null}
    </div>
  );
}
