import { useState } from 'preact/hooks';
import { modelsApi, type Model, type Peer, type Target } from '../../api/models';
import { t } from '../../strings/models';
import { Button } from '../../ui/Button';
import { DataTable, type DataColumn } from '../../ui/DataTable';
import { Confirm } from '../../ui/Dialog';
import { formatCount } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { listOf } from '../../ui/list';
import { Empty, ErrorCard, Load } from '../../ui/States';
import { toast } from '../../ui/Toast';
import { formatUnits } from './amount';
import { ModelDialog } from './ModelDialog';

type Ask = { kind: 'create' } | { kind: 'change' | 'retire'; model: Model };

export function ModelList({ peers, canChange }: { peers: Peer[]; canChange: boolean }) {
  const models = useLoad(() => modelsApi.models(), []);
  const [ask, setAsk] = useState<Ask | null>(null);
  const action = useAction();
  const m = t.models;
  const close = (): void => setAsk(null);
  const retire = (model: Model): void => {
    close();
    void action.run(async () => {
      await modelsApi.removeModel(model.id);
      toast(m.retired(model.name));
      models.reload();
    });
  };
  const create = canChange ? <Button look="primary" onClick={() => setAsk({ kind: 'create' })}>{m.create}</Button> : null;
  return (
    <section class="stack" data-models>
      <div class="page-head">
        <div class="titles"><h2>{m.list}</h2><p class="soft">{m.listIntro}</p></div>
        {(models.data?.length ?? 0) > 0 ? create : null}
      </div>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <Load of={models}>
        {(all) => all.length === 0 ? <Empty title={m.noModels} text={peers.length > 0 ? m.noModelsHint : m.noModelsNoPeers}>{peers.length > 0 ? create : null}</Empty> : (
          <DataTable<Model>
            id="models" label={m.list} list={listOf(all, models.reload)} columns={columns()} keyOf={(row) => row.id} nameOf={(row) => row.name} empty={null}
            {...(canChange ? {
              onOpen: (model: Model) => setAsk({ kind: 'change', model }),
              actions: (model: Model) => [
                { id: 'change', label: m.change, run: () => setAsk({ kind: 'change', model }) },
                { id: 'retire', label: m.retire, danger: true, run: () => setAsk({ kind: 'retire', model }) },
              ],
            } : {})}
          />
        )}
      </Load>
      {ask?.kind === 'create' || ask?.kind === 'change' ? (
        <ModelDialog
          model={ask.kind === 'change' ? ask.model : null} peers={peers} onClose={close}
          onSaved={(model) => {
            close();
            toast(m.saved(model.name));
            models.reload();
          }}
        />
      ) : null}
      {ask?.kind === 'retire' ? (
        <Confirm title={m.retireTitle(ask.model.name)} text={m.retireText} action={m.retire} danger onConfirm={() => retire(ask.model)} onClose={close} />
      ) : null}
    </section>
  );
}

/** One line for each target, so that its price stands beside it. */
function Each({ model, show }: { model: Model; show: (one: Target) => string }) {
  return <ol class="target-lines">{model.targets.map((one, i) => <li key={i}>{show(one)}</li>)}</ol>;
}

function columns(): DataColumn<Model>[] {
  const m = t.models;
  const price = (model: Model) => (one: Target): string =>
    (one.price ? m.priceInOut(formatUnits(one.price.input, model.currency), formatUnits(one.price.output, model.currency)) : m.noPrice);
  const limits = (row: Model): string => [
    row.requests_per_minute > 0 ? m.limitRequests(formatCount(row.requests_per_minute)) : '', row.tokens_per_minute > 0 ? m.limitTokens(formatCount(row.tokens_per_minute)) : '',
  ].filter(Boolean).join(' · ') || m.noLimits;
  return [
    { id: 'name', head: m.name, name: true, cell: (row) => <bdi>{row.name}</bdi> },
    { id: 'targets', head: m.targets, cell: (row) => <Each model={row} show={(one) => `${one.peer} · ${one.model}`} /> },
    { id: 'prices', head: m.prices, cell: (row) => <Each model={row} show={price(row)} /> },
    { id: 'context', head: m.context, cell: (row) => <Each model={row} show={(one) => (one.context > 0 ? m.contextTokens(formatCount(one.context)) : '–')} /> },
    { id: 'limits', head: m.limits, cell: limits },
  ];
}
