// Every exchange with a model, newest first: what it cost and how it went. What was said is opened one by one.
import { useState } from 'preact/hooks';
import { kExchangeStates, kPurposes, modelsApi, type Exchange, type ExchangeState } from '../../../api/models';
import { canManage } from '../../../session';
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { FilterBar } from '../../../ui/Chips';
import { DataTable, type DataColumn } from '../../../ui/DataTable';
import { Select, TextField } from '../../../ui/Field';
import { formatCount, formatExact, shortId } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { useList } from '../../../ui/list';
import { setQuery, useQuery } from '../../../ui/route';
import { Empty, Load, Pill } from '../../../ui/States';
import { formatTokens, formatUnits } from '../../models/amount';
import { ExchangeDrawer } from './ExchangeDrawer';
import type { Known, ViewProps } from './index';
import { KeepDialog } from './KeepDialog';

const kDay = /^\d{4}-\d{2}-\d{2}$/;
const kFilters = ['key', 'model', 'purpose', 'state', 'from', 'to'] as const;
type Filters = Record<(typeof kFilters)[number], string>;

function readFilters(query: URLSearchParams): Filters {
  const word = (name: string, words: readonly string[]): string => words.find((one) => one === query.get(name)) ?? '';
  const day = (name: string): string => (kDay.test(query.get(name) ?? '') ? query.get(name) ?? '' : '');
  return { key: query.get('key') ?? '', model: query.get('model') ?? '', purpose: word('purpose', kPurposes), state: word('state', kExchangeStates), from: day('from'), to: day('to') };
}

export const exchangeTone = (state: ExchangeState): { tone?: 'good' | 'warn' | 'bad' } =>
  (state === 'complete' ? { tone: 'good' } : state === 'cancelled' ? {} : state === 'incomplete' ? { tone: 'warn' } : { tone: 'bad' });

export const currencyOf = (known: Known, budget: string): string => known.budgets.data?.find((one) => one.id === budget)?.currency ?? 'USD';
export const keyNameOf = (known: Known, key: string): string => known.keys.data?.find((one) => one.id === key)?.name ?? shortId(key);
export const modelNameOf = (known: Known, model: string): string => known.models.data?.find((one) => one.id === model)?.name ?? shortId(model);
export const latencyOf = (row: Exchange): string =>
  t.models.latencyOf(row.first_ms === null ? t.models.noFirst : t.models.ms(formatCount(row.first_ms)), t.models.ms(formatCount(row.whole_ms)));

export function Exchanges({ project, canChange, known }: ViewProps) {
  const query = useQuery();
  const filters = readFilters(query);
  const opened = query.get('exchange');
  const list = useList<Exchange>((cursor, limit) => modelsApi.exchanges(project.id, {
    ...filters, from: filters.from ? `${filters.from}T00:00:00Z` : null, to: filters.to ? `${filters.to}T23:59:59.999Z` : null, cursor, limit,
  }), [project.id, JSON.stringify(filters)]);
  const m = t.models;
  const filtered = kFilters.some((name) => filters[name] !== '');
  const clear = (): void => setQuery(Object.fromEntries(kFilters.map((name) => [name, null])));
  const set = (name: keyof Filters) => (value: string): void => setQuery({ [name]: value || null });
  return (
    <section class="stack" data-exchanges>
      <div class="page-head">
        <div class="titles"><h2>{m.exchanges}</h2><p class="soft">{m.exchangesIntro}</p></div>
        <Kept project={project.id} canChange={canChange} />
      </div>
      <FilterBar onClear={filtered ? clear : null}>
        <Select label={m.key} value={filters.key} onInput={set('key')} options={[['', m.anything], ...(known.keys.data ?? []).map((one): [string, string] => [one.id, one.name])]} />
        <Select label={m.model} value={filters.model} onInput={set('model')} options={[['', m.anything], ...(known.models.data ?? []).map((one): [string, string] => [one.id, one.name])]} />
        <Select label={m.purpose} value={filters.purpose} onInput={set('purpose')} options={[['', m.anything], ...kPurposes.map((one): [string, string] => [one, m.purposes[one]])]} />
        <Select label={m.state} value={filters.state} onInput={set('state')} options={[['', m.anything], ...kExchangeStates.map((one): [string, string] => [one, m.states[one]])]} />
        <TextField label={m.from} type="date" value={filters.from} help={m.days} onInput={set('from')} />
        <TextField label={m.until} type="date" value={filters.to} onInput={set('to')} />
      </FilterBar>
      <DataTable<Exchange>
        id="exchanges" label={m.exchanges} list={list} columns={columns(known)} keyOf={(row) => row.id} nameOf={(row) => formatExact(row.at)}
        onOpen={(row) => setQuery({ exchange: row.id })}
        empty={<Empty title={m.noExchanges} text={filtered ? m.noExchangesFilter : m.noExchangesHint}>{filtered ? <Button onClick={clear}>{t.ui.clearFilters}</Button> : null}</Empty>}
      />
      {opened ? (
        <ExchangeDrawer
          key={opened} id={opened} row={list.rows.find((one) => one.id === opened) ?? null} known={known} mayOpen={canManage(project.role)}
          onClose={() => setQuery({ exchange: null })}
        />
      ) : null}
    </section>
  );
}

function Kept({ project, canChange }: { project: string; canChange: boolean }) {
  const settings = useLoad(() => modelsApi.exchangeSettings(project), [project]);
  const [changing, setChanging] = useState(false);
  const m = t.models;
  return (
    <Load of={settings} lines={1}>
      {(data) => (
        <span class="row small">
          <span class="soft">{m.keep} {data.keep_days > 0 ? m.keepDays(data.keep_days) : m.keepEver}</span>
          {canChange ? <Button slim look="quiet" onClick={() => setChanging(true)}>{m.keepChange}</Button> : null}
          {changing ? (
            <KeepDialog
              project={project} days={data.keep_days} onClose={() => setChanging(false)}
              onSaved={(saved) => {
                settings.set(saved);
                setChanging(false);
              }}
            />
          ) : null}
        </span>
      )}
    </Load>
  );
}

function columns(known: Known): DataColumn<Exchange>[] {
  const m = t.models;
  return [
    { id: 'at', head: m.at, name: true, cell: (row) => <time class="num" dateTime={row.at}>{formatExact(row.at)}</time> },
    { id: 'state', head: m.state, cell: (row) => <span title={m.stateHelp[row.state]}><Pill {...exchangeTone(row.state)}>{m.states[row.state]}</Pill></span> },
    { id: 'purpose', head: m.purpose, cell: (row) => m.purposes[row.purpose] },
    { id: 'model', head: m.model, cell: (row) => (row.model === null ? <span class="soft">{m.notNoted}</span> : <bdi>{modelNameOf(known, row.model)}</bdi>) },
    { id: 'key', head: m.key, cell: (row) => <bdi>{keyNameOf(known, row.key)}</bdi> },
    { id: 'asked', head: m.asked, cell: (row) => (row.member === null ? <span class="soft">{m.program}</span> : <bdi>{known.members.get(row.member) ?? shortId(row.member)}</bdi>) },
    { id: 'tokens', head: m.tokens, end: true, cell: (row) => <span title={row.measured ? m.measured : m.bounded}>{row.measured ? '' : '≤ '}{formatTokens(row.input_tokens, row.output_tokens)}</span> },
    { id: 'cost', head: m.cost, end: true, cell: (row) => formatUnits(row.cost, currencyOf(known, row.budget)) },
    { id: 'latency', head: m.latency, end: true, cell: latencyOf },
  ];
}
