// A form and what it looks like, side by side; as JSON on demand. What is wrong is said at its place, by us at once and by the
// server a moment later.
import { useMemo, useRef, useState } from 'preact/hooks';
import { asProblem, type JsonObject } from '../../api';
import { t } from '../../strings/make';
import { Button, Segmented } from '../../ui/Button';
import { TextArea, TextField } from '../../ui/Field';
import { issuesOf, readJson } from './formEdit';
import { focusField } from './formFocus';
import { FormList } from './formList';
import { FormPreview } from './formPreview';
import { useCheck, type Checked } from './importSetup';

export interface Draft {
  form: JsonObject;
  set: (form: JsonObject) => void;
  latest: () => JsonObject;
  dirty: boolean;
  checked: Checked;
  /** By their place in the form: /questions/2/options. */
  errors: Map<string, string>;
  /** Goes to the first thing that is wrong; false if there is one. */
  valid: () => boolean;
  /** What the server said to a save: true if it belongs to a place in the form. */
  refused: (error: unknown) => boolean;
}

export function useDraft(saved: unknown, samples: JsonObject[]): Draft {
  const [form, setForm] = useState<JsonObject>(() => saved as JsonObject);
  const [refusal, setRefusal] = useState<{ field: string; reason: string } | null>(null);
  const now = useRef(form);
  now.current = form;
  const issues = useMemo(() => issuesOf(form), [form]);
  const checked = useCheck(issues.length === 0 ? form : null, samples);
  const errors = useMemo(() => {
    const found = new Map(issues.map((issue) => [issue.pointer, t.make.form.issues[issue.code] ?? issue.code]));
    const wrong = refusal ?? (issues.length === 0 ? checked.form : null);
    if (wrong) found.set(wrong.field.replace(/^\/template/, '') || '/', wrong.reason);
    return found;
  }, [issues, checked, refusal]);
  const [first] = errors.keys();
  return {
    form, errors, checked, dirty: JSON.stringify(form) !== JSON.stringify(saved), latest: () => now.current,
    set: (next) => {
      setRefusal(null);
      now.current = next;
      setForm(next);
    },
    valid: () => {
      if (first !== undefined) focusField(first);
      return first === undefined;
    },
    refused: (error) => {
      const problem = asProblem(error);
      if (!problem.field?.startsWith('/template')) return false;
      setRefusal({ field: problem.field, reason: problem.detail || problem.title });
      focusField(problem.field.replace(/^\/template/, ''));
      return true;
    },
  };
}

function JsonSide({ draft }: { draft: Draft }) {
  const [text, setText] = useState(() => JSON.stringify(draft.form, null, 2));
  const [error, setError] = useState<string | null>(null);
  const w = t.make.form;
  const places = [...draft.errors].map(([pointer, reason]) => `${pointer}: ${reason}`).join('\n');
  return (
    <TextArea
      label={w.json} help={w.jsonHelp} code rows={28} value={text} error={error ?? (places || null)}
      onInput={(given) => {
        setText(given);
        const read = readJson(given);
        setError('error' in read ? w.badJson(read.error) : null);
        if ('form' in read) draft.set(read.form);
      }}
    />
  );
}

export function FormEditor({ draft, samples, paths, project, real }: {
  draft: Draft; samples: JsonObject[]; paths: string[]; project: string;
  /** false: the data shown is made up. */
  real: boolean;
}) {
  const [side, setSide] = useState<'form' | 'json'>('form');
  const [at, setAt] = useState(0);
  const { form, errors, checked } = draft;
  const w = t.make.form;
  const p = t.make.preview;
  const editing = { form, errors, paths, onForm: draft.set, latest: draft.latest };
  const text = (name: string): string => (typeof form[name] === 'string' ? (form[name] as string) : '');
  const shown = (checked.state === 'asked' && checked.whole) || form;
  const place = Math.min(at, samples.length - 1);
  const misfit = real ? checked.samples[place] : null;
  const whole = errors.get('/');
  return (
    <div class="form-editor">
      <div class="stack">
        <Segmented label={w.side} value={side} onChange={setSide} options={[['form', w.sides.form], ['json', w.sides.json]]} />
        {whole ? <p class="bad" role="alert">{whole}</p> : null}
        {side === 'json' ? <JsonSide draft={draft} /> : (
          <>
            <FormList editing={editing} list="/views" side="views" title={w.views} />
            <FormList editing={editing} list="/questions" side="questions" title={w.questions} />
            <details>
              <summary>{w.about}</summary>
              <div class="stack fold">
                <div data-field="/title"><TextField label={w.title} optional value={text('title')} maxLength={500} error={errors.get('/title') ?? null} onInput={(v) => draft.set({ ...form, title: v || undefined })} /></div>
                <div data-field="/help"><TextArea label={w.help} rows={2} value={text('help')} error={errors.get('/help') ?? null} onInput={(v) => draft.set({ ...form, help: v || undefined })} /></div>
                <div data-field="/hide"><Hide draft={draft} /></div>
              </div>
            </details>
          </>
        )}
        <p role="status" class={errors.size > 0 ? 'bad small' : 'soft small'} data-form-state={errors.size > 0 ? 'wrong' : checked.state}>
          {errors.size > 0 ? w.wrongs(errors.size) : checked.state === 'asking' ? p.checking : checked.state === 'asked' ? w.works : checked.state === 'failed' ? w.unchecked : ''}
        </p>
      </div>
      <div class="stack form-editor-preview">
        <div class="row between">
          <h3>{real ? p.title : p.sample}</h3>
          {samples.length > 1 ? (
            <span class="row">
              <Button slim aria-label={p.previous} disabled={place <= 0} onClick={() => setAt(place - 1)}>‹</Button>
              <span class="small soft num">{p.task(place + 1, samples.length)}</span>
              <Button slim aria-label={p.next} disabled={place >= samples.length - 1} onClick={() => setAt(place + 1)}>›</Button>
            </span>
          ) : null}
        </div>
        {misfit ? <p class="warn" data-misfit>{w.misfit(misfit.field, misfit.reason)}</p> : null}
        <FormPreview form={shown} data={samples[place] ?? {}} project={project} />
      </div>
    </div>
  );
}

function Hide({ draft }: { draft: Draft }) {
  const list = Array.isArray(draft.form.hide) ? draft.form.hide.filter((one): one is string => typeof one === 'string') : [];
  const [text, setText] = useState(list.join(', '));
  const error = draft.errors.get('/hide') ?? [...draft.errors].find(([pointer]) => pointer.startsWith('/hide/'))?.[1] ?? null;
  return (
    <TextField
      label={t.make.form.hide} help={`${t.make.form.hideHelp} ${t.make.form.commas}`} value={text} error={error}
      onInput={(given) => {
        setText(given);
        const hide = given.split(',').map((one) => one.trim()).filter(Boolean);
        draft.set({ ...draft.form, hide: hide.length > 0 ? hide : undefined });
      }}
    />
  );
}
