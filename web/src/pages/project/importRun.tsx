// An import under way: how far, how fast, how long still; what was taken; what was wrong, and how to mend it.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api';
import { importLines } from '../../api/upload';
import type { Plan } from '../../imports/convert';
import { hold, type Held } from '../../imports/held';
import { ImportRun, type RunState } from '../../imports/run';
import { slices, whole } from '../../imports/slices';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { ChoiceCards } from '../../ui/Field';
import { formatBytes, formatCount } from '../../ui/format';
import { ProgressBar } from '../../ui/ProgressBar';
import { ErrorCard, Stat } from '../../ui/States';
import { Table } from '../../ui/Table';
import { download, errorsCsv, say } from './importWords';

type OnError = 'skip' | 'refuse';
const kShownErrors = 100;

function newRun(project: string, held: Held, plan: Plan, onError: OnError): ImportRun {
  const name = `import-${Date.now().toString(36)}`;
  const of = slices(held.file, held.look.source, plan);
  const send = (body: string | Blob, key: string): ReturnType<typeof importLines> => {
    const upload = importLines(project, body instanceof Blob ? body : new Blob([body]), onError, key);
    // Uploads go by themselves; a sign-in that ended or a locked room is for the whole page to hear.
    upload.done.catch((error: { status?: number }) => {
      if (error.status === 401 || error.status === 423) void api.me().catch(() => undefined);
    });
    return upload;
  };
  const run: ImportRun = new ImportRun(onError === 'refuse' ? whole(of, (bytes) => run.reads(bytes)) : of, held.file.size, name, send);
  return run;
}

/** The state of a run, whoever started it. */
export function useRun(run: ImportRun | null): RunState | null {
  const [state, setState] = useState<RunState | null>(run?.state ?? null);
  useEffect(() => {
    setState(run?.state ?? null);
    return run?.listen(setState);
  }, [run]);
  return run ? (state ?? run.state) : null;
}

export function StartImport({ project, held, plan, disabled, label, onStarted }: {
  project: string; held: Held; plan: Plan; disabled: boolean; label?: string; onStarted: (held: Held) => void;
}) {
  const [onError, setOnError] = useState<OnError>('skip');
  const r = t.make.run;
  return (
    <div class="stack">
      <ChoiceCards
        label={r.onError} value={onError} onInput={setOnError}
        options={[{ value: 'skip', label: r.skip, help: r.skipHelp }, { value: 'refuse', label: r.refuse, help: r.refuseHelp }]}
      />
      <div class="row">
        <Button
          look="primary" disabled={disabled} data-import-start
          onClick={() => {
            const next = { ...held, mapping: plan.mapping, run: newRun(project, held, plan, onError) };
            hold(project, next);
            void next.run.start();
            onStarted(next);
          }}
        >
          {label ?? r.start}
        </Button>
      </div>
    </div>
  );
}

export function RunPanel({ held }: { held: Held }) {
  const state = useRun(held.run);
  const r = t.make.run;
  if (!held.run || !state) return null;
  const { run } = held;
  const going = state.phase === 'sending' || state.phase === 'waiting';
  const said = {
    sending: r.away, waiting: r.waiting, stopped: r.stopped, failed: r.failed, refused: r.refused, done: r.done,
  }[state.phase];
  return (
    <section class="stack" aria-label={r.title} data-import={state.phase}>
      {state.phase === 'done' || state.phase === 'refused' ? null
        : <ProgressBar label={r.sending(held.file.name)} value={state.bytes} total={state.total} format={formatBytes} rate />}
      <div class="row between">
        <p role="status" class={state.phase === 'failed' || state.phase === 'refused' ? 'bad' : state.phase === 'waiting' ? 'warn' : ''}>{said}</p>
        {going ? <Button slim onClick={() => run.stop()}>{r.stop}</Button> : run.over ? null : <Button slim look="primary" onClick={() => void run.start()}>{r.goOn}</Button>}
      </div>
      {state.problem && state.phase === 'failed'
        ? state.problem.kind === 'page' ? <p class="bad">{r.unread}</p> : <ErrorCard problem={state.problem} /> : null}
      <dl class="stats">
        <Stat label={r.imported} value={formatCount(state.imported)} />
        <Stat label={r.duplicate} value={formatCount(state.duplicate)} />
        <Stat label={r.rejected} value={formatCount(state.rejected)} />
      </dl>
      {state.again && state.duplicate > 0 ? <p class="soft small">{r.again}</p> : null}
      {state.errors.length > 0 ? <Errors held={held} state={state} /> : null}
    </section>
  );
}

function Errors({ held, state }: { held: Held; state: RunState }) {
  const r = t.make.run;
  const shown = [...state.errors].sort((a, b) => a.line - b.line).slice(0, kShownErrors).map((error, n) => ({ ...say(error, held.mapping), n }));
  return (
    <div class="stack">
      <div class="row between">
        <h3>{r.errors} <span class="soft small">{state.rejected > shown.length ? r.first(formatCount(shown.length), formatCount(state.rejected)) : ''}</span></h3>
        <Button slim onClick={() => download(errorsCsv(state.errors, held.mapping), r.fileName, 'text/csv;charset=utf-8')}>{r.download}</Button>
      </div>
      <Table
        label={r.errors} rows={shown} keyOf={(row) => String(row.n)}
        columns={[
          { head: held.look.source.kind === 'array' ? r.item : r.line, cell: (row) => formatCount(row.line) },
          { head: r.field, cell: (row) => <bdi class="mono">{row.where}</bdi> },
          { head: r.reason, cell: (row) => row.reason },
          { head: r.mend, cell: (row) => row.mend },
        ]}
      />
    </div>
  );
}
