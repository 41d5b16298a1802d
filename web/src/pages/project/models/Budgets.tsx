// The budgets of a project: what is spent, reserved and lost of each bound, in the period that runs.
import { useEffect, useState } from 'preact/hooks';
import { modelsApi, type Budget, type BudgetState } from '../../../api/models';
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { Confirm } from '../../../ui/Dialog';
import { formatCount } from '../../../ui/format';
import { useAction } from '../../../ui/hooks';
import { Menu, type MenuItem } from '../../../ui/Menu';
import { Empty, ErrorCard, Load, Pill } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { formatUnits, left } from '../../models/amount';
import { BudgetDialog } from './BudgetDialog';
import type { ViewProps } from './index';

type Ask = { kind: 'create' } | { kind: 'change' | 'close' | 'release'; budget: Budget };

/** What is spent is settled a moment after the reply. */
const kLookMs = 3000;

export function Budgets({ project, canChange, known }: ViewProps) {
  const { budgets } = known;
  const [ask, setAsk] = useState<Ask | null>(null);
  const action = useAction();
  const m = t.models;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || budgets.reload(), kLookMs);
    return () => clearInterval(timer);
  }, []);
  const done = (): void => {
    setAsk(null);
    budgets.reload();
  };
  const act = (deed: () => Promise<unknown>, said: string): void => {
    setAsk(null);
    void action.run(async () => {
      await deed();
      toast(said);
      budgets.reload();
    });
  };
  const setState = (budget: Budget, state: BudgetState): void => act(() => modelsApi.changeBudget(budget.id, { state }), `${budget.name}: ${m.budgetStates[state]}`);
  const items = (budget: Budget): MenuItem[] => budget.state === 'closed' ? [] : [
    { id: 'change', label: m.raise, run: () => setAsk({ kind: 'change', budget }) },
    budget.state === 'open' ? { id: 'pause', label: m.pause, run: () => setState(budget, 'paused') } : { id: 'resume', label: m.resume, run: () => setState(budget, 'open') },
    { id: 'release', label: m.release, disabled: budget.lost.money + budget.lost.tokens === 0, hint: m.lostHint, run: () => setAsk({ kind: 'release', budget }) },
    { id: 'close', label: m.close, danger: true, run: () => setAsk({ kind: 'close', budget }) },
  ];
  const create = canChange ? <Button look="primary" onClick={() => setAsk({ kind: 'create' })}>{m.createBudget}</Button> : null;
  return (
    <section class="stack" data-budgets>
      <div class="page-head">
        <div class="titles"><h2>{m.budgets}</h2><p class="soft">{m.budgetsIntro}</p></div>
        {(budgets.data?.length ?? 0) > 0 ? create : null}
      </div>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <Load of={budgets}>
        {(all) => all.length === 0 ? <Empty title={m.noBudgets} text={m.noBudgetsHint}>{create}</Empty> : (
          <div class="grid-cards">{all.map((one) => <Card key={one.id} budget={one} items={canChange ? items(one) : []} />)}</div>
        )}
      </Load>
      {ask?.kind === 'create' || ask?.kind === 'change' ? (
        <BudgetDialog project={project.id} budget={ask.kind === 'change' ? ask.budget : null} onClose={() => setAsk(null)} onSaved={done} />
      ) : null}
      {ask?.kind === 'close' ? (
        <Confirm title={m.closeTitle(ask.budget.name)} text={m.closeText} action={m.close} danger onClose={() => setAsk(null)}
          onConfirm={() => act(() => modelsApi.closeBudget(ask.budget.id), `${ask.budget.name}: ${m.budgetStates.closed}`)} />
      ) : null}
      {ask?.kind === 'release' ? (
        <Confirm title={m.releaseTitle} text={m.releaseText(lostOf(ask.budget))} action={m.release} onClose={() => setAsk(null)}
          onConfirm={() => act(() => modelsApi.releaseLost(ask.budget.id), m.released)} />
      ) : null}
    </section>
  );
}

const lostOf = (budget: Budget): string => [
  budget.lost.money > 0 ? formatUnits(budget.lost.money, budget.currency) : '', budget.lost.tokens > 0 ? t.models.limitTokens(formatCount(budget.lost.tokens)) : '',
].filter(Boolean).join(' · ');

const kTones = { open: 'good', paused: 'warn', closed: undefined } as const;
const kUsed = ['spent', 'reserved', 'lost'] as const;

function Card({ budget, items }: { budget: Budget; items: MenuItem[] }) {
  const m = t.models;
  const money = (n: number): string => formatUnits(n, budget.currency);
  const columns = (['money', 'tokens'] as const).filter((what) => budget[what] !== null || kUsed.some((used) => budget[used][what] > 0));
  const show = { money, tokens: formatCount };
  const words = { money: m.moneyOf, tokens: m.tokensOf };
  const free = (what: 'money' | 'tokens'): number | null => left(budget[what], ...kUsed.map((used) => budget[used][what]));
  return (
    <article class="card" data-budget={budget.name}>
      <div class="row between">
        <h3><bdi>{budget.name}</bdi></h3>
        <span class="row"><Pill {...(kTones[budget.state] ? { tone: kTones[budget.state] } : {})}>{m.budgetStates[budget.state]}</Pill><Menu label={t.ui.menuOf(budget.name)} items={items} /></span>
      </div>
      {columns.map((what) => (budget[what] === null ? null : (
        <Bar key={what} label={m.barOf(words[what], m.spentOf(show[what](budget.spent[what]), show[what](budget[what] ?? 0)))} bound={budget[what] ?? 0}
          parts={kUsed.map((used) => [used, budget[used][what]])} />
      )))}
      <table class="budget-figures">
        <thead><tr><th scope="col">{m.periodSince[budget.period]}</th>{columns.map((what) => <th key={what} scope="col">{words[what]}</th>)}</tr></thead>
        <tbody>
          {kUsed.map((used) => (
            <tr key={used} title={used === 'lost' ? m.lostHint : used === 'reserved' ? m.reservedHint : undefined}>
              <th scope="row"><span class={`used ${used}`} aria-hidden="true" />{m[used]}</th>
              {columns.map((what) => <td key={what} data-figure={`${used}-${what}`} class={used === 'lost' && budget.lost[what] > 0 ? 'warn' : ''}>{show[what](budget[used][what])}</td>)}
            </tr>
          ))}
          <tr>
            <th scope="row">{m.left}</th>
            {columns.map((what) => { const rest = free(what); return <td key={what} class={rest === 0 ? 'bad' : ''}>{rest === null ? m.unbound : show[what](rest)}</td>; })}
          </tr>
          <tr class="sum">
            <th scope="row">{m.bound}</th>
            {columns.map((what) => { const bound = budget[what]; return <td key={what}>{bound === null ? m.unbound : show[what](bound)}</td>; })}
          </tr>
        </tbody>
      </table>
      {budget.lost.money + budget.lost.tokens > 0 ? <p class="small warn">{m.lostHint}</p> : null}
    </article>
  );
}

function Bar({ label, bound, parts }: { label: string; bound: number; parts: [string, number][] }) {
  const whole = Math.max(bound, parts.reduce((sum, [, n]) => sum + n, 0), 1);
  return (
    <div class="budget-bar" role="img" aria-label={label}>
      {parts.filter(([, n]) => n > 0).map(([id, n]) => <span key={id} class={id} style={{ width: `${(n / whole) * 100}%` }} />)}
    </div>
  );
}
