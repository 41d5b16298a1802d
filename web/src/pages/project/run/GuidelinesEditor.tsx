// The next version, written beside its preview. The draft lives in this tab only: guidelines are the client's content, and
// nothing of that is stored in a browser.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../../api';
import { manage } from '../../../api/manage';
import { onForget } from '../../../dark/forget';
import { Markdown } from '../../../markdown/Markdown';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { Confirm } from '../../../ui/Dialog';
import { Check, TextArea, TextField } from '../../../ui/Field';
import { useAction, useLoad } from '../../../ui/hooks';
import { ErrorCard, fieldError, Load } from '../../../ui/States';
import { toast } from '../../../ui/Toast';

interface Draft {
  text: string;
  note: string;
  must: boolean;
  /** The version it was begun on. */
  from: number;
  start: string;
}

const drafts = new Map<string, Draft>();
onForget(() => drafts.clear());
/** Another person at the same tab gets none of it. */
export const draftKey = (member: string, project: string): string => `${member} ${project}`;
export const hasDraft = (key: string): boolean => drafts.has(key);

export function GuidelinesEditor({ project, draft, from, onClose, onSaved }: {
  project: string; draft: string; from: number; onClose: () => void; onSaved: (version: number) => void;
}) {
  const base = useLoad(async (): Promise<Draft> => {
    const kept = drafts.get(draft);
    if (kept) return kept;
    const start = from > 0 ? ((await api.guidelines(project, from)).markdown ?? '') : t.projects.defaultGuidelines;
    return { text: start, note: '', must: false, from, start };
  }, [project, draft]);
  return <Load of={base} lines={10}>{(start) => <Form project={project} draft={draft} newest={from} start={start} onClose={onClose} onSaved={onSaved} />}</Load>;
}

function Form({ project, draft, newest, start, onClose, onSaved }: {
  project: string; draft: string; newest: number; start: Draft; onClose: () => void; onSaved: (version: number) => void;
}) {
  const [value, setValue] = useState(start);
  const [leaving, setLeaving] = useState(false);
  const action = useAction();
  const changed = value.text !== value.start || value.note !== '' || value.must;
  const g = t.guidelines;
  const set = (change: Partial<Draft>): void => {
    const next = { ...value, ...change };
    setValue(next);
    if (next.text !== next.start || next.note || next.must) drafts.set(draft, next);
    else drafts.delete(draft);
  };
  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [changed]);
  const discard = (): void => {
    drafts.delete(draft);
    onClose();
  };
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(async () => {
          const note = value.note.trim();
          const made = await manage.saveGuidelines(project, { markdown: value.text, ...(note ? { note } : {}), ...(value.must ? { must_read: true } : {}) });
          drafts.delete(draft);
          toast(g.published);
          onSaved(made.version);
        });
      }}
    >
      <div class="row between">
        <h2>{g.edit}</h2>
        <span class="small soft" role="status">{changed ? t.ui.unsaved : ''}</span>
      </div>
      {value.from !== newest ? <p class="hint-card warn">{g.movedOn(value.from, newest)}</p> : null}
      <div class="editor-split">
        <TextArea label={g.title} help={g.editorHelp} rows={22} value={value.text} onInput={(text) => set({ text })} error={fieldError(action.problem, '/markdown')} />
        <div class="field">
          <span class="label">{g.preview}</span>
          <div class="preview-pane" tabIndex={0} role="region" aria-label={g.preview}><Markdown text={value.text} /></div>
        </div>
      </div>
      <TextField label={g.note} help={g.noteHelp} optional value={value.note} onInput={(note) => set({ note })} maxLength={500} error={fieldError(action.problem, '/note')} />
      <Check label={g.must} help={g.mustHelp} value={value.must} onInput={(must) => set({ must })} />
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row">
        <Button look="primary" type="submit" busy={action.busy} disabled={!value.text.trim() || (value.text === value.start && !value.must)}>{g.publish}</Button>
        <Button onClick={() => (changed ? setLeaving(true) : onClose())}>{changed ? g.discard : t.common.cancel}</Button>
      </div>
      {leaving ? <Confirm title={g.discardTitle} text={g.discardText} action={g.discard} danger onConfirm={discard} onClose={() => setLeaving(false)} /> : null}
    </form>
  );
}
