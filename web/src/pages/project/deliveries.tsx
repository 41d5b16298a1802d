import { useEffect, useState } from 'preact/hooks';
import { api, kFormats, type Delivery, type Format } from '../../api';
import { kApiRoot } from '../../api/http';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/Copy';
import { Select, TextField } from '../../ui/Field';
import { formatBytes, formatCount, formatTime } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { Empty, ErrorCard, Load, Pill } from '../../ui/States';
import type { TabProps } from './index';

const kLookMs = 1500;

export function DeliveriesTab({ project, canChange }: TabProps) {
  const list = useLoad(() => api.deliveries(project.id), [project.id]);
  const [format, setFormat] = useState<Format>('guildhall');
  const [state, setState] = useState<'accepted' | 'any'>('accepted');
  const [note, setNote] = useState('');
  const action = useAction();
  const building = list.data?.items.some((d) => d.state === 'building') ?? false;
  useEffect(() => {
    if (!building) return;
    const timer = setInterval(list.reload, kLookMs);
    return () => clearInterval(timer);
  }, [building]);
  const d = t.deliveries;
  return (
    <div class="stack">
      {canChange ? (
        <form
          class="card"
          onSubmit={(event) => {
            event.preventDefault();
            void action.run(async () => {
              await api.deliver(project.id, { format, filter: { state }, ...(note.trim() ? { note: note.trim() } : {}) });
              setNote('');
              list.reload();
            });
          }}
        >
          <h2>{d.create}</h2>
          <div class="grid-2">
            <Select
              label={d.format} value={format} onInput={setFormat} help={d.formats[format]?.[1] ?? ''}
              options={kFormats.map((f) => [f, d.formats[f]?.[0] ?? f])}
            />
            <Select label={d.which} value={state} onInput={setState} options={[['accepted', d.accepted], ['any', d.any]]} />
          </div>
          <TextField label={d.note} optional value={note} onInput={setNote} maxLength={500} />
          {action.problem ? <ErrorCard problem={action.problem} /> : null}
          <div class="row"><Button look="primary" type="submit" busy={action.busy}>{d.make}</Button></div>
        </form>
      ) : null}
      <Load of={list}>
        {(page) => page.items.length === 0
          ? <Empty title={d.empty} text={d.emptyHint} /> : <>{page.items.map((item) => <One key={item.id} delivery={item} />)}</>}
      </Load>
    </div>
  );
}

function One({ delivery }: { delivery: Delivery }) {
  const d = t.deliveries;
  const m = delivery.manifest;
  const dropped = Object.entries(m?.dropped ?? {}).filter(([, n]) => n > 0);
  return (
    <article class="card" data-delivery={delivery.state}>
      <div class="row between">
        <div class="row">
          <h3>{d.formats[delivery.format]?.[0] ?? delivery.format}</h3>
          <Pill tone={delivery.state === 'ready' ? 'good' : delivery.state === 'failed' ? 'bad' : 'warn'}>{d.states[delivery.state]}</Pill>
          <span class="small soft">{formatTime(delivery.created_at)}{delivery.note ? ` · ${delivery.note}` : ''}</span>
        </div>
        {delivery.state === 'ready' ? <a class="button" href={`${kApiRoot}/deliveries/${delivery.id}/records`} download>{d.download}</a> : null}
      </div>
      {delivery.state === 'building' ? <p class="soft" role="status">{d.built(formatCount(delivery.built ?? 0))}</p> : null}
      {delivery.state === 'failed' ? <p class="bad">{d.failed}</p> : null}
      {m ? (
        <dl class="facts small">
          <dt>{d.records}</dt><dd class="num">{formatCount(m.records)}</dd>
          <dt>{d.tasks}</dt><dd class="num">{formatCount(m.tasks)}</dd>
          <dt>{d.submissions}</dt><dd class="num">{formatCount(m.submissions)}</dd>
          {dropped.length > 0 ? <><dt>{d.dropped}</dt><dd>{dropped.map(([why, n]) => `${formatCount(n)} ${d.reasons[why] ?? why}`).join(', ')}</dd></> : null}
          <dt>{d.versions}</dt><dd>{m.guidelines_versions.join(', ') || '–'}</dd>
          <dt>{d.size}</dt><dd>{formatBytes(m.bytes)}</dd>
          <dt>{d.checksum}</dt><dd><span class="mono">{m.sha256}</span> <CopyButton text={m.sha256} /></dd>
        </dl>
      ) : null}
    </article>
  );
}
