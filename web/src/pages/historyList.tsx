// My submissions, newest first, by state.
import { useState } from 'preact/hooks';
import type { Project, SubmissionState } from '../api';
import { personApi } from '../api/person';
import { t } from '../strings';
import { Button, LinkButton, Segmented } from '../ui/Button';
import { formatDuration, formatTime, shortId } from '../ui/format';
import { href } from '../ui/route';
import { Empty, Pill } from '../ui/States';
import { Paged, Table, usePages } from '../ui/Table';

const kTones: Partial<Record<SubmissionState, 'good' | 'warn' | 'bad' | 'accent'>> = {
  accepted: 'good', fixed: 'accent', returned: 'warn', rejected: 'bad',
};

export function SubmissionPill({ state }: { state: SubmissionState }) {
  const tone = kTones[state];
  return <Pill {...(tone ? { tone } : {})}>{t.history.stateWords[state] ?? state}</Pill>;
}

export function HistoryList({ project }: { project: Project }) {
  const [state, setState] = useState('all');
  const pages = usePages((cursor) => personApi.mySubmissions(project.id, { state: state === 'all' ? null : state, cursor }), [project.id, state]);
  const h = t.history;
  const empty = state === 'all' ? (
    <Empty title={h.none} text={h.noneText}>
      {project.state === 'open' && project.role === 'expert' ? <LinkButton look="primary" to={href('work', project.id, 'work')}>{h.start}</LinkButton> : null}
    </Empty>
  ) : <Empty title={h.noneOf} text={h.noneOfText}><Button onClick={() => setState('all')}>{h.states.all}</Button></Empty>;
  return (
    <>
      <Segmented label={h.filter} value={state} options={Object.entries(h.states)} onChange={setState} />
      <Paged pages={pages} empty={empty}>
        {(rows) => (
          <Table
            label={h.tabs.submissions} rows={rows} keyOf={(row) => row.id}
            columns={[
              { head: h.at, cell: (row) => <a class="nowrap" href={href('history', project.id, 'submissions', row.id)}>{formatTime(row.submitted_at)}</a> },
              { head: h.state, cell: (row) => <SubmissionPill state={row.state} /> },
              { head: '#', cell: (row) => <span class="soft">{h.task(shortId(row.task))}{row.revision > 1 ? ` · ${h.revision(row.revision)}` : ''}</span> },
              { head: h.worked, end: true, cell: (row) => <span class="nowrap">{formatDuration(row.active_ms)}</span> },
            ]}
          />
        )}
      </Paged>
    </>
  );
}
