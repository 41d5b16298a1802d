import { useState } from 'preact/hooks';
import { kPeriods, modelsApi, type Budget, type Period } from '../../../api/models';
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Select, TextField } from '../../../ui/Field';
import { useAction } from '../../../ui/hooks';
import { ErrorCard, fieldError } from '../../../ui/States';
import { readAmount, readCount, writeAmount } from '../../models/amount';

type Wrong = 'money' | 'tokens' | 'none' | null;

/** Makes a budget, or moves the bounds of one: its currency and period stay. */
export function BudgetDialog({ project, budget, onClose, onSaved }: {
  project: string; budget: Budget | null; onClose: () => void; onSaved: () => void;
}) {
  const [name, setName] = useState(budget?.name ?? '');
  const [currency, setCurrency] = useState(budget?.currency ?? 'USD');
  const [period, setPeriod] = useState<Period>(budget?.period ?? 'month');
  const [money, setMoney] = useState(writeAmount(budget?.money ?? null));
  const [tokens, setTokens] = useState(budget?.tokens == null ? '' : String(budget.tokens));
  const [wrong, setWrong] = useState<Wrong>(null);
  const action = useAction();
  const m = t.models;
  const typed = (set: (text: string) => void) => (text: string): void => {
    setWrong(null);
    set(text);
  };
  const save = (): void => {
    const bounds = { money: readAmount(money), tokens: readCount(tokens) };
    if (bounds.money === undefined) return setWrong('money');
    if (bounds.tokens === undefined) return setWrong('tokens');
    if (bounds.money === null && bounds.tokens === null) return setWrong('none');
    setWrong(null);
    const body = { name: name.trim(), money: bounds.money, tokens: bounds.tokens };
    void action.run(async () => {
      await (budget ? modelsApi.changeBudget(budget.id, body) : modelsApi.createBudget(project, { ...body, currency: currency.trim().toUpperCase(), period }));
      onSaved();
    });
  };
  return (
    <Dialog title={budget ? m.changeTitle(budget.name) : m.createBudget} onClose={onClose}>
      <form
        class="stack" noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField label={m.budgetName} value={name} maxLength={128} onInput={setName} error={fieldError(action.problem, '/name')} />
        <div class="grid-2">
          <TextField label={m.money} help={m.moneyHelp} value={money} onInput={typed(setMoney)} error={wrong === 'money' ? m.unreadableAmount : wrong === 'none' ? m.oneBound : fieldError(action.problem, '/money')} />
          <TextField label={m.tokensBound} help={m.tokensHelp} value={tokens} onInput={typed(setTokens)} error={wrong === 'tokens' ? m.unreadableCount : fieldError(action.problem, '/tokens')} />
        </div>
        {budget ? <p class="soft small">{m.fixed(budget.currency, m.periods[budget.period])}</p> : (
          <div class="grid-2">
            <Select label={m.period} help={m.periodHelp} value={period} onInput={setPeriod} options={kPeriods.map((one) => [one, m.periods[one]])} error={fieldError(action.problem, '/period')} />
            <TextField label={m.currency} value={currency} maxLength={3} onInput={setCurrency} error={fieldError(action.problem, '/currency')} />
          </div>
        )}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}
