import { useState } from 'preact/hooks';
import { kPurposes, modelsApi, type Budget, type Model, type Purpose, type VirtualKey } from '../../../api/models';
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ChoiceCards, Select, TextField } from '../../../ui/Field';
import { useAction } from '../../../ui/hooks';
import { ErrorCard, fieldError } from '../../../ui/States';
import { readCount } from '../../models/amount';
import { Picker } from '../run/PeoplePicker';

type Wrong = 'requests' | 'tokens' | null;

const countText = (n: number | undefined): string => (n ? String(n) : '');

/** `onSaved` gets the secret of a new key, and null for one that was changed: purpose and end of that stay. */
export function KeyDialog({ project, before, budgets, models, onClose, onSaved }: {
  project: string; before: VirtualKey | null; budgets: Budget[]; models: Model[]; onClose: () => void;
  onSaved: (key: VirtualKey, secret: string | null) => void;
}) {
  const [name, setName] = useState(before?.name ?? '');
  const [purpose, setPurpose] = useState<Purpose>(before?.purpose ?? 'drafting');
  const [budget, setBudget] = useState(before?.budget ?? budgets[0]?.id ?? '');
  // One that is retired since cannot be named again.
  const [picked, setPicked] = useState(before ? before.models.filter((id) => models.some((one) => one.id === id)) : models.length === 1 ? models.map((one) => one.id) : []);
  const [requests, setRequests] = useState(countText(before?.requests_per_minute));
  const [tokens, setTokens] = useState(countText(before?.tokens_per_minute));
  const [expires, setExpires] = useState('');
  const [wrong, setWrong] = useState<Wrong>(null);
  const action = useAction();
  const m = t.models;
  const typed = (set: (text: string) => void) => (text: string): void => {
    setWrong(null);
    set(text);
  };
  const save = (): void => {
    const rates = { requests: readCount(requests), tokens: readCount(tokens) };
    if (rates.requests === undefined) return setWrong('requests');
    if (rates.tokens === undefined) return setWrong('tokens');
    setWrong(null);
    const body = { name: name.trim(), budget, models: picked, requests_per_minute: rates.requests ?? 0, tokens_per_minute: rates.tokens ?? 0 };
    void action.run(async () => {
      if (before) return onSaved(await modelsApi.changeKey(before.id, body), null);
      const made = await modelsApi.createKey(project, { ...body, purpose, ...(expires ? { expires_at: `${expires}T23:59:59Z` } : {}) });
      onSaved(made.key, made.secret);
    });
  };
  const options = [...budgets, ...(before && !budgets.some((one) => one.id === before.budget) ? [{ id: before.budget, name: m.budgetStates.closed }] : [])];
  return (
    <Dialog title={before ? m.changeTitle(before.name) : m.createKey} wide onClose={onClose}>
      <form
        class="stack" noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField label={m.keyName} help={m.keyNameHelp} value={name} maxLength={128} onInput={setName} error={fieldError(action.problem, '/name')} />
        {before ? null : <ChoiceCards label={m.purpose} value={purpose} onInput={setPurpose} options={kPurposes.map((one) => ({ value: one, label: m.purposes[one], help: m.purposeHelp[one] }))} />}
        <div class="grid-2">
          <Picker label={m.keyModels} choices={models.map((one) => ({ id: one.id, label: one.name }))} on={picked} onChange={setPicked} empty={m.noModelOf} />
          <Select label={m.paidBy} value={budget} onInput={setBudget} options={options.map((one) => [one.id, one.name])} error={fieldError(action.problem, '/budget')} />
        </div>
        <div class="grid-3">
          <TextField label={m.requests} optional help={m.noBound} value={requests} onInput={typed(setRequests)} error={wrong === 'requests' ? m.unreadableCount : null} />
          <TextField label={m.tokensMinute} optional help={m.noBound} value={tokens} onInput={typed(setTokens)} error={wrong === 'tokens' ? m.unreadableCount : null} />
          {before ? null : <TextField label={m.expires} type="date" optional help={m.expiresHelp} value={expires} onInput={setExpires} error={fieldError(action.problem, '/expires_at')} />}
        </div>
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}
