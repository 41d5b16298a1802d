import { useState } from 'preact/hooks';
import { manage, type Audience, type Batch, type BatchBody } from '../../../api/manage';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ChoiceCards, NumberField, TextField } from '../../../ui/Field';
import { useAction } from '../../../ui/hooks';
import { ErrorCard, fieldError } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { batchName } from './batchName';
import { Picker, type Choice } from './PeoplePicker';

export function BatchDialog({ project, batch, people, groups, onClose, onSaved }: {
  project: string; batch: Batch | null; people: Choice[]; groups: Choice[]; onClose: () => void; onSaved: () => void;
}) {
  const before = batch && batch.audience !== 'everyone' ? batch.audience : null;
  const [name, setName] = useState(batch?.name ?? '');
  const [priority, setPriority] = useState(batch?.priority ?? 0);
  const [quota, setQuota] = useState(batch?.quota ?? 0);
  const [who, setWho] = useState<'everyone' | 'some'>(before ? 'some' : 'everyone');
  const [inPeople, setInPeople] = useState(before?.members ?? []);
  const [inGroups, setInGroups] = useState(before?.groups ?? []);
  const [tried, setTried] = useState(false);
  const action = useAction();
  const b = t.run.batches;
  // The one without a name keeps none.
  const unnamed = !name.trim() && batch?.name !== '';
  const nobody = who === 'some' && inPeople.length + inGroups.length === 0;
  const save = (): void => {
    setTried(true);
    if (unnamed || nobody) return;
    const audience: Audience = who === 'everyone' ? 'everyone' : { members: inPeople, groups: inGroups };
    const body: BatchBody = { ...(name.trim() ? { name: name.trim() } : {}), priority, quota, audience };
    void action.run(async () => {
      await (batch ? manage.changeBatch(batch.id, body) : manage.createBatch(project, body));
      toast(b.saved(batchName({ name: name.trim() })));
      onSaved();
    });
  };
  return (
    <Dialog title={batch ? b.change : b.create} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label={b.name} value={name} onInput={setName} maxLength={200} autofocus
          error={(tried && unnamed ? b.needName : null) ?? fieldError(action.problem, '/name')}
        />
        <div class="grid-2">
          <NumberField label={t.tasks.priority} help={t.tasks.priorityHelp} min={-100} max={100} value={priority} onInput={setPriority} error={fieldError(action.problem, '/priority')} />
          <NumberField label={b.quota} help={t.members.quotaHelp} min={0} max={1_000_000} value={quota} onInput={setQuota} error={fieldError(action.problem, '/quota')} />
        </div>
        <ChoiceCards
          label={b.audience} value={who} onInput={setWho}
          options={[{ value: 'everyone', label: b.everyone }, { value: 'some', label: b.some, help: b.someHelp }]}
        />
        {who === 'some' ? (
          <>
            {groups.length > 0 ? <Picker label={t.members.groups} choices={groups} on={inGroups} onChange={setInGroups} empty={t.members.noGroups} /> : null}
            <Picker label={t.members.title} choices={people} on={inPeople} onChange={setInPeople} empty={t.members.empty} />
            {tried && nobody ? <p class="bad small" role="alert">{b.needSomebody}</p> : null}
          </>
        ) : null}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}
