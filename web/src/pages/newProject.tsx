import { useState } from 'preact/hooks';
import { api, itemsOf } from '../api';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { Button, Segmented } from '../ui/Button';
import { ChoiceCards, TextArea, TextField } from '../ui/Field';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { go } from '../ui/route';
import { ErrorCard, Load } from '../ui/States';
import { toast } from '../ui/Toast';
import { changedSettings, kDefaults, SettingsForm } from './settingsForm';

export function MarkdownField({ label, help, value, onInput }: {
  label: string; help?: string; value: string; onInput: (value: string) => void;
}) {
  const [preview, setPreview] = useState<'write' | 'preview'>('write');
  return (
    <div class="stack tight">
      <div>
        <Segmented label={label} value={preview} onChange={setPreview} options={[['write', t.work.write], ['preview', t.work.preview]]} />
      </div>
      {preview === 'write'
        ? <TextArea label={label} rows={12} value={value} onInput={onInput} {...(help ? { help } : {})} />
        : <div class="turn"><Markdown text={value} /></div>}
    </div>
  );
}

export function NewProjectPage() {
  const templates = useLoad(() => api.templates().then(itemsOf), []);
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState('preference');
  const [guidelines, setGuidelines] = useState(t.projects.defaultGuidelines);
  const [settings, setSettings] = useState(kDefaults);
  const [tried, setTried] = useState(false);
  const action = useAction();
  useTitle(t.projects.newTitle);
  const create = (): void => {
    setTried(true);
    if (!title.trim()) return;
    void action.run(async () => {
      const written = guidelines.trim() !== t.projects.defaultGuidelines.trim() ? guidelines : '';
      const project = await api.createProject({
        title: title.trim(), template: kind, settings: changedSettings(kDefaults, settings), ...(written.trim() ? { guidelines: written } : {}),
      });
      toast(t.projects.created);
      go('projects', project.id, 'import');
    });
  };
  return (
    <form
      class="stack" aria-label={t.projects.newTitle}
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <h1>{t.projects.newTitle}</h1>
      <div class="card">
        <TextField
          label={t.projects.fieldTitle} help={t.projects.titleHelp} value={title} onInput={setTitle} maxLength={200} autofocus
          error={tried && !title.trim() ? t.projects.needTitle : null}
        />
        <Load of={templates}>
          {(list) => (
            <ChoiceCards
              label={t.projects.kind} value={kind} onInput={setKind}
              options={list.map((x) => ({ value: x.kind, label: (t.templates as Record<string, string>)[x.kind] ?? x.title, help: x.description }))}
            />
          )}
        </Load>
      </div>
      <div class="card">
        <h2>{t.projects.guidelines}</h2>
        <MarkdownField label={t.projects.guidelines} help={t.projects.guidelinesHelp} value={guidelines} onInput={setGuidelines} />
      </div>
      <div class="card">
        <h2>{t.projects.settings}</h2>
        <SettingsForm value={settings} onChange={setSettings} />
      </div>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row"><Button look="primary" type="submit" busy={action.busy}>{t.projects.createIt}</Button></div>
    </form>
  );
}
