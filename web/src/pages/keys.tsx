// Who holds the room's keys, what was last signed about them, and the owner's wish that they be withdrawn. Works while the
// room is dark: nothing here is content, and titles are shown only where they can be read.
import { useEffect, useState } from 'preact/hooks';
import { api, type Role } from '../api';
import { keysApi, type KeeperState, type KeeperStatement, type RoomKeys, type Wish } from '../api/keys';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { CopyButton } from '../ui/Copy';
import { Details } from '../ui/Details';
import { Dialog } from '../ui/Dialog';
import { ChoiceCards, Select } from '../ui/Field';
import { formatTime } from '../ui/format';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { ErrorCard, Load, Pill } from '../ui/States';
import { Table } from '../ui/Table';
import { Moment } from '../ui/Time';

const kLookMs = 2000;
/** After so long without an answer the page says why there may be none. */
const kPatienceMs = 20_000;

/** What a keeper signed in answer to a wish, or null. */
export function answerTo(wish: Wish | null, last: KeeperStatement | null): KeeperStatement | null {
  if (!wish?.answered || last?.kind !== 'withdrawal' || !last.taken) return null;
  return last.whole_room || last.project === wish.project ? last : null;
}

/** `role`: null where nobody can say who is signed in, the room being dark. */
export function KeysPage({ role }: { role: Role | null }) {
  const keys = useLoad(() => keysApi.keys(), []);
  const titles = useTitles(keys.data);
  useTitle(t.keys.title);
  useEffect(() => {
    const timer = setInterval(keys.reload, kLookMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div class="page-head"><div class="titles"><h1>{t.keys.title}</h1><p class="soft">{t.keys.intro}</p></div></div>
      <Load of={keys}>{(data) => (
        <>
          <Holder data={data} />
          {role === 'owner' ? <Withdraw data={data} titles={titles} onAsked={keys.reload} /> : null}
          {data.wish && !isOver(data) ? <Progress data={data} wish={data.wish} titles={titles} /> : null}
          {data.held_by === 'keeper' ? <Agents keepers={data.keepers} /> : null}
          {data.held_by === 'keeper' ? <Last statement={data.last_statement} titles={titles} /> : null}
          <Projects data={data} titles={titles} />
        </>
      )}
      </Load>
    </>
  );
}

type Titles = ReadonlyMap<string, string>;

/** By project; those that cannot be read now are missing. Asked for whenever other projects can be read, and again until they come. */
function useTitles(data: RoomKeys | null): Titles {
  const [titles, setTitles] = useState<Titles>(new Map());
  const readable = data?.room === 'open' ? data.projects.flatMap((one) => (one.id && one.leased ? [one.id] : [])) : [];
  useEffect(() => {
    setTitles((had) => new Map([...had].filter(([id]) => readable.includes(id))));
    let isWanted = readable.length > 0;
    let again = 0;
    const ask = (): void => {
      if (!isWanted) return;
      api.projects({ limit: 200 }).then(
        (page) => isWanted && setTitles(new Map(page.items.map((one) => [one.id, one.title]))),
        () => void (again = window.setTimeout(ask, kLookMs)),
      );
    };
    ask();
    return () => {
      isWanted = false;
      clearTimeout(again);
    };
  }, [readable.join()]);
  return titles;
}

/** A wish is over once the keeper has signed something else since. */
export const isOver = (data: RoomKeys): boolean => data.wish?.answered === true && data.room === 'open' && data.last_statement?.kind !== 'withdrawal';

const named = (project: string | null, titles: Titles): string => (project === null ? t.keys.room : titles.get(project) || project);

function Holder({ data }: { data: RoomKeys }) {
  return (
    <section class="card">
      <div class="row between">
        <h2>{t.keys.holder}</h2>
        <span class="row">
          <Pill tone={data.room === 'open' ? 'good' : 'bad'}>{t.keys.state[data.room]}</Pill>
          {data.since ? <span class="soft small">{t.keys.since(formatTime(data.since))}</span> : null}
        </span>
      </div>
      <p>{t.keys.held[data.held_by]}</p>
    </section>
  );
}

function Agents({ keepers }: { keepers: KeeperState[] }) {
  return (
    <section class="card">
      <h2>{t.keys.agents}</h2>
      {keepers.map((keeper) => (
        <dl key={keeper.id} class="facts">
          <dt>{t.keys.agent}</dt>
          <dd><code>{keeper.id}</code> <CopyButton text={keeper.id} /></dd>
          <dt>{t.keys.contact}</dt>
          <dd>{keeper.contact_at ? <Moment at={keeper.contact_at} /> : t.keys.never}</dd>
          <dt>{t.keys.leasedUntil}</dt>
          <dd>{keeper.leased_until && !keeper.withdrawn ? <Moment at={keeper.leased_until} /> : t.keys.notLeased}</dd>
          <dt>{t.keys.withdrawn}</dt>
          <dd>{keeper.withdrawn ? t.keys.withdrawnRoom
            : keeper.withdrawn_projects.length > 0 ? t.keys.withdrawnProjects(keeper.withdrawn_projects.length) : t.keys.notWithdrawn}
          </dd>
          {keeper.shredded_projects.length > 0
            ? <><dt>{t.keys.shredded}</dt><dd>{t.keys.withdrawnProjects(keeper.shredded_projects.length)}</dd></> : null}
        </dl>
      ))}
    </section>
  );
}

function Last({ statement, titles }: { statement: KeeperStatement | null; titles: Titles }) {
  return (
    <section class="card" data-statement={statement?.kind}>
      <h2>{t.keys.statement}</h2>
      {statement ? <Statement statement={statement} titles={titles} /> : <p class="soft">{t.keys.noStatement}</p>}
    </section>
  );
}

function Statement({ statement, titles }: { statement: KeeperStatement; titles: Titles }) {
  return (
    <>
      <dl class="facts">
        <dt>{t.keys.kind}</dt>
        <dd>{t.keys.kinds[statement.kind] ?? statement.kind}</dd>
        {statement.kind === 'lease' ? null : <><dt>{t.keys.of}</dt><dd>{named(statement.whole_room ? null : statement.project, titles)}</dd></>}
        <dt>{t.keys.at}</dt>
        <dd><Moment at={statement.at} /></dd>
        <dt>{t.keys.agent}</dt>
        <dd><code>{statement.keeper}</code></dd>
        <dt>{t.keys.counter}</dt>
        <dd>{statement.counter} <span class="soft small">{t.keys.counterHelp}</span></dd>
        <dt>{t.keys.taken}</dt>
        <dd>{statement.taken ? t.keys.takenYes : t.keys.takenNo}</dd>
      </dl>
      <Details summary={t.keys.bytes}>
        <code class="bytes">{statement.statement}</code>
        <div class="row"><CopyButton text={statement.statement} /></div>
      </Details>
    </>
  );
}

function Projects({ data, titles }: { data: RoomKeys; titles: Titles }) {
  if (data.projects.length === 0) return null;
  return (
    <section class="stack">
      <h2>{t.keys.projects}</h2>
      <Table
        label={t.keys.projects} rows={data.projects} keyOf={(row) => row.id ?? ''}
        columns={[
          { head: t.keys.project, cell: (row) => (row.id ? named(row.id, titles) : t.keys.own) },
          { head: t.keys.key, cell: (row) => <Pill tone={row.leased ? 'good' : 'warn'}>{row.leased ? t.keys.here : t.keys.away}</Pill> },
        ]}
      />
    </section>
  );
}

function Withdraw({ data, titles, onAsked }: { data: RoomKeys; titles: Titles; onAsked: () => void }) {
  const [asking, setAsking] = useState(false);
  if (data.held_by !== 'keeper') return <p class="soft">{t.keys.noAgent}</p>;
  return (
    <section class="card">
      <h2>{t.keys.ask}</h2>
      <p class="soft">{t.keys.askHelp}</p>
      <div class="row"><Button look="danger" disabled={data.room === 'locked'} onClick={() => setAsking(true)}>{t.keys.ask}</Button></div>
      {asking ? <Ask data={data} titles={titles} onClose={() => setAsking(false)} onAsked={onAsked} /> : null}
    </section>
  );
}

function Ask({ data, titles, onClose, onAsked }: { data: RoomKeys; titles: Titles; onClose: () => void; onAsked: () => void }) {
  const open = data.projects.flatMap((one) => (one.id && one.leased ? [one.id] : []));
  const [what, setWhat] = useState<'room' | 'one'>('room');
  const [project, setProject] = useState(open[0] ?? '');
  const action = useAction();
  const ask = (): Promise<void> => action.run(async () => {
    await keysApi.withdraw(what === 'one' ? project : null);
    onAsked();
    onClose();
  });
  return (
    <Dialog title={t.keys.confirmTitle} onClose={onClose}>
      {open.length > 0 ? (
        <ChoiceCards label={t.keys.what} options={[{ value: 'room', label: t.keys.room }, { value: 'one', label: t.keys.one }]} value={what} onInput={setWhat} />
      ) : null}
      {what === 'one' ? <Select label={t.keys.which} options={open.map((id) => [id, named(id, titles)])} value={project} onInput={setProject} /> : null}
      <p>{what === 'room' ? t.keys.confirmRoom : t.keys.confirmProject}</p>
      <p><strong>{t.keys.onlyAgent}</strong></p>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button look="danger" busy={action.busy} onClick={() => void ask()}>{t.keys.confirm}</Button>
      </div>
    </Dialog>
  );
}

/** Asked, signed, locked: each with its moment, as far as it has come. */
function Progress({ data, wish, titles }: { data: RoomKeys; wish: Wish; titles: Titles }) {
  const signed = answerTo(wish, data.last_statement);
  const locked = wish.project === null ? data.room === 'locked' : data.projects.some((one) => one.id === wish.project && !one.leased);
  const slow = !wish.answered && Date.now() - Date.parse(wish.at) > kPatienceMs;
  const steps: [string, boolean, string | null][] = [
    [t.keys.steps.asked, true, wish.at], [t.keys.steps.signed, wish.answered, signed?.at ?? null], [t.keys.steps.locked, wish.answered && locked, null],
  ];
  return (
    <section class="card" data-wish={wish.answered ? (locked ? 'locked' : 'signed') : 'asked'}>
      <h2>{t.keys.progress}: {named(wish.project, titles)}</h2>
      <div role="status">
        <ol>
          {steps.map(([words, done, at]) => (
            <li key={words}>
              {words} <span class="soft">{at ? <Moment at={at} /> : done ? t.keys.done : t.keys.waiting}</span>
            </li>
          ))}
        </ol>
      </div>
      {slow ? <p class="soft">{t.keys.notTaken}</p> : null}
    </section>
  );
}
