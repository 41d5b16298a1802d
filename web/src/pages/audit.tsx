// Who opened what: the log's openings, each with a proof that is checked here before a tick stands beside it.
import { useEffect, useState } from 'preact/hooks';
import { api, type Page } from '../api';
import { audit, type LogState, type Opening } from '../api/audit';
import { allOf } from '../api/manage';
import { check } from '../audit/proof';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { FilterBar } from '../ui/Chips';
import { CopyButton } from '../ui/Copy';
import { DataTable } from '../ui/DataTable';
import { Select, TextField } from '../ui/Field';
import { formatCount, formatExact, shortId } from '../ui/format';
import { useLoad, useTitle } from '../ui/hooks';
import { useList } from '../ui/list';
import { setQuery, useQuery } from '../ui/route';
import { Empty, Load, Pill } from '../ui/States';
import { Ago } from '../ui/Time';

const kMostPages = 12;
const kPageSize = 50;
const kAtOnce = 10;
const kDay = /^\d{4}-\d{2}-\d{2}$/;
const kThing = /^(tsk|sub)_\w{22}$/;

interface Filters {
  log: number;
  member: string;
  thing: string;
  from: string;
  to: string;
}

function readFilters(query: URLSearchParams): Filters {
  const day = (name: string): string => (kDay.test(query.get(name) ?? '') ? query.get(name) ?? '' : '');
  const log = Number(query.get('log') ?? 1);
  return {
    log: Number.isInteger(log) && log > 0 ? log : 1, member: query.get('member') ?? '', thing: query.get('thing') ?? '', from: day('from'), to: day('to'),
  };
}

/** A page of the server may be short where much had to be looked through: then it goes on. */
async function load(filters: Filters, cursor: string | null, limit: number): Promise<Page<Opening>> {
  const items: Opening[] = [];
  let next = cursor;
  for (let n = 0; n < kMostPages; n++) {
    const page = await audit.openings({
      log: filters.log, member: filters.member || null, [filters.thing.startsWith('sub_') ? 'submission' : 'task']: filters.thing || null,
      from: filters.from ? `${filters.from}T00:00:00Z` : null, to: filters.to ? `${filters.to}T23:59:59.999Z` : null,
      cursor: next, limit: limit - items.length,
    });
    items.push(...page.items);
    next = page.next;
    if (next === null || items.length >= limit) break;
  }
  return { items, next };
}

export function AuditPage() {
  const filters = readFilters(useQuery());
  const state = useLoad(() => audit.state(filters.log), [filters.log]);
  const names = useLoad(async () => {
    const all = await allOf((cursor) => api.members({ cursor, limit: 200 }));
    return new Map(all.map((x): [string, string] => [x.id, x.name || x.email || shortId(x.id)]));
  }, []);
  const wrong = filters.thing !== '' && !kThing.test(filters.thing);
  const asked = { ...filters, thing: wrong ? '' : filters.thing };
  const list = useList<Opening>((cursor, limit) => load(asked, cursor, limit), [JSON.stringify(asked)], kPageSize);
  const proofs = useProofs(list.rows);
  const a = t.audit;
  useTitle(a.title);
  const filtered = filters.member + filters.thing + filters.from + filters.to !== '';
  const clear = (): void => setQuery({ member: null, thing: null, from: null, to: null });
  return (
    <>
      <div class="page-head"><div class="titles"><h1>{a.title}</h1><p class="soft">{a.intro}</p></div></div>
      <Load of={state}>{(data) => <LogCard state={data} />}</Load>
      <FilterBar onClear={filtered ? clear : null}>
        <Select
          label={a.filters.member} value={filters.member} onInput={(member) => setQuery({ member: member || null })}
          options={[['', a.filters.anybody], ...(names.data ?? new Map<string, string>())]}
        />
        <TextField
          label={a.filters.thing} value={filters.thing} help={a.filters.thingHint} error={wrong ? a.filters.thingWrong : null} maxLength={26}
          onInput={(thing) => setQuery({ thing: thing.trim() || null })}
        />
        <TextField label={a.filters.from} type="date" value={filters.from} help={a.filters.days} onInput={(from) => setQuery({ from: from || null })} />
        <TextField label={a.filters.to} type="date" value={filters.to} onInput={(to) => setQuery({ to: to || null })} />
        {(state.data?.logs ?? 1) > 1 ? (
          <Select
            label={a.logNumber} value={String(filters.log)} onInput={(log) => setQuery({ log: log === '1' ? null : log })}
            options={Array.from({ length: state.data?.logs ?? 1 }, (_, n): [string, string] => [String(n + 1), a.logNumbers(n + 1)])}
          />
        ) : null}
      </FilterBar>
      <DataTable<Opening>
        id="openings" label={a.label} list={list} keyOf={keyOf} nameOf={(row) => formatCount(row.index)}
        empty={<Empty title={a.none} text={a.noneText}>{filtered ? <Button onClick={clear}>{a.allOfIt}</Button> : null}</Empty>}
        columns={[
          { id: 'at', name: true, head: a.columns.at, cell: (row) => <time dateTime={row.at} title={row.at}>{formatExact(row.at)}</time> },
          { id: 'member', head: a.columns.member, cell: (row) => <Who row={row} names={names.data} /> },
          { id: 'reason', head: a.columns.reason, cell: (row) => a.reasons[row.reason] ?? row.reason },
          { id: 'objects', head: a.columns.objects, cell: (row) => <What row={row} /> },
          { id: 'leaf', head: a.columns.leaf, end: true, cell: (row) => <span class="num soft">{formatCount(row.index)}</span> },
          { id: 'proof', head: a.columns.proof, cell: (row) => <ProofCell row={row} state={proofs.get(keyOf(row))} /> },
        ]}
      />
    </>
  );
}

const keyOf = (row: Opening): string => `${row.log}/${row.index}`;

function LogCard({ state }: { state: LogState }) {
  const a = t.audit;
  return (
    <section class="card" data-log>
      <h2>{a.logTitle}</h2>
      <dl class="facts">
        <dt>{a.newest}</dt>
        <dd>{a.entries(formatCount(state.size))} · <Ago at={state.published_at} everyMs={5_000} /></dd>
        <dt>{a.witnessed}</dt>
        <dd>
          {state.witnesses.length > 0 ? <Pill tone="good">{a.witnessedBy(state.witnesses.join(', '))}</Pill>
            : <><Pill tone="warn">{a.notWitnessed}</Pill> <span class="small soft">{a.notWitnessedHint}</span></>}
        </dd>
        <dt>{a.key}</dt>
        <dd>
          {state.key === null ? <span class="soft">{a.noKey}</span>
            : <><span class="mono" dir="ltr" data-log-key>{state.key}</span> <CopyButton text={state.key} /><p class="small soft">{a.keyHint}</p></>}
        </dd>
      </dl>
    </section>
  );
}

function Who({ row, names }: { row: Opening; names: Map<string, string> | null }) {
  const a = t.audit;
  if (row.member === null) return <span class="soft">{row.who === '' ? a.roomItself : a.erased}</span>;
  return <span title={row.member} dir="auto">{names?.get(row.member) ?? shortId(row.member)}</span>;
}

/** Things of one kind are named once, with how many there are. */
function What({ row }: { row: Opening }) {
  const a = t.audit;
  const kinds = new Map<string, string[]>();
  for (const object of row.objects) kinds.set(object.type, [...(kinds.get(object.type) ?? []), object.id ?? '']);
  const parts = [...kinds].map(([type, ids]) => {
    const word = a.kinds[type] ?? type;
    return ids.length > 1 ? `${word} ×${formatCount(ids.length)}` : ids[0] ? `${word} ${shortId(ids[0])}` : word;
  });
  const more = row.count - row.objects.length;
  return (
    <span title={row.objects.map((o) => o.id ?? '').filter(Boolean).join(' ')}>
      {parts.join(', ')}{more > 0 ? ` ${a.andMore(formatCount(more))}` : ''}
    </span>
  );
}

type Checked = 'yes' | 'no' | 'cannot';

function ProofCell({ row, state }: { row: Opening; state: Checked | undefined }) {
  const a = t.audit;
  return (
    <span class="row" data-proof={state ?? 'checking'}>
      {state === 'yes' ? <span title={a.provedHint}><Pill tone="good">{a.proved}</Pill></span>
        : state === 'no' ? <span title={a.wrongHint}><Pill tone="bad">{a.wrong}</Pill></span>
        : state === 'cannot' ? <span title={a.cannotHint}><Pill>{a.cannot}</Pill></span>
        : <span class="soft small">{a.checking}</span>}
      <a class="button quiet slim" href={audit.proofAddress(row.log, row.index)} download aria-label={a.downloadOf(formatCount(row.index))}>{a.download}</a>
    </span>
  );
}

/** The proofs of the rows shown, a few at a time; what cannot be fetched is not proved. */
function useProofs(rows: Opening[]): Map<string, Checked> {
  const [known, setKnown] = useState(new Map<string, Checked>());
  useEffect(() => {
    let here = true;
    const run = async (): Promise<void> => {
      for (let at = 0; here && at < rows.length; at += kAtOnce) {
        const results = await Promise.all(rows.slice(at, at + kAtOnce).map(async (row): Promise<[string, Checked]> =>
          [keyOf(row), await audit.proof(row.log, row.index).then((text) => check(text, row)).catch((): Checked => 'no')]));
        if (here) setKnown((old) => new Map([...old, ...results]));
      }
    };
    setKnown(new Map());
    void run();
    return () => {
      here = false;
    };
  }, [rows]);
  return known;
}
