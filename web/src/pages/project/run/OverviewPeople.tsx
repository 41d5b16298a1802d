// Who does the work, the most first: a bar for a glance, figures beside it.
import { api, type ProjectMember } from '../../../api';
import { allOf } from '../../../api/manage';
import { t } from '../../../strings';
import { LinkButton } from '../../../ui/Button';
import { formatCount, formatDuration, formatPercent, shortId } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { href } from '../../../ui/route';
import { Load } from '../../../ui/States';
import { Table } from '../../../ui/Table';
import { meanMs } from './pace';

const kShown = 8;
export const personName = (row: ProjectMember): string => row.member.name || row.member.email || shortId(row.member.id);

export function OverviewPeople({ project, round }: { project: string; round: number }) {
  const list = useLoad(() => allOf((cursor) => api.projectMembers(project, { cursor, limit: 200 })), [project, round]);
  const r = t.run.overview;
  return (
    <Load of={list}>
      {(all) => {
        const busy = all.filter((row) => row.submitted > 0 || row.open > 0).sort((a, b) => b.submitted - a.submitted);
        const most = Math.max(1, ...busy.map((row) => row.submitted));
        if (busy.length === 0) return null;
        return (
          <section class="card">
            <div class="row between">
              <h2>{r.people}</h2>
              <LinkButton slim look="quiet" to={href('projects', project, 'members')}>{busy.length > kShown ? r.allPeople(formatCount(all.length)) : r.toPeople}</LinkButton>
            </div>
            <Table
              label={r.people} rows={busy.slice(0, kShown)} keyOf={(row) => row.member.id}
              columns={[
                { head: t.members.name, cell: (row) => personName(row) },
                { head: t.members.submitted, cell: (row) => (
                  <span class="in-bar"><span class="num">{formatCount(row.submitted)}</span><span class="bar" aria-hidden="true"><span style={{ width: `${(row.submitted / most) * 100}%` }} /></span></span>
                ) },
                { head: r.acceptedShare, end: true, cell: (row) => shareOf(row.accepted, row.accepted + row.returned + row.rejected) },
                { head: t.members.check, end: true, cell: (row) => shareOf(row.gold_right, row.gold_seen) },
                { head: r.perAnswer, end: true, cell: (row) => <span class="nowrap">{durationOf(meanMs(row.active_ms, row.submitted))}</span> },
                { head: t.members.open, end: true, cell: (row) => formatCount(row.open) },
              ]}
            />
          </section>
        );
      }}
    </Load>
  );
}

export const durationOf = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms));
export const shareOf = (part: number, whole: number): string => (whole > 0 ? formatPercent(part / whole) : '–');
