// Groups: people to whom a batch can be given. The server makes them and takes people in and out; it neither renames nor
// deletes one.
import { useState } from 'preact/hooks';
import { api, type ProjectMember } from '../../../api';
import { allOf, manage, type Group } from '../../../api/manage';
import { t } from '../../../strings';
import { BulkProgress, useBulk } from '../../../ui/BulkProgress';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { TextField } from '../../../ui/Field';
import { formatCount, shortId } from '../../../ui/format';
import { useAction, useLoad } from '../../../ui/hooks';
import { Empty, ErrorCard, fieldError, Load } from '../../../ui/States';
import { Table } from '../../../ui/Table';
import { toast } from '../../../ui/Toast';
import { personName } from './OverviewPeople';
import { Picker } from './PeoplePicker';

const kNamesShown = 6;

export function Groups({ project, groups, canChange, onChanged }: { project: string; groups: Group[]; canChange: boolean; onChanged: () => void }) {
  const people = useLoad(() => allOf((cursor) => api.projectMembers(project, { cursor, limit: 200 })), [project]);
  const [open, setOpen] = useState<Group | 'new' | null>(null);
  const g = t.members;
  const nameOf = (id: string): string => {
    const row = people.data?.find((p) => p.member.id === id);
    return row ? personName(row) : shortId(id);
  };
  const make = canChange ? <Button look="primary" onClick={() => setOpen('new')}>{g.newGroup}</Button> : null;
  return (
    <>
      {groups.length === 0 ? <Empty title={g.noGroupsTitle} text={g.noGroupsHint}>{make}</Empty> : (
        <>
          <div class="row">{make}</div>
          <Table
            label={g.groups} rows={groups} keyOf={(row) => row.id}
            columns={[
              { head: g.group, cell: (row) => <span class="strong">{row.name}</span> },
              { head: g.title, cell: (row) => (
                <span class="soft small">{row.members.slice(0, kNamesShown).map(nameOf).join(', ') || '–'}{row.members.length > kNamesShown ? ` +${formatCount(row.members.length - kNamesShown)}` : ''}</span>
              ) },
              { head: g.count, end: true, cell: (row) => formatCount(row.members.length) },
              ...(canChange ? [{ head: '', end: true, cell: (row: Group) => <Button slim look="quiet" onClick={() => setOpen(row)}>{g.changeGroup}</Button> }] : []),
            ]}
          />
        </>
      )}
      {open ? (
        <Load of={people}>
          {(all) => (
            <GroupDialog
              project={project} group={open === 'new' ? null : open} people={all} onClose={() => setOpen(null)}
              onSaved={() => {
                setOpen(null);
                people.reload();
                onChanged();
              }}
            />
          )}
        </Load>
      ) : null}
    </>
  );
}

function GroupDialog({ project, group, people, onClose, onSaved }: {
  project: string; group: Group | null; people: ProjectMember[]; onClose: () => void; onSaved: () => void;
}) {
  const [name, setName] = useState(group?.name ?? '');
  const [on, setOn] = useState(group?.members ?? []);
  const [tried, setTried] = useState(false);
  const action = useAction();
  const bulk = useBulk();
  const g = t.members;
  const save = (): void => {
    setTried(true);
    if (!name.trim()) return;
    void action.run(async () => {
      if (!group) await manage.createGroup(project, name.trim(), on);
      else {
        // Each person carries their own groups: only those who come or go are changed.
        const moved = people.filter((p) => on.includes(p.member.id) !== group.members.includes(p.member.id));
        const end = await bulk.run(g.changeGroup, moved, personName, (p) => manage.changeMember(project, p.member.id, {
          quota: p.quota, groups: on.includes(p.member.id) ? [...p.groups, group.id] : p.groups.filter((id) => id !== group.id),
        }));
        if (end.refused.length > 0 || end.stopped) return;
      }
      toast(g.groupSaved(name.trim()));
      onSaved();
    });
  };
  return (
    <Dialog title={group ? group.name : g.newGroup} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {group ? null : (
          <TextField
            label={g.group} value={name} onInput={setName} maxLength={200} autofocus
            error={(tried && !name.trim() ? g.needGroupName : null) ?? fieldError(action.problem, '/name')}
          />
        )}
        <Picker label={g.title} choices={people.map((p) => ({ id: p.member.id, label: personName(p), note: t.common.roles[p.member.role] }))} on={on} onChange={setOn} empty={g.empty} />
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <BulkProgress bulk={bulk} />
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}
