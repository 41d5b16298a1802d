// Who is good at a question: the best first, each with the interval that the place rests on and what they say.
import { useState } from 'preact/hooks';
import type { Project, ProjectMember } from '../../../api';
import { qualityApi, type QualityMember, type QualityQuestion, type QualityVendor } from '../../../api/quality';
import { t } from '../../../strings';
import { DataTable, type DataColumn } from '../../../ui/DataTable';
import { Drawer } from '../../../ui/Drawer';
import { formatCount, formatDuration, formatPercent } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { useList } from '../../../ui/list';
import type { MenuItem } from '../../../ui/Menu';
import { go, href } from '../../../ui/route';
import { Empty, ErrorCard, Stat } from '../../../ui/States';
import { Table } from '../../../ui/Table';
import { shareOf } from '../run/OverviewPeople';
import { Confusion, IntervalBar } from './plots';
import { lowEnd } from './scale';
import { nameOf } from './words';

export function People({ project, question, people, round, canChange }: {
  project: Project; question: QualityQuestion; people: ProjectMember[]; round: string; canChange: boolean;
}) {
  const p = t.quality.people;
  const list = useList((cursor, limit) => qualityApi.members(project.id, { question: question.id, cursor, limit }), [project.id, question.id, round]);
  const [opened, setOpened] = useState<QualityMember | null>(null);
  const name = (row: QualityMember): string => nameOf(people, row.member);
  const low = lowEnd(Math.min(0.9, ...list.rows.map((row) => row.skill.lower)));
  const slowest = Math.max(1, ...list.rows.map((row) => row.median_ms));
  const answers = (row: QualityMember): void => {
    go('review', project.id, 'queue');
    location.hash = `${href('review', project.id, 'queue')}?state=accepted&person=${row.member}`;
  };
  const items = (row: QualityMember): MenuItem[] => [
    { id: 'open', label: p.confusion, run: () => setOpened(row) },
    ...(canChange ? [{ id: 'answers', label: t.quality.alerts.answers, run: () => answers(row) }] : []),
  ];
  return (
    <section class="card">
      <h2>{p.title}</h2>
      <p class="soft small">{p.note}</p>
      <DataTable
        id="quality-people" label={p.title} list={list} columns={columns(name, low, slowest)} keyOf={(row) => row.member} nameOf={name}
        onOpen={setOpened} actions={items} empty={<Empty title={p.empty} text="" />}
      />
      {question.best_fdr !== undefined && list.rows.some((row) => row.best >= 0.8) ? <p class="soft small">{p.fdr(formatPercent(question.best_fdr))}</p> : null}
      {opened ? (
        <Drawer title={<bdi>{name(opened)}</bdi>} onClose={() => setOpened(null)}>
          <dl class="stats">
            <Stat label={p.skill} value={formatPercent(opened.skill.mean)} note={`${formatPercent(opened.skill.lower)} – ${formatPercent(opened.skill.upper)}`} />
            <Stat label={p.judged} value={formatCount(opened.judgments)} />
            <Stat label={p.check} value={shareOf(opened.gold_right, opened.gold_seen)} note={t.common.of(formatCount(opened.gold_right), formatCount(opened.gold_seen))} />
            <Stat label={p.time} value={opened.median_ms > 0 ? formatDuration(opened.median_ms) : '–'} note={p.timeNote} />
          </dl>
          <h3>{p.confusion}</h3>
          <Confusion labels={question.labels} rows={opened.confusion} />
        </Drawer>
      ) : null}
    </section>
  );
}

function columns(name: (row: QualityMember) => string, low: number, slowest: number): DataColumn<QualityMember>[] {
  const p = t.quality.people;
  return [
    { id: 'name', head: p.person, name: true, cell: (row) => <><span class="soft num">{formatCount(row.rank)}</span> <bdi>{name(row)}</bdi></> },
    { id: 'skill', head: p.skill, cell: (row) => <IntervalBar of={row.skill} low={low} /> },
    { id: 'best', head: p.best, end: true, cell: (row) => formatPercent(row.best) },
    { id: 'judged', head: p.judged, end: true, cell: (row) => formatCount(row.judgments) },
    { id: 'check', head: p.check, end: true, cell: (row) => (row.gold_seen > 0 ? t.common.of(formatCount(row.gold_right), formatCount(row.gold_seen)) : '–') },
    { id: 'time', head: p.time, cell: (row) => (
      <span class="in-bar"><span class="num">{row.median_ms > 0 ? formatDuration(row.median_ms) : '–'}</span><span class="bar" aria-hidden="true"><span style={{ width: `${(row.median_ms / slowest) * 100}%` }} /></span></span>
    ) },
    { id: 'vendor', head: p.vendor, off: true, cell: (row) => row.vendor || '–' },
  ];
}

/** Shown where there is more than one to compare. */
export function Vendors({ project, question, round }: { project: string; question: string; round: string }) {
  const v = t.quality.vendors;
  const loaded = useLoad(() => qualityApi.vendors(project, { question, limit: 200 }), [project, question, round]);
  const rows = loaded.data?.items ?? [];
  if (loaded.problem) return <ErrorCard problem={loaded.problem} onRetry={loaded.reload} />;
  if (rows.length < 2) return null;
  const low = lowEnd(Math.min(0.9, ...rows.map((row) => row.skill.lower)));
  return (
    <section class="card">
      <h2>{v.title}</h2>
      <p class="soft small">{v.note}</p>
      <Table
        label={v.title} rows={rows} keyOf={(row) => row.vendor}
        columns={[
          { head: t.quality.people.vendor, cell: (row) => row.vendor || v.own },
          { head: t.quality.people.skill, cell: (row) => <IntervalBar of={row.skill} low={low} /> },
          { head: v.against, end: true, cell: (row) => <DifferenceCell of={row} /> },
          { head: v.people, end: true, cell: (row) => formatCount(row.people) },
          { head: t.quality.judgments, end: true, cell: (row) => formatCount(row.judgments) },
        ]}
      />
    </section>
  );
}

/** "+ 4.2 % on 120 tasks, p = 0.03" */
function DifferenceCell({ of }: { of: QualityVendor }) {
  const { tasks, difference, p } = of.against;
  if (tasks === 0) return <>–</>;
  const sign = difference.mean > 0 ? '+' : '';
  return <span class="num">{t.quality.vendors.difference(`${sign}${formatPercent(difference.mean)}`, formatCount(tasks), p.toFixed(3))}</span>;
}
