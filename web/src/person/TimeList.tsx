// Today's entries of one project, each of which can be put right; used in the time panel and on the page "My work".
import { useState } from 'preact/hooks';
import { newKey } from '../api';
import { personApi, type TimeReport } from '../api/person';
import type { ActivityClass } from '../api/types';
import { useSession } from '../session';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Select } from '../ui/Field';
import { formatDuration, formatTime } from '../ui/format';
import { useAction, useLoad } from '../ui/hooks';
import { ErrorCard, Load } from '../ui/States';
import { Table } from '../ui/Table';
import { toast } from '../ui/Toast';
import { ClockField } from './ClockField';
import { timeQueue } from './keep';
import { loadTime } from './loadTime';
import { atClock, clockOf, kNothingMs, overlapping, rowsSince, startOfDay, totals, wrongWith, type TimeRow } from './timeLog';

const kKinds: ActivityClass[] = ['work', 'guidelines', 'training', 'rework', 'review', 'research', 'waiting'];

const clock = (ms: number): string => formatTime(new Date(ms).toISOString());
const spanOf = (row: TimeRow): string => t.timesheet.span(clock(row.startMs), clock(row.endMs));

export function TimeList({ project, onChange }: { project: string; onChange?: () => void }) {
  const member = useSession().me.member.id;
  const since = startOfDay(Date.now());
  const entries = useLoad(async () => {
    await timeQueue.flush(member);
    return loadTime(member, project, since);
  }, [project]);
  const [editing, setEditing] = useState<TimeRow | 'new' | null>(null);
  const unsent = timeQueue.waiting(member).length;
  const done = (): void => {
    setEditing(null);
    entries.reload();
    onChange?.();
  };
  return (
    <Load of={entries}>
      {(list) => {
        const rows = rowsSince(list, since);
        return (
          <div class="stack">
            {rows.length === 0 ? <p class="soft">{t.timesheet.none}</p> : <Rows rows={rows} onEdit={setEditing} />}
            {rows.length > 0 ? <Sums rows={rows} since={since} /> : null}
            {unsent > 0 ? <p class="warn small" role="status">{t.timesheet.unsent(unsent)}</p> : null}
            {editing === null ? <div class="row"><Button slim onClick={() => setEditing('new')}>{t.timesheet.add}</Button></div> : (
              <EditTime
                key={editing === 'new' ? 'new' : editing.id} project={project} row={editing === 'new' ? null : editing} rows={rows}
                onDone={done} onCancel={() => setEditing(null)}
              />
            )}
          </div>
        );
      }}
    </Load>
  );
}

function Rows({ rows, onEdit }: { rows: TimeRow[]; onEdit: (row: TimeRow) => void }) {
  const columns = t.timesheet.columns;
  return (
    <Table
      label={t.timesheet.today} rows={rows} keyOf={(row) => row.id}
      columns={[
        { head: columns.kind, cell: (row) => t.timesheet.classes[row.class] ?? row.class },
        { head: columns.when, cell: (row) => <span class="nowrap">{spanOf(row)}</span> },
        { head: columns.length, cell: (row) => <span class="nowrap">{formatDuration(row.endMs - row.startMs)}</span> },
        { head: columns.source, cell: (row) => <span class="soft">{t.timesheet.sources[row.source] ?? row.source}</span> },
        { head: '', end: true, cell: (row) => <Button slim look="quiet" onClick={() => onEdit(row)}>{t.timesheet.correct}</Button> },
      ]}
    />
  );
}

function Sums({ rows, since }: { rows: TimeRow[]; since: number }) {
  const sums = totals(rows, since);
  const all = [...sums.values()].reduce((a, b) => a + b, 0);
  return (
    <p class="row" data-sums>
      <strong>{t.timesheet.total}: {formatDuration(all)}</strong>
      {[...sums].map(([kind, ms]) => <span key={kind} class="pill">{t.timesheet.classes[kind] ?? kind} {formatDuration(ms)}</span>)}
    </p>
  );
}

function EditTime({ project, row, rows, onDone, onCancel }: {
  project: string; row: TimeRow | null; rows: TimeRow[]; onDone: () => void; onCancel: () => void;
}) {
  const now = Date.now();
  const [kind, setKind] = useState<ActivityClass>(row?.class ?? 'work');
  const [from, setFrom] = useState(clockOf(row?.startMs ?? now - 30 * 60_000));
  const [to, setTo] = useState(clockOf(row?.endMs ?? now));
  const action = useAction();
  // Seconds are kept where the minute was not touched.
  const at = (text: string, was: number | undefined): number => (was !== undefined && clockOf(was) === text ? was : atClock(was ?? now, text));
  const [startMs, endMs] = [at(from, row?.startMs), at(to, row?.endMs)];
  const wrong = wrongWith(startMs, endMs, now);
  const other = wrong ? null : overlapping(rows, startMs, endMs, row?.id ?? null);
  const save = (start: number, end: number): void => {
    void action.run(async () => {
      const entry: TimeReport = {
        class: kind, started_at: new Date(start).toISOString(), ended_at: new Date(end).toISOString(), source: 'manual',
        ...(row?.assignment ? { assignment: row.assignment } : {}), ...(row ? { replaces: row.id } : {}),
      };
      await personApi.reportTime(project, [entry], newKey());
      toast(t.timesheet.saved);
      onDone();
    });
  };
  return (
    <form
      class="card" aria-label={row ? t.timesheet.correctTitle : t.timesheet.addTitle}
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) save(startMs, endMs);
      }}
    >
      <h3>{row ? t.timesheet.correctTitle : t.timesheet.addTitle}</h3>
      <div class="time-fields">
        <Select label={t.timesheet.kind} value={kind} options={kKinds.map((k) => [k, t.timesheet.classes[k] ?? k])} onInput={setKind} />
        <ClockField label={t.timesheet.from} value={from} onInput={setFrom} autofocus />
        <ClockField label={t.timesheet.to} value={to} onInput={setTo} error={wrong ? t.timesheet.wrong[wrong] : null} />
      </div>
      {other ? <p class="small warn">{t.timesheet.overlaps(t.timesheet.row(t.timesheet.classes[other.class] ?? other.class, spanOf(other), formatDuration(other.endMs - other.startMs)))}</p> : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row">
        <Button look="primary" type="submit" slim busy={action.busy} disabled={wrong !== null}>{t.timesheet.save}</Button>
        {row ? <Button slim busy={action.busy} onClick={() => save(row.startMs, row.startMs + kNothingMs)}>{t.timesheet.takeAway}</Button> : null}
        <Button slim onClick={onCancel}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
