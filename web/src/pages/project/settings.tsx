import { useState } from 'preact/hooks';
import { api } from '../../api';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { useAction } from '../../ui/hooks';
import { ErrorCard } from '../../ui/States';
import { toast } from '../../ui/Toast';
import { changedSettings, kDefaults, SettingsForm } from '../settingsForm';
import type { TabProps } from './index';

export function SettingsTab({ project, onProject, canChange }: TabProps) {
  const [title, setTitle] = useState(project.title);
  const [settings, setSettings] = useState({ ...kDefaults, ...project.settings });
  const action = useAction();
  const before = { ...kDefaults, ...project.settings };
  const changed = changedSettings(before, settings);
  const same = Object.keys(changed).length === 0 && title.trim() === project.title;
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(async () => {
          const body = {
            ...(title.trim() !== project.title ? { title: title.trim() } : {}), ...(Object.keys(changed).length > 0 ? { settings: changed } : {}),
          };
          onProject(await api.changeProject(project.id, body));
          toast(t.settings.saved);
        });
      }}
    >
      <h2>{t.settings.title}</h2>
      <fieldset class="field stack" disabled={!canChange}>
        <legend class="sr-only">{t.settings.title}</legend>
        <TextField label={t.projects.fieldTitle} value={title} onInput={setTitle} maxLength={200} />
        <SettingsForm value={settings} onChange={setSettings} />
      </fieldset>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      {canChange ? <div class="row"><Button look="primary" type="submit" busy={action.busy} disabled={same || !title.trim()}>{t.settings.save}</Button></div> : null}
    </form>
  );
}
