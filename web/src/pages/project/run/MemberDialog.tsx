import { useState } from 'preact/hooks';
import type { ProjectMember } from '../../../api';
import { manage, type Group } from '../../../api/manage';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { NumberField } from '../../../ui/Field';
import { useAction } from '../../../ui/hooks';
import { ErrorCard, fieldError } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { personName } from './OverviewPeople';
import { Picker } from './PeoplePicker';

/** Quota and groups. Both are always sent: a quota left out would be taken for none. */
export function MemberDialog({ project, row, groups, onClose, onSaved }: {
  project: string; row: ProjectMember; groups: Group[]; onClose: () => void; onSaved: () => void;
}) {
  const [quota, setQuota] = useState(row.quota);
  const [inGroups, setInGroups] = useState(row.groups);
  const action = useAction();
  const m = t.members;
  const save = (): void => void action.run(async () => {
    await manage.changeMember(project, row.member.id, { quota, groups: inGroups });
    toast(m.changed(personName(row)), () => void manage.changeMember(project, row.member.id, { quota: row.quota, groups: row.groups }).then(onSaved));
    onSaved();
  });
  return (
    <Dialog title={personName(row)} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <NumberField label={m.quota} help={m.quotaHelp} min={0} max={1_000_000} value={quota} onInput={setQuota} error={fieldError(action.problem, '/quota')} />
        <Picker label={m.groups} choices={groups.map((g) => ({ id: g.id, label: g.name }))} on={inGroups} onChange={setInGroups} empty={m.noGroups} />
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}
