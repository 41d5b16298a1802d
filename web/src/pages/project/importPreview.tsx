// The first tasks as the import would make them, one at a time, in the form; what does not fit says so with its place.
import { useEffect, useState } from 'preact/hooks';
import type { JsonObject } from '../../api';
import { isFault, type Fault, type Made } from '../../imports/convert';
import type { Mapping } from '../../imports/mapping';
import { Code } from '../../markdown/Code';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { formatCount } from '../../ui/format';
import { useCommands } from '../../ui/commands';
import { pretty } from '../../work/views/messages';
import { FormPreview } from './formPreview';
import type { Checked } from './importSetup';
import { say, type Said } from './importWords';

/** What is wrong with each of the first tasks: ours first, then what the server found. */
function wrongs(tasks: (Made | Fault)[], checked: Checked, mapping: Mapping | null): (Said | null)[] {
  let n = 0;
  return tasks.map((task) => {
    if (isFault(task)) return say({ line: task.line, field: task.field, code: task.code, reason: '' }, mapping);
    const found = checked.samples[n++];
    return found ? say({ line: task.line, field: found.field, code: null, reason: found.reason }, mapping) : null;
  });
}

function Verdict({ bad, count, checked }: { bad: number; count: number; checked: Checked }) {
  const p = t.make.preview;
  const state = bad > 0 ? 'bad' : checked.state === 'asked' ? 'good' : checked.state;
  return (
    <p role="status" class={state === 'bad' ? 'bad' : state === 'good' ? 'good' : 'soft'} data-first={state}>
      {state === 'bad' ? p.bad(bad, count) : state === 'good' ? p.good(count) : state === 'failed' ? p.unchecked : p.checking}
    </p>
  );
}

export function PreviewTasks({ form, tasks, checked, mapping, project, raw }: {
  form: unknown; tasks: (Made | Fault)[]; checked: Checked; mapping: Mapping | null; project: string;
  /** The records behind the tasks, shown where no task came of one. */
  raw: (task: Made | Fault) => JsonObject | null;
}) {
  const [at, setAt] = useState(0);
  const found = wrongs(tasks, checked, mapping);
  const bad = found.filter(Boolean).length;
  const place = Math.min(at, Math.max(0, tasks.length - 1));
  useEffect(() => setAt(0), [tasks.length]);
  const p = t.make.preview;
  const move = (by: number): void => setAt(Math.max(0, Math.min(tasks.length - 1, place + by)));
  useCommands([
    { id: 'preview-previous', label: p.previous, keys: ['['], run: () => move(-1), enabled: place > 0 },
    { id: 'preview-next', label: p.next, keys: [']'], run: () => move(1), enabled: place < tasks.length - 1 },
  ]);
  const task = tasks[place];
  const wrong = found[place];
  if (!task) return null;
  const record = isFault(task) ? raw(task) : null;
  return (
    <div class="stack">
      <Verdict bad={bad} count={tasks.length} checked={checked} />
      <div class="row" role="group" aria-label={p.pick}>
        <Button slim hint="[" disabled={place === 0} aria-label={p.previous} onClick={() => move(-1)}>‹</Button>
        {tasks.map((_, n) => (
          <Button
            key={n} slim pressed={n === place} class={found[n] ? 'preview-bad' : ''} aria-label={`${p.task(n + 1, tasks.length)}${found[n] ? `: ${found[n]?.reason}` : ''}`}
            onClick={() => setAt(n)}
          >
            {found[n] ? `${n + 1} !` : n + 1}
          </Button>
        ))}
        <Button slim hint="]" disabled={place === tasks.length - 1} aria-label={p.next} onClick={() => move(1)}>›</Button>
      </div>
      {wrong ? (
        <div class="hint-card warn" data-wrong>
          <p><strong>{p.atLine(formatCount(wrong.line))}: {wrong.reason}</strong>{wrong.where ? <> · <bdi>{wrong.where}</bdi></> : null}</p>
          <p>{wrong.mend}</p>
        </div>
      ) : null}
      {isFault(task)
        ? record ? <div><p class="small soft">{p.raw}</p><Code text={pretty(record)} language="json" /></div> : null
        : <FormPreview form={form} data={task.data} project={project} />}
    </div>
  );
}
