// Step 5: what people should look for, and how the work goes. Settings hold nothing of the content, so they may wait in the
// browser for the moment when they are saved; the guidelines are saved with the step.
import { useState } from 'preact/hooks';
import { api, asProblem, type Settings } from '../../api';
import { t } from '../../strings/make';
import { useLoad } from '../../ui/hooks';
import { Load } from '../../ui/States';
import { MarkdownField } from '../markdownField';
import { Frame, type StepProps } from '../newProject';
import { useUnsaved } from '../unsaved';
import { focusField } from '../project/formFocus';
import { serverErrors } from '../project/settings';
import { changedSettings, kDefaults, settingsErrors, SettingsForm } from '../settingsForm';

const keyOf = (project: string): string => `guildhall-settings-${project}`;

function kept(project: string): Partial<Settings> {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(project)) ?? '{}') as Partial<Settings>;
  } catch {
    return {};
  }
}

function keep(project: string, changed: Partial<Settings> | null): void {
  try {
    if (changed) sessionStorage.setItem(keyOf(project), JSON.stringify(changed));
    else sessionStorage.removeItem(keyOf(project));
  } catch {
    // Storage is off: the page asks before it is left.
  }
}

export function SettingsStep(props: StepProps) {
  const version = props.project.guidelines_version;
  const text = useLoad(
    () => (version > 0 ? api.guidelines(props.project.id, 'latest').then((g) => g.markdown ?? '') : Promise.resolve(t.projects.defaultGuidelines)), [props.project.id, version],
  );
  return <Load of={text}>{(start) => <Inner {...props} start={start} />}</Load>;
}

function Inner({ project, onProject, start }: StepProps & { start: string }) {
  const before = { ...kDefaults, ...project.settings };
  const [settings, setSettings] = useState<Settings>({ ...before, ...kept(project.id) });
  const [text, setText] = useState(start);
  const [refused, setRefused] = useState(new Map<string, string>());
  const errors = new Map([...refused, ...settingsErrors(settings)]);
  const written = text.trim() !== start.trim() && text.trim() !== t.projects.defaultGuidelines.trim() && text.trim() !== '';
  useUnsaved(written);
  const save = async (): Promise<boolean> => {
    const [wrong] = settingsErrors(settings).keys();
    if (wrong) {
      focusField(`/settings/${wrong}`);
      return false;
    }
    const changed = changedSettings(before, settings);
    try {
      if (Object.keys(changed).length > 0) onProject(await api.changeProject(project.id, { settings: changed }));
      keep(project.id, null);
      if (written) await api.saveGuidelines(project.id, text);
      return true;
    } catch (error) {
      const found = serverErrors(asProblem(error));
      setRefused(found);
      const [name] = found.keys();
      if (!name) throw error;
      focusField(`/settings/${name}`);
      return false;
    }
  };
  return (
    <Frame step="settings" project={project.id} save={save}>
      <div class="card">
        <h2>{t.projects.guidelines}</h2>
        <MarkdownField label={t.projects.guidelines} help={t.projects.guidelinesHelp} value={text} onInput={setText} />
      </div>
      <div class="card">
        <h2>{t.projects.settings}</h2>
        <p class="soft">{t.make.wizard.settingsHelp}</p>
        <SettingsForm
          brief value={settings} errors={errors}
          onChange={(next) => {
            setRefused(new Map());
            setSettings(next);
            keep(project.id, changedSettings(before, next));
          }}
        />
      </div>
    </Frame>
  );
}
