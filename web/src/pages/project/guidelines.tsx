import { useState } from 'preact/hooks';
import { api } from '../../api';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { Select, TextField } from '../../ui/Field';
import { formatTime } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { Empty, ErrorCard, Load } from '../../ui/States';
import { toast } from '../../ui/Toast';
import { MarkdownField } from '../markdownField';
import type { TabProps } from './index';

export function GuidelinesTab({ project, onProject, canChange }: TabProps) {
  const versions = useLoad(() => api.guidelinesList(project.id), [project.id, project.guidelines_version]);
  const [shown, setShown] = useState<number | null>(null);
  const [against, setAgainst] = useState(0);
  const [editing, setEditing] = useState(false);
  const g = t.guidelines;
  if (editing) {
    return (
      <Editor
        project={project.id} from={project.guidelines_version} onClose={() => setEditing(false)}
        onSaved={(version) => {
          setEditing(false);
          setShown(version);
          onProject({ ...project, guidelines_version: version });
        }}
      />
    );
  }
  return (
    <Load of={versions}>
      {(page) => {
        const latest = page.items[0]?.version ?? 0;
        if (latest === 0) {
          return (
            <Empty title={g.empty} text={g.emptyHint}>
              {canChange ? <Button look="primary" onClick={() => setEditing(true)}>{g.edit}</Button> : null}
            </Empty>
          );
        }
        const version = shown ?? latest;
        const named = (n: number): string => {
          const item = page.items.find((x) => x.version === n);
          return [g.version(n), item?.note, formatTime(item?.created_at)].filter(Boolean).join(' · ');
        };
        const all = page.items.map((x) => x.version);
        return (
          <div class="stack">
            <div class="grid-2">
              <Select label={g.title} value={String(version)} options={all.map((n) => [String(n), named(n)])} onInput={(v) => setShown(Number(v))} />
              {all.length > 1 ? (
                <Select
                  label={g.compare} value={String(against)} onInput={(v) => setAgainst(Number(v))}
                  options={[['0', t.common.none], ...all.filter((n) => n !== version).map((n) => [String(n), named(n)] as [string, string])]}
                />
              ) : null}
            </div>
            {canChange ? <div class="row"><Button onClick={() => setEditing(true)}>{g.edit}</Button></div> : null}
            {against > 0 && against !== version
              ? <Diff project={project.id} from={against} to={version} /> : <Version project={project.id} version={version} />}
          </div>
        );
      }}
    </Load>
  );
}

function Version({ project, version }: { project: string; version: number }) {
  const text = useLoad(() => api.guidelines(project, version), [project, version]);
  return <div class="card"><h2>{t.guidelines.version(version)}</h2><Load of={text}>{(data) => <Markdown text={data.markdown ?? ''} />}</Load></div>;
}

function Diff({ project, from, to }: { project: string; from: number; to: number }) {
  const diff = useLoad(() => api.guidelinesDiff(project, to, from), [project, from, to]);
  return (
    <div class="card">
      <h2>{t.guidelines.changed(from, to)}</h2>
      <Load of={diff}>
        {(data) => data.lines.every((l) => l.op === '=') ? <p>{t.guidelines.same}</p> : (
          <div class="diff">
            {data.lines.map((line, i) => (
              <div key={i} class={line.op === '+' ? 'add' : line.op === '-' ? 'del' : ''}><span>{line.op === '=' ? '' : line.op}</span><span>{line.text}</span></div>
            ))}
          </div>
        )}
      </Load>
    </div>
  );
}

function Editor({ project, from, onClose, onSaved }: {
  project: string; from: number; onClose: () => void; onSaved: (version: number) => void;
}) {
  const base = useLoad(() => (from > 0 ? api.guidelines(project, from).then((x) => x.markdown ?? '') : Promise.resolve(t.projects.defaultGuidelines)), [project, from]);
  return <Load of={base}>{(text) => <EditorForm project={project} start={text} onClose={onClose} onSaved={onSaved} />}</Load>;
}

function EditorForm({ project, start, onClose, onSaved }: {
  project: string; start: string; onClose: () => void; onSaved: (version: number) => void;
}) {
  const [text, setText] = useState(start);
  const [note, setNote] = useState('');
  const action = useAction();
  const g = t.guidelines;
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(async () => {
          const made = await api.saveGuidelines(project, text, note.trim() || undefined);
          toast(g.published);
          onSaved(made.version);
        });
      }}
    >
      <h2>{g.edit}</h2>
      <MarkdownField label={g.title} value={text} onInput={setText} />
      <TextField label={g.note} help={g.noteHelp} optional value={note} onInput={setNote} maxLength={500} />
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row">
        <Button look="primary" type="submit" busy={action.busy} disabled={!text.trim() || text === start}>{g.publish}</Button>
        <Button onClick={onClose}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
