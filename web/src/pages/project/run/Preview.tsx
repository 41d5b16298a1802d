// How the file will begin. It is fetched when asked for: each look opens answers, and every opening is on record.
import { useState } from 'preact/hooks';
import { manage } from '../../../api/manage';
import { asProblem, type Problem } from '../../../api';
import { Code } from '../../../markdown/Code';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { formatCount } from '../../../ui/format';
import { ErrorCard, Skeleton } from '../../../ui/States';
import { Table, type Column } from '../../../ui/Table';
import { readCsv, readLines } from './records';

const kRecords = 5;

export function Preview({ project, format, state, narrowed }: { project: string; format: string; state: string; narrowed: boolean }) {
  const [look, setLook] = useState<{ of: string; text: string | null; problem: Problem | null } | null>(null);
  const [at, setAt] = useState(0);
  const now = `${format} ${state}`;
  const d = t.deliveries;
  const fetchIt = (): void => {
    setLook({ of: now, text: null, problem: null });
    setAt(0);
    manage.preview(project, format, state, kRecords).then(
      (text) => setLook({ of: now, text, problem: null }), (error: unknown) => setLook({ of: now, text: null, problem: asProblem(error) }),
    );
  };
  if (!look || look.of !== now) return <div class="row"><Button onClick={fetchIt}>{d.look(kRecords)}</Button><span class="soft small">{d.lookHint}</span></div>;
  if (look.problem) return <ErrorCard problem={look.problem} onRetry={fetchIt} />;
  if (look.text === null) return <Skeleton lines={4} />;
  if (!look.text.trim()) return <p class="hint-card">{d.lookEmpty}</p>;
  return (
    <section class="stack" aria-label={d.look(kRecords)}>
      {narrowed ? <p class="soft small">{d.lookNarrowed}</p> : null}
      {format === 'csv' ? <CsvView text={look.text} /> : <LinesView text={look.text} at={at} onAt={setAt} />}
    </section>
  );
}

function CsvView({ text }: { text: string }) {
  const { head, rows } = readCsv(text, kRecords);
  const columns: Column<{ cells: string[]; i: number }>[] = head.map((name, i) => (
    { head: name, cell: (row) => <span class="clip" dir="auto">{row.cells[i] ?? ''}</span> }
  ));
  return (
    <div class="records">
      <Table
        label={t.deliveries.records} rows={rows.map((cells, i) => ({ cells, i }))} keyOf={(row) => String(row.i)}
        columns={columns}
      />
    </div>
  );
}

function LinesView({ text, at, onAt }: { text: string; at: number; onAt: (at: number) => void }) {
  const lines = readLines(text, kRecords);
  const d = t.deliveries;
  return (
    <>
      <div class="row between">
        <span class="small soft num" role="status">{d.recordOf(formatCount(at + 1), formatCount(lines.length))}</span>
        <span class="row">
          <Button slim disabled={at === 0} onClick={() => onAt(at - 1)}>{t.tasks.before}</Button>
          <Button slim disabled={at + 1 >= lines.length} onClick={() => onAt(at + 1)}>{t.tasks.after}</Button>
        </span>
      </div>
      <div class="records"><Code text={lines[at] ?? ''} language="json" /></div>
    </>
  );
}
