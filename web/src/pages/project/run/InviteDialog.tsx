import { useState } from 'preact/hooks';
import { api, type Role } from '../../../api';
import { allOf } from '../../../api/manage';
import { modelsApi } from '../../../api/models';
import { useSession } from '../../../session';
import { t } from '../../../strings';
import { BulkProgress, useBulk } from '../../../ui/BulkProgress';
import { Button, Segmented } from '../../../ui/Button';
import { CopyButton } from '../../../ui/Copy';
import { Dialog } from '../../../ui/Dialog';
import { Check, NumberField, Select, TextArea, TextField } from '../../../ui/Field';
import { shortId } from '../../../ui/format';
import { useAction, useLoad } from '../../../ui/hooks';
import { ErrorCard, fieldError, Load, problemText } from '../../../ui/States';
import { kMostInvites, readInvites, type Invitee } from './invites';
import { Picker } from './PeoplePicker';

export interface MadeLink {
  name: string;
  link: string;
  /** Why there is none. */
  refused?: string;
  /** Whether it was sent by mail, or why not; nothing where it was not to be. */
  mail?: string;
}

/** Each link is a secret that is never shown again: copied one by one, or all together with the names. */
export function LinksDialog({ links, onClose }: { links: MadeLink[]; onClose: () => void }) {
  const m = t.members;
  const all = links.filter((x) => x.link).map((x) => `${x.name}\t${x.link}`).join('\n');
  return (
    <Dialog title={links.length === 1 ? m.linkTitle : m.linksTitle(links.length)} wide={links.length > 1} onClose={onClose}>
      {links.every((x) => x.mail === 'sent') ? null : <p>{links.length === 1 ? m.linkHint : m.linksHint}</p>}
      {links.map((x) => (
        <div key={`${x.name} ${x.link}`} class="made-link">
          {links.length > 1 ? <span class="strong">{x.name}</span> : null}
          {x.refused ? <p class="bad">{x.refused}</p> : <p class="mono turn" data-link>{x.link}</p>}
          {x.mail ? <p class={x.mail === 'sent' ? 'small soft' : 'small bad'} role="status">{x.mail === 'sent' ? m.mailed : m.notMailed(x.mail)}</p> : null}
          {links.length > 1 && x.link ? <CopyButton text={x.link} /> : null}
        </div>
      ))}
      <div class="row end">
        <CopyButton text={links.length === 1 ? (links[0]?.link ?? '') : all} label={links.length === 1 ? t.common.copy : m.copyAll} />
        <Button look="primary" onClick={onClose}>{t.common.close}</Button>
      </div>
    </Dialog>
  );
}

export function InviteDialog({ project, onClose, onLinks }: { project: string; onClose: () => void; onLinks: (links: MadeLink[]) => void }) {
  const { me } = useSession();
  const [many, setMany] = useState<'one' | 'many'>('one');
  const [role, setRole] = useState<Role>('expert');
  const [one, setOne] = useState<Invitee>({ name: '', email: '' });
  const [list, setList] = useState('');
  const [vendor, setVendor] = useState('');
  const [quota, setQuota] = useState(0);
  const [everywhere, setEverywhere] = useState(false);
  const [byMail, setByMail] = useState(true);
  const peers = useLoad(modelsApi.peers, []);
  const hasRelay = peers.data?.items.some((p) => p.kind === 'mail') ?? false;
  const action = useAction();
  const bulk = useBulk();
  const roles: Role[] = me.member.role === 'owner' ? ['expert', 'reviewer', 'manager', 'auditor', 'owner'] : ['expert', 'reviewer', 'auditor'];
  const m = t.members;
  const read = readInvites(list);
  const listError = read.wrong[0] ? m.wrongLine(read.wrong[0].line, m.wrongWhy[read.wrong[0].why]) : read.people.length > kMostInvites ? m.tooManyInvites(kMostInvites) : null;
  const inviteOne = async ({ name, email }: Invitee): Promise<MadeLink> => {
    const mailed = hasRelay && byMail && email.trim() !== '';
    const { link, member, mail } = await api.invite({
      role, ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}),
      ...(vendor.trim() ? { vendor: vendor.trim() } : {}), ...(everywhere ? { everywhere } : { projects: [project] }), ...(quota > 0 ? { quota } : {}),
    }, mailed);
    return { name: name || email || shortId(member.id), link, ...(mail ? { mail } : {}) };
  };
  const invite = (): void => void action.run(async () => {
    if (many === 'one') return onLinks([await inviteOne(one)]);
    if (listError || read.people.length === 0) return;
    const made: MadeLink[] = [];
    const end = await bulk.run(m.invite, read.people, (p) => p.email || p.name, async (p) => void made.push(await inviteOne(p)));
    // The links must be seen even where some invitations were refused: there is no second time.
    if (made.length > 0) onLinks([...end.refused.map((r) => ({ name: r.key, link: '', refused: problemText(r.problem) })), ...made]);
  });
  return (
    <Dialog title={m.invite} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          invite();
        }}
      >
        <Segmented label={m.invite} value={many} onChange={setMany} options={[['one', m.onePerson], ['many', m.manyPeople]]} />
        <Select label={m.role} value={role} options={roles.map((r) => [r, t.common.roles[r]])} onInput={setRole} help={m.roleHelp[role]} />
        {many === 'one' ? (
          <>
            <TextField label={m.name} optional value={one.name} onInput={(name) => setOne({ ...one, name })} maxLength={200} error={fieldError(action.problem, '/name')} />
            <TextField label={m.email} optional type="email" help={m.emailHelp} value={one.email} onInput={(email) => setOne({ ...one, email })} error={fieldError(action.problem, '/email')} />
          </>
        ) : <TextArea label={m.listLabel} help={m.listHelp(read.people.length)} rows={7} value={list} onInput={setList} error={listError} />}
        <TextField label={m.vendor} optional help={m.vendorHelp} value={vendor} onInput={setVendor} maxLength={200} />
        {role === 'expert' ? <NumberField label={m.quota} help={m.quotaHelp} min={0} max={1_000_000} value={quota} onInput={setQuota} /> : null}
        {me.member.role === 'owner' && role !== 'expert' ? <Check label={m.everywhere} value={everywhere} onInput={setEverywhere} /> : null}
        {hasRelay ? <Check label={m.byMail} value={byMail} onInput={setByMail} /> : null}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <BulkProgress bulk={bulk} />
        <div class="row end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={action.busy} disabled={many === 'many' && (listError !== null || read.people.length === 0)}>
            {many === 'one' ? m.make : m.makeMany(read.people.length)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function AddDialog({ project, onClose, onAdded }: { project: string; onClose: () => void; onAdded: () => void }) {
  const free = useLoad(async () => {
    const [all, there] = await Promise.all([
      allOf((cursor) => api.members({ cursor, limit: 200 })), allOf((cursor) => api.projectMembers(project, { cursor, limit: 200 })),
    ]);
    const known = new Set(there.map((x) => x.member.id));
    return all.filter((x) => x.state !== 'removed' && !x.everywhere && !known.has(x.id));
  }, [project]);
  const [chosen, setChosen] = useState<string[]>([]);
  const bulk = useBulk();
  const action = useAction();
  const m = t.members;
  return (
    <Dialog title={m.add} onClose={onClose}>
      <Load of={free}>
        {(people) => (
          <Picker
            label={m.title} on={chosen} onChange={setChosen} empty={m.nobody}
            choices={people.map((x) => ({ id: x.id, label: x.name || x.email || shortId(x.id), note: t.common.roles[x.role] }))}
          />
        )}
      </Load>
      <BulkProgress bulk={bulk} />
      <div class="row end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button
          look="primary" busy={action.busy} disabled={chosen.length === 0}
          onClick={() => void action.run(async () => {
            const end = await bulk.run(m.add, chosen, shortId, (id) => api.addToProject(project, id));
            if (end.refused.length === 0 && !end.stopped) onAdded();
          })}
        >
          {m.addIt}
        </Button>
      </div>
    </Dialog>
  );
}
