// What went through the processes to one server: each start of them, and what was in flight when it ended. Nothing is opened.
import { useState } from 'preact/hooks';
import { modelsApi, type ExposedRun } from '../../api/models';
import { t } from '../../strings/models';
import { Details } from '../../ui/Details';
import { Drawer } from '../../ui/Drawer';
import { TextField } from '../../ui/Field';
import { formatCount, formatExact, formatTime, shortId } from '../../ui/format';
import { useLoad } from '../../ui/hooks';
import { href } from '../../ui/route';
import { Empty, Load, Pill } from '../../ui/States';
import { inFlight, type Exposed } from './flight';

export function ExposureDrawer({ peer, onClose }: { peer: string; onClose: () => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const exposure = useLoad(
    () => modelsApi.exposure(peer, from ? `${from}T00:00:00Z` : null, to ? `${to}T23:59:59.999Z` : null), [peer, from, to],
  );
  const m = t.models;
  return (
    <Drawer title={m.exposureOf(peer)} onClose={onClose}>
      <p class="soft">{m.exposureIntro}</p>
      <div class="filter-bar">
        <TextField label={m.from} type="date" value={from} help={m.days} onInput={setFrom} />
        <TextField label={m.until} type="date" value={to} onInput={setTo} />
      </div>
      <Load of={exposure} lines={6}>
        {(data) => (
          <>
            {data.more ? <p class="hint-card warn">{m.more}</p> : null}
            {data.runs.length === 0 ? <Empty title={m.noRuns} text={m.noRunsHint} /> : [...data.runs].reverse().map((run, i) => <Run key={i} run={run} />)}
          </>
        )}
      </Load>
    </Drawer>
  );
}

function Run({ run }: { run: ExposedRun }) {
  const m = t.models;
  const flight = inFlight(run);
  return (
    <section class="card" data-run>
      <div class="row between">
        <h3>{run.ended_at ? m.runOf(formatTime(run.started_at), formatTime(run.ended_at)) : m.runEndless(formatTime(run.started_at))}</h3>
        {run.stopped_by ? <Pill tone="bad">{m.stoppedBy(m.roles[run.stopped_by] ?? run.stopped_by)}</Pill> : null}
      </div>
      {run.ended_at === null ? <p class="soft small">{m.endlessHint}</p>
        : <p class={flight.length > 0 ? 'warn' : 'soft small'}>{flight.length > 0 ? m.flightOf(flight.length) : m.noFlight}</p>}
      {flight.length > 0 ? <Exchanges label={m.flight} list={flight} /> : null}
      {run.exchanges.length > 0 ? (
        <Details summary={m.through(formatCount(run.exchanges.length))}><Exchanges label={m.exchanges} list={run.exchanges} /></Details>
      ) : <p class="soft small">{m.through(formatCount(0))}</p>}
      <Details summary={m.executables}>
        <dl class="facts">
          {run.executables.map((one) => <><dt>{m.roles[one.role] ?? one.role}</dt><dd class="mono" dir="ltr">{one.sha256}</dd></>)}
        </dl>
      </Details>
    </section>
  );
}

/** Each leads to its row in its project; what it said is opened there, or not. */
function Exchanges({ label, list }: { label: string; list: Exposed[] }) {
  const m = t.models;
  return (
    <ul class="plain-list" aria-label={label}>
      {list.map((one) => (
        <li key={one.id} class="row">
          <a class="mono" href={`${href('projects', one.project, 'models')}?exchange=${encodeURIComponent(one.id)}`}>{shortId(one.id)}</a>
          <time class="num" dateTime={one.at}>{formatExact(one.at)}</time>
          <span class="soft num">{m.ms(formatCount(one.whole_ms))}</span>
          <span class="soft">{(m.states as Record<string, string>)[one.state] ?? one.state}</span>
        </li>
      ))}
    </ul>
  );
}
