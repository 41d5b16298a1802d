import { useRef, useState } from 'preact/hooks';
import { asProblem, type ImportResult, type Problem } from '../../api';
import { importTasks, type Upload } from '../../api/upload';
import { t } from '../../strings';
import { Button, LinkButton } from '../../ui/Button';
import { ChoiceCards } from '../../ui/Field';
import { formatBytes, formatCount } from '../../ui/format';
import { href } from '../../ui/route';
import { ProgressBar } from '../../ui/ProgressBar';
import { ErrorCard, Stat } from '../../ui/States';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/Toast';
import type { TabProps } from './index';

type OnError = 'skip' | 'refuse';

function resultOf(body: Record<string, unknown>): ImportResult | null {
  return Array.isArray(body.errors) && typeof body.rejected === 'number' ? (body as unknown as ImportResult) : null;
}

export function ImportTab({ project }: TabProps) {
  const [onError, setOnError] = useState<OnError>('skip');
  const [sending, setSending] = useState<{ name: string; sent: number; total: number } | null>(null);
  const [result, setResult] = useState<{ refused: boolean; value: ImportResult } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [over, setOver] = useState(false);
  const upload = useRef<Upload<ImportResult> | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const i = t.imports;

  const send = async (file: File | undefined): Promise<void> => {
    if (!file || sending) return;
    setResult(null);
    setProblem(null);
    if (file.size === 0) return toast(i.empty);
    setSending({ name: file.name, sent: 0, total: file.size });
    upload.current = importTasks(project.id, file, onError, (sent, total) => setSending({ name: file.name, sent, total }));
    try {
      setResult({ refused: false, value: await upload.current.done });
    } catch (error) {
      const failed = asProblem(error);
      const listed = failed.kind === 'import-refused' ? resultOf(failed.body) : null;
      if (listed) setResult({ refused: true, value: listed });
      else if (failed.kind === 'stopped') toast(i.stopped);
      else setProblem(failed);
    } finally {
      setSending(null);
      if (input.current) input.current.value = '';
    }
  };

  return (
    <div class="stack">
      <div class="card">
        <h2>{i.title}</h2>
        <p class="soft">{i.help}</p>
        <ChoiceCards
          label={i.onError} value={onError} onInput={setOnError}
          options={[{ value: 'skip', label: i.skip, help: i.skipHelp }, { value: 'refuse', label: i.refuse, help: i.refuseHelp }]}
        />
        {sending ? (
          <div class="stack">
            <ProgressBar label={i.sending(sending.name)} value={sending.sent} total={sending.total} format={formatBytes} rate />
            <div class="row between">
              <span class="soft small" role="status">{sending.sent >= sending.total ? i.reading : ''}</span>
              <Button slim onClick={() => upload.current?.cancel()}>{i.stop}</Button>
            </div>
          </div>
        ) : (
          <div
            class={over ? 'drop over' : 'drop'}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              void send(event.dataTransfer?.files[0]);
            }}
          >
            <p>{i.drop}</p>
            <input
              ref={input} class="sr-only" id="import-file" type="file" accept=".ndjson,.jsonl,.json,.csv" tabIndex={-1} aria-label={i.choose}
              onChange={(event) => void send(event.currentTarget.files?.[0])}
            />
            <Button look="primary" onClick={() => input.current?.click()}>{i.choose}</Button>
          </div>
        )}
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
      {result ? <Result refused={result.refused} value={result.value} tasks={href('projects', project.id, 'tasks')} /> : null}
    </div>
  );
}

function Result({ refused, value, tasks }: { refused: boolean; value: ImportResult; tasks: string }) {
  const i = t.imports;
  return (
    <section class="card" role="status" aria-label={i.imported}>
      {refused ? <p class="bad"><strong>{i.refused}</strong></p> : null}
      <dl class="stats">
        <Stat label={i.imported} value={formatCount(refused ? 0 : value.imported)} />
        <Stat label={i.duplicate} value={formatCount(value.duplicate ?? 0)} />
        <Stat label={i.rejected} value={formatCount(value.rejected)} />
      </dl>
      {value.errors.length > 0 ? (
        <>
          <h3>{i.firstErrors(value.errors.length)}</h3>
          <Table
            label={i.rejected} rows={value.errors} keyOf={(row) => `${row.line}/${row.field ?? ''}/${row.reason}`}
            columns={[
              { head: i.line, cell: (row) => formatCount(row.line) },
              { head: i.field, cell: (row) => <span class="mono">{row.field ?? ''}</span> },
              { head: i.reason, cell: (row) => row.reason },
            ]}
          />
        </>
      ) : null}
      {refused ? null : <div class="row"><LinkButton to={tasks}>{i.toTasks}</LinkButton></div>}
    </section>
  );
}
