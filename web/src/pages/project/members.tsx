// The people of a project: what each has done, what they may do, and the groups they are in.
import { useState } from 'preact/hooks';
import { api, type Member, type ProjectMember } from '../../api';
import { allOf, manage, type Group } from '../../api/manage';
import { useSession } from '../../session';
import { t } from '../../strings';
import { Button, Segmented } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { DataTable, type DataColumn } from '../../ui/DataTable';
import { formatCount, formatDuration } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { useList } from '../../ui/list';
import type { MenuItem } from '../../ui/Menu';
import { useQueryWord } from '../../ui/route';
import { Empty, ErrorCard, Load, Pill } from '../../ui/States';
import { toast } from '../../ui/Toast';
import type { TabProps } from './index';
import { Groups } from './run/Groups';
import { AddDialog, InviteDialog, LinksDialog, type MadeLink } from './run/InviteDialog';
import { MemberDialog } from './run/MemberDialog';
import { durationOf, personName, shareOf } from './run/OverviewPeople';
import { meanMs } from './run/pace';

type Ask = { kind: 'change' | 'remove' | 'expel'; row: ProjectMember } | { kind: 'invite' } | { kind: 'add' } | null;

export function MembersTab({ project, canChange }: TabProps) {
  const { me } = useSession();
  const [view, setView] = useQueryWord('view', ['people', 'groups'] as const, 'people');
  const list = useList((cursor, limit) => api.projectMembers(project.id, { cursor, limit }), [project.id]);
  const groups = useLoad(() => allOf((cursor) => manage.groups(project.id, cursor)), [project.id]);
  const [ask, setAsk] = useState<Ask>(null);
  const [links, setLinks] = useState<MadeLink[] | null>(null);
  const action = useAction();
  const m = t.members;
  const close = (): void => setAsk(null);
  const reload = (): void => {
    list.reload();
    groups.reload();
  };
  const remove = (row: ProjectMember): void => void action.run(async () => {
    close();
    await api.removeFromProject(project.id, row.member.id);
    reload();
    toast(m.removed(personName(row)), () => void action.run(async () => {
      await manage.changeMember(project.id, row.member.id, { quota: row.quota, groups: row.groups });
      reload();
    }));
  });
  const expel = (row: ProjectMember): void => void action.run(async () => {
    close();
    await api.removeMember(row.member.id);
    reload();
    toast(m.expelled(personName(row)));
  });
  const freshLink = (member: Member, name: string): void => void action.run(async () => setLinks([{ name, link: (await api.memberLink(member.id)).link }]));
  const items = (row: ProjectMember): MenuItem[] => [
    ...(row.member.everywhere ? [] : [{ id: 'change', label: m.change, run: () => setAsk({ kind: 'change', row }) }]),
    ...(row.member.state !== 'removed' ? [{ id: 'link', label: m.newLink, hint: m.newLinkHint, run: () => freshLink(row.member, personName(row)) }] : []),
    ...(row.member.everywhere ? [] : [{ id: 'remove', label: m.removeFromProject, danger: true, run: () => setAsk({ kind: 'remove', row }) }]),
    ...(me.member.role === 'owner' && row.member.id !== me.member.id ? [{ id: 'expel', label: m.removeAccount, danger: true, run: () => setAsk({ kind: 'expel', row }) }] : []),
  ];
  return (
    <div class="stack">
      <div class="row between">
        <Segmented label={m.title} value={view} onChange={setView} options={[['people', m.title], ['groups', m.groups]]} />
        {canChange && view === 'people' ? (
          <div class="row">
            <Button onClick={() => setAsk({ kind: 'add' })}>{m.add}</Button>
            <Button look="primary" onClick={() => setAsk({ kind: 'invite' })}>{m.invite}</Button>
          </div>
        ) : null}
      </div>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      {view === 'groups' ? <Load of={groups}>{(all) => <Groups project={project.id} groups={all} canChange={canChange} onChanged={reload} />}</Load> : (
        <DataTable
          id="members" label={m.title} list={list} columns={columns(groups.data ?? [])} keyOf={(row) => row.member.id} nameOf={personName}
          empty={<Empty title={m.empty} text={m.emptyHint} />} {...(canChange ? { actions: items } : {})}
        />
      )}
      {ask?.kind === 'invite' ? (
        <InviteDialog
          project={project.id} onClose={close}
          onLinks={(made) => {
            close();
            setLinks(made);
            list.reload();
          }}
        />
      ) : null}
      {ask?.kind === 'add' ? (
        <AddDialog
          project={project.id} onClose={close}
          onAdded={() => {
            close();
            list.reload();
          }}
        />
      ) : null}
      {ask?.kind === 'change' ? (
        <MemberDialog
          project={project.id} row={ask.row} groups={groups.data ?? []} onClose={close}
          onSaved={() => {
            close();
            reload();
          }}
        />
      ) : null}
      {ask?.kind === 'remove' ? (
        <Confirm title={m.removeProjectTitle(personName(ask.row))} text={m.removeProjectText} action={m.removeFromProject} danger onConfirm={() => remove(ask.row)} onClose={close} />
      ) : null}
      {ask?.kind === 'expel' ? (
        <Confirm title={m.removeTitle(personName(ask.row))} text={m.removeText} action={m.removeAccount} danger onConfirm={() => expel(ask.row)} onClose={close} />
      ) : null}
      {links ? <LinksDialog links={links} onClose={() => setLinks(null)} /> : null}
    </div>
  );
}

function columns(groups: Group[]): DataColumn<ProjectMember>[] {
  const m = t.members;
  const judged = (row: ProjectMember): number => row.accepted + row.returned + row.rejected;
  return [
    { id: 'name', head: m.name, name: true, cell: (row) => (
      <span>{personName(row)} {row.member.state === 'active' ? null : <Pill tone="warn">{m.states[row.member.state]}</Pill>}
        {row.member.everywhere ? <Pill>{m.everywhere}</Pill> : null}
        {row.member.vendor ? <span class="soft small"> · {row.member.vendor}</span> : null}
      </span>
    ) },
    { id: 'role', head: m.role, cell: (row) => t.common.roles[row.member.role] },
    { id: 'submitted', head: m.submitted, end: true, cell: (row) => (row.quota > 0 ? t.common.of(formatCount(row.submitted), formatCount(row.quota)) : formatCount(row.submitted)) },
    { id: 'accepted', head: m.accepted, end: true, cell: (row) => <WithShare n={row.accepted} of={judged(row)} /> },
    { id: 'returned', head: m.returned, end: true, cell: (row) => formatCount(row.returned) },
    { id: 'rejected', head: t.overview.rejected, end: true, cell: (row) => formatCount(row.rejected) },
    { id: 'check', head: m.check, end: true, cell: (row) => (row.gold_seen > 0 ? <WithShare n={row.gold_right} of={row.gold_seen} /> : '–') },
    { id: 'time', head: m.time, end: true, cell: (row) => formatDuration(row.active_ms) },
    { id: 'mean', head: t.run.overview.perAnswer, end: true, cell: (row) => durationOf(meanMs(row.active_ms, row.submitted)) },
    { id: 'open', head: m.open, end: true, cell: (row) => formatCount(row.open) },
    { id: 'groups', head: m.groups, off: groups.length === 0, cell: (row) => row.groups.map((id) => groups.find((g) => g.id === id)?.name ?? '').filter(Boolean).join(', ') || '–' },
    { id: 'email', head: m.email, off: true, cell: (row) => row.member.email ?? '–' },
  ];
}

function WithShare({ n, of }: { n: number; of: number }) {
  return <span>{formatCount(n)}{of > 0 ? <span class="soft small"> {shareOf(n, of)}</span> : null}</span>;
}
