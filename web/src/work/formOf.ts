// The form of a project in one version: fetched once and kept, the oldest forgotten first.
import { api } from '../api';
import { onForget } from '../dark/forget';
import { readForm, type Form } from './form';

const kMostKept = 20;
const forms = new Map<string, Form | null>();
onForget(() => forms.clear());

export async function formOf(project: string, version: number): Promise<Form | null> {
  const key = `${project}/${version}`;
  const known = forms.get(key);
  if (known !== undefined) return known;
  const form = readForm((await api.template(project, version)).form);
  forms.set(key, form);
  const [oldest] = forms.keys();
  if (forms.size > kMostKept && oldest !== undefined) forms.delete(oldest);
  return form;
}
