// Step 1: a name and a kind of work. Going on makes the project, in preparation.
import { useState } from 'preact/hooks';
import { api, asProblem, itemsOf, type Project, type TemplateInfo } from '../../api';
import { kStarter } from './starter';
import { t } from '../../strings/make';
import { Select, TextField } from '../../ui/Field';
import { useLoad } from '../../ui/hooks';
import { go, replacePath } from '../../ui/route';
import { Load, problemText } from '../../ui/States';
import { Frame } from '../newProject';
import { useUnsaved } from '../unsaved';
import { focusField } from '../project/formFocus';
import { KindArt } from './kinds';

const kOwn = 'custom';
const kCopy = 'copy';

function KindCard({ value, chosen, title, help, example, onInput }: {
  value: string; chosen: boolean; title: string; help: string; example: string; onInput: (value: string) => void;
}) {
  return (
    <label class="choice-card kind-card">
      <input type="radio" name="kind" value={value} checked={chosen} onChange={() => onInput(value)} />
      <strong>{title}</strong>
      <KindArt kind={value} />
      <span class="help">{help}</span>
      {example ? <span class="kind-example">{example}</span> : null}
    </label>
  );
}

function Kinds({ list, kind, onKind, copies }: { list: TemplateInfo[]; kind: string; onKind: (kind: string) => void; copies: boolean }) {
  const w = t.make.wizard;
  const names = t.templates as Record<string, string>;
  const card = (value: string, title: string, help: string): preact.JSX.Element => (
    <KindCard key={value} value={value} chosen={kind === value} title={title} help={help} example={w.examples[value] ?? ''} onInput={onKind} />
  );
  return (
    <fieldset class="field">
      <legend>{t.projects.kind}</legend>
      <div class="cards">
        {list.map((x) => card(x.kind, names[x.kind] ?? x.title, x.description))}
        {card(kOwn, names.custom ?? kOwn, w.ownHelp)}
        {copies ? card(kCopy, w.copy, w.copyHelp) : null}
      </div>
    </fieldset>
  );
}

/** The whole of another project but its tasks and people. */
async function copyOf(id: string): Promise<{ template: unknown; settings: object; guidelines?: string }> {
  const [project, template] = await Promise.all([api.project(id), api.template(id)]);
  const guidelines = project.guidelines_version > 0 ? (await api.guidelines(id, 'latest')).markdown : undefined;
  return { template: template.form, settings: project.settings, ...(guidelines ? { guidelines } : {}) };
}

export function WorkStep({ project, form }: { project: Project | null; form: unknown }) {
  const templates = useLoad(() => api.templates().then(itemsOf), []);
  const others = useLoad(() => api.projects({ limit: 200 }), []);
  const [title, setTitle] = useState(project?.title ?? '');
  const [kind, setKind] = useState(project?.template.kind ?? 'preference');
  const [copied, setCopied] = useState('');
  const [wrong, setWrong] = useState<{ title?: string; copied?: string }>({});
  const sources = (others.data?.items ?? []).filter((one) => one.id !== project?.id && one.role !== 'expert' && one.role !== 'reviewer');
  useUnsaved(title.trim() !== (project?.title ?? ''));
  const w = t.make.wizard;
  const valid = (): boolean => {
    const found = { ...(title.trim() ? {} : { title: t.projects.needTitle }), ...(kind === kCopy && !copied ? { copied: w.needCopy } : {}) };
    setWrong(found);
    if (found.title) focusField('/title');
    else if (found.copied) focusField('/copy');
    return Object.keys(found).length === 0;
  };
  const template = (): unknown => (kind === kOwn ? kStarter : kind);
  const create = async (): Promise<void> => {
    const from = kind === kCopy ? await copyOf(copied) : { template: template() };
    const made = await api.createProject({ title: title.trim(), ...from });
    // Going back in the browser leads to this step of the project that is there now, not to a second one.
    replacePath('new', made.id, 'work');
    setTimeout(() => go('new', made.id, 'data'));
  };
  const change = async (old: Project): Promise<void> => {
    const body = {
      ...(title.trim() !== old.title ? { title: title.trim() } : {}),
      ...(kind === kCopy ? { template: (await copyOf(copied)).template } : kind !== old.template.kind ? { template: template() } : {}),
    };
    if (Object.keys(body).length > 0) await api.changeProject(old.id, body);
  };
  const save = async (): Promise<boolean> => {
    if (!valid()) return false;
    try {
      await (project ? change(project) : create());
      return project !== null;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.field !== '/title') throw error;
      setWrong({ title: problemText(problem) });
      focusField('/title');
      return false;
    }
  };
  return (
    <Frame
      step="work" project={project?.id ?? null} save={save} next={w.next(w.steps.data)}
      {...(project ? {} : { onNext: async () => void (await save()) })}
    >
      <div class="card">
        <p class="soft">{w.workHelp}</p>
        <div data-field="/title">
          <TextField label={t.projects.fieldTitle} help={t.projects.titleHelp} value={title} onInput={setTitle} maxLength={200} autofocus error={wrong.title ?? null} />
        </div>
        <Load of={templates}>{(list) => <Kinds list={list} kind={kind} onKind={setKind} copies={sources.length > 0} />}</Load>
        {kind === kCopy ? (
          <div data-field="/copy">
            <Select label={w.copyWhich} value={copied} options={[['', '–'], ...sources.map((one) => [one.id, one.title] as [string, string])]} onInput={setCopied} help={wrong.copied ?? ''} />
          </div>
        ) : null}
        {project && form && kind !== project.template.kind ? <p class="warn">{w.kindChanges}</p> : null}
      </div>
    </Frame>
  );
}
