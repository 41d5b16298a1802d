import { useState } from 'preact/hooks';
import { api, asProblem, type Problem } from '../../api';
import css from '../../style/make.lazy.css';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { useAction } from '../../ui/hooks';
import { ErrorCard, problemText } from '../../ui/States';
import { adoptStyle } from '../../ui/adopt';
import { toast } from '../../ui/Toast';
import { changedSettings, kDefaults, settingsErrors, SettingsForm } from '../settingsForm';
import { focusField } from './formFocus';
import type { TabProps } from './index';

adoptStyle(css);

/** The setting that the server does not take, and why. */
export function serverErrors(problem: Problem | null): Map<string, string> {
  const name = /^\/settings\/(\w+)/.exec(problem?.field ?? '')?.[1];
  return problem && name ? new Map([[name, problemText(problem)]]) : new Map();
}

export function SettingsTab({ project, onProject, canChange }: TabProps) {
  const before = { ...kDefaults, ...project.settings };
  const [title, setTitle] = useState(project.title);
  const [settings, setSettings] = useState(before);
  const action = useAction();
  const changed = changedSettings(before, settings);
  const same = Object.keys(changed).length === 0 && title.trim() === project.title;
  const errors = new Map([...serverErrors(action.problem), ...settingsErrors(settings)]);
  const noTitle = !title.trim() ? t.projects.needTitle : action.problem?.field === '/title' ? problemText(action.problem) : null;
  const save = (): void => {
    const [wrong] = settingsErrors(settings).keys();
    if (noTitle && !title.trim()) return focusField('/title');
    if (wrong) return focusField(`/settings/${wrong}`);
    void action.run(async () => {
      const body = {
        ...(title.trim() !== project.title ? { title: title.trim() } : {}), ...(Object.keys(changed).length > 0 ? { settings: changed } : {}),
      };
      try {
        onProject(await api.changeProject(project.id, body));
      } catch (error) {
        focusField(asProblem(error).field ?? '');
        throw error;
      }
      toast(t.settings.saved);
    });
  };
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h2>{t.settings.title}</h2>
      <fieldset class="field stack" disabled={!canChange}>
        <legend class="sr-only">{t.settings.title}</legend>
        <div data-field="/title"><TextField label={t.projects.fieldTitle} value={title} onInput={setTitle} maxLength={200} error={noTitle} /></div>
        <SettingsForm
          value={settings} errors={errors}
          onChange={(next) => {
            action.clear();
            setSettings(next);
          }}
        />
      </fieldset>
      {action.problem && serverErrors(action.problem).size === 0 ? <ErrorCard problem={action.problem} /> : null}
      {canChange ? <div class="row"><Button look="primary" type="submit" busy={action.busy} disabled={same}>{t.settings.save}</Button></div> : null}
    </form>
  );
}
