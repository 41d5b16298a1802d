import { useState } from 'preact/hooks';
import { api, type Member, type ProjectMember, type Role } from '../../api';
import { useSession } from '../../session';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/Copy';
import { Dialog } from '../../ui/Dialog';
import { Check, NumberField, Select, TextField } from '../../ui/Field';
import { formatCount, formatDuration, shortId } from '../../ui/format';
import { useAction } from '../../ui/hooks';
import { Empty, ErrorCard, Pill, Skeleton } from '../../ui/States';
import { Paged, Table, usePages } from '../../ui/Table';
import { toast } from '../../ui/Toast';
import type { TabProps } from './index';

const named = (member: Member): string => member.name || member.email || shortId(member.id);

export function MembersTab({ project, canChange }: TabProps) {
  const pages = usePages((cursor) => api.projectMembers(project.id, { cursor }), [project.id]);
  const [open, setOpen] = useState<'invite' | 'add' | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const action = useAction();
  const m = t.members;
  const remove = (row: ProjectMember): void => {
    void action.run(async () => {
      await api.removeFromProject(project.id, row.member.id);
      pages.reload();
      toast(m.removed(named(row.member)), () => {
        void action.run(async () => {
          await api.addToProject(project.id, row.member.id, row.quota);
          pages.reload();
        });
      });
    });
  };
  const freshLink = (member: Member): void => {
    void action.run(async () => setLink((await api.memberLink(member.id)).link));
  };
  return (
    <div class="stack">
      {canChange ? (
        <div class="row">
          <Button look="primary" onClick={() => setOpen('invite')}>{m.invite}</Button>
          <Button onClick={() => setOpen('add')}>{m.add}</Button>
        </div>
      ) : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <Paged pages={pages} empty={<Empty title={m.empty} text={m.emptyHint} />}>
        {(rows) => (
          <Table
            label={m.title} rows={rows} keyOf={(row) => row.member.id}
            columns={[
              { head: m.name, cell: (row) => (
                <span>{named(row.member)} {row.member.state === 'invited' ? <Pill tone="warn">{m.states.invited}</Pill> : null}
                  {row.member.vendor ? <span class="soft small"> · {row.member.vendor}</span> : null}
                </span>
              ) },
              { head: m.role, cell: (row) => t.common.roles[row.member.role] },
              { head: m.submitted, end: true, cell: (row) => formatCount(row.submitted) },
              { head: m.accepted, end: true, cell: (row) => formatCount(row.accepted) },
              { head: m.returned, end: true, cell: (row) => formatCount(row.returned) },
              { head: m.check, end: true, cell: (row) => (row.gold_seen > 0 ? t.common.of(formatCount(row.gold_right), formatCount(row.gold_seen)) : '–') },
              { head: m.time, end: true, cell: (row) => <span class="nowrap">{formatDuration(row.active_ms)}</span> },
              { head: '', end: true, cell: (row) => (canChange ? (
                <span class="row end nowrap slim-actions">
                  {row.member.state !== 'removed' ? <Button slim look="quiet" onClick={() => freshLink(row.member)}>{m.newLink}</Button> : null}
                  {row.member.everywhere ? <Pill>{m.everywhere}</Pill> : <Button slim look="quiet" onClick={() => remove(row)}>{m.removeFromProject}</Button>}
                </span>
              ) : null) },
            ]}
          />
        )}
      </Paged>
      {open === 'invite' ? (
        <InviteDialog
          project={project.id} onClose={() => setOpen(null)}
          onLink={(made) => {
            setOpen(null);
            setLink(made);
            pages.reload();
          }}
        />
      ) : null}
      {open === 'add' ? (
        <AddDialog
          project={project.id} there={pages.rows.map((r) => r.member.id)} onClose={() => setOpen(null)}
          onAdded={() => {
            setOpen(null);
            pages.reload();
          }}
        />
      ) : null}
      {link ? <LinkDialog link={link} onClose={() => setLink(null)} /> : null}
    </div>
  );
}

function LinkDialog({ link, onClose }: { link: string; onClose: () => void }) {
  return (
    <Dialog title={t.members.linkTitle} onClose={onClose}>
      <p>{t.members.linkHint}</p>
      <p class="mono turn" data-link>{link}</p>
      <div class="row end"><CopyButton text={link} /><Button look="primary" onClick={onClose}>{t.common.close}</Button></div>
    </Dialog>
  );
}

function InviteDialog({ project, onClose, onLink }: { project: string; onClose: () => void; onLink: (link: string) => void }) {
  const { me } = useSession();
  const [role, setRole] = useState<Role>('expert');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [vendor, setVendor] = useState('');
  const [quota, setQuota] = useState(0);
  const [everywhere, setEverywhere] = useState(false);
  const action = useAction();
  const roles: Role[] = me.member.role === 'owner' ? ['expert', 'reviewer', 'manager', 'auditor', 'owner'] : ['expert', 'reviewer', 'auditor'];
  const m = t.members;
  const invite = (): void => {
    void action.run(async () => {
      const body = {
        role, ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}),
        ...(vendor.trim() ? { vendor: vendor.trim() } : {}), ...(everywhere ? { everywhere } : { projects: [project] }), ...(quota > 0 ? { quota } : {}),
      };
      onLink((await api.invite(body)).link);
    });
  };
  return (
    <Dialog title={m.invite} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          invite();
        }}
      >
        <Select label={m.role} value={role} options={roles.map((r) => [r, t.common.roles[r]])} onInput={setRole} help={m.roleHelp[role]} />
        <TextField label={m.name} optional value={name} onInput={setName} maxLength={200} />
        <TextField label={m.email} optional type="email" help={m.emailHelp} value={email} onInput={setEmail} />
        <TextField label={m.vendor} optional help={m.vendorHelp} value={vendor} onInput={setVendor} maxLength={200} />
        {role === 'expert' ? <NumberField label={m.quota} help={m.quotaHelp} min={0} max={1_000_000} value={quota} onInput={setQuota} /> : null}
        {me.member.role === 'owner' && role !== 'expert' ? <Check label={m.everywhere} value={everywhere} onInput={setEverywhere} /> : null}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={action.busy}>{m.make}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function AddDialog({ project, there, onClose, onAdded }: { project: string; there: string[]; onClose: () => void; onAdded: () => void }) {
  const pages = usePages((cursor) => api.members({ cursor, limit: 200 }), []);
  const [chosen, setChosen] = useState('');
  const action = useAction();
  const free = pages.rows.filter((x) => x.state !== 'removed' && !x.everywhere && !there.includes(x.id));
  const m = t.members;
  return (
    <Dialog title={m.add} onClose={onClose}>
      {pages.problem ? <ErrorCard problem={pages.problem} onRetry={pages.reload} /> : null}
      {pages.loading && pages.rows.length === 0 ? <Skeleton /> : free.length === 0 ? <p>{m.nobody}</p> : (
        <Select
          label={m.choose} value={chosen} onInput={setChosen}
          options={[['', '–'], ...free.map((x) => [x.id, `${named(x)} · ${t.common.roles[x.role]}`] as [string, string])]}
        />
      )}
      {pages.next ? <div><Button slim onClick={pages.more}>{t.common.more}</Button></div> : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          look="primary" busy={action.busy} disabled={!chosen}
          onClick={() => void action.run(async () => {
            await api.addToProject(project, chosen);
            onAdded();
          })}
        >
          {m.addIt}
        </Button>
      </div>
    </Dialog>
  );
}
