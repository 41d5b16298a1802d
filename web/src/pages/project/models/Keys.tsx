// The virtual keys of a project. Each one's secret is shown once, when it is made.
import { useState } from 'preact/hooks';
import { modelsApi, type VirtualKey } from '../../../api/models';
import { t } from '../../../strings/models';
import { Button, LinkButton } from '../../../ui/Button';
import { DataTable, type DataColumn } from '../../../ui/DataTable';
import { Confirm } from '../../../ui/Dialog';
import { formatCount } from '../../../ui/format';
import { useAction } from '../../../ui/hooks';
import { listOf } from '../../../ui/list';
import { href, setQuery } from '../../../ui/route';
import { Empty, ErrorCard, Load, Pill } from '../../../ui/States';
import { Moment } from '../../../ui/Time';
import { toast } from '../../../ui/Toast';
import type { Known, ViewProps } from './index';
import { KeyDialog } from './KeyDialog';
import { keyState } from './keyState';
import { SecretDialog } from './SecretDialog';

type Ask = { kind: 'create' } | { kind: 'change' | 'revoke'; key: VirtualKey } | { kind: 'secret'; key: VirtualKey; secret: string };

export function Keys({ project, canChange, known }: ViewProps) {
  const { keys, budgets, models } = known;
  const [ask, setAsk] = useState<Ask | null>(null);
  const action = useAction();
  const m = t.models;
  const close = (): void => setAsk(null);
  const revoke = (key: VirtualKey): void => {
    close();
    void action.run(async () => {
      await modelsApi.revokeKey(key.id);
      toast(m.revokedNow(key.name));
      keys.reload();
    });
  };
  const actions = (key: VirtualKey) => (key.revoked ? [] : [
    { id: 'change', label: m.change, run: () => setAsk({ kind: 'change', key }) },
    { id: 'revoke', label: m.revoke, danger: true, run: () => setAsk({ kind: 'revoke', key }) },
  ]);
  const usable = (budgets.data ?? []).filter((one) => one.state !== 'closed');
  const create = canChange ? <Button look="primary" disabled={usable.length === 0 || !models.data?.length} onClick={() => setAsk({ kind: 'create' })}>{m.createKey}</Button> : null;
  return (
    <section class="stack" data-keys>
      <div class="page-head">
        <div class="titles"><h2>{m.keys}</h2><p class="soft">{m.keysIntro}</p></div>
        {(keys.data?.length ?? 0) > 0 ? create : null}
      </div>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      {models.problem ? <ErrorCard problem={models.problem} onRetry={models.reload} /> : null}
      {models.data?.length === 0 ? <div class="hint-card"><p>{m.keysNeedModel}</p><div class="row"><LinkButton to={href('models')}>{m.toModels}</LinkButton></div></div> : null}
      {budgets.data && usable.length === 0 ? (
        <div class="hint-card"><p>{m.keysNeedBudget}</p><div class="row"><Button onClick={() => setQuery({ view: 'budgets' })}>{m.budgets}</Button></div></div>
      ) : null}
      <Load of={keys}>
        {(all) => all.length === 0 ? <Empty title={m.noKeys} text={m.noKeysHint}>{create}</Empty> : (
          <DataTable<VirtualKey>
            id="virtual-keys" label={m.keys} list={listOf(all, keys.reload)} columns={columns(known)} keyOf={(row) => row.id} nameOf={(row) => row.name} empty={null}
            {...(canChange ? { actions } : {})}
          />
        )}
      </Load>
      {ask?.kind === 'create' || ask?.kind === 'change' ? (
        <KeyDialog
          project={project.id} before={ask.kind === 'change' ? ask.key : null} budgets={usable} models={models.data ?? []} onClose={close}
          onSaved={(key, secret) => {
            setAsk(secret === null ? null : { kind: 'secret', key, secret });
            keys.reload();
          }}
        />
      ) : null}
      {ask?.kind === 'secret' ? (
        <SecretDialog secret={ask.secret} model={(models.data ?? []).find((one) => ask.key.models.includes(one.id))?.name ?? ''} onClose={close} />
      ) : null}
      {ask?.kind === 'revoke' ? (
        <Confirm title={m.revokeTitle(ask.key.name)} text={m.revokeText} action={m.revoke} danger onConfirm={() => revoke(ask.key)} onClose={close} />
      ) : null}
    </section>
  );
}

const kTones = { valid: 'good', expired: 'warn', revoked: undefined } as const;

function columns({ budgets, models }: Known): DataColumn<VirtualKey>[] {
  const m = t.models;
  const names = new Map((models.data ?? []).map((one) => [one.id, one.name]));
  const limits = (row: VirtualKey): string => [
    row.requests_per_minute > 0 ? m.limitRequests(formatCount(row.requests_per_minute)) : '', row.tokens_per_minute > 0 ? m.limitTokens(formatCount(row.tokens_per_minute)) : '',
  ].filter(Boolean).join(' · ') || m.noLimits;
  return [
    { id: 'name', head: m.keyName, name: true, cell: (row) => <bdi>{row.name}</bdi> },
    { id: 'state', head: m.state, cell: (row) => {
      const state = keyState(row, Date.now());
      return <Pill {...(kTones[state] ? { tone: kTones[state] } : {})}>{m[state]}</Pill>;
    } },
    { id: 'purpose', head: m.purpose, cell: (row) => m.purposes[row.purpose] },
    { id: 'models', head: m.title, cell: (row) => row.models.map((id) => names.get(id) ?? m.removedModel).join(', ') },
    { id: 'budget', head: m.paidBy, cell: (row) => <bdi>{budgets.data?.find((one) => one.id === row.budget)?.name ?? '–'}</bdi> },
    { id: 'limits', head: m.limits, cell: limits },
    { id: 'expires', head: m.expires, cell: (row) => <Moment at={row.expires_at} /> },
    { id: 'created', head: m.created, off: true, cell: (row) => <Moment at={row.created_at} /> },
  ];
}
