import type { Delivery, Progress } from '../../../api';
import { kApiRoot } from '../../../api/http';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { CopyButton } from '../../../ui/Copy';
import { Details } from '../../../ui/Details';
import { formatBytes, formatCount, formatPercent, formatTime } from '../../../ui/format';
import { ProgressBar } from '../../../ui/ProgressBar';
import { Pill } from '../../../ui/States';
import { curlText, fileName } from './records';

/** Of these every answer is a record, so it is known how many there will be. */
const kRecordEach = ['guildhall', 'csv'];

export function DeliveryCard({ delivery, counts, onAgain }: { delivery: Delivery; counts: Progress['submissions'] | null; onAgain?: () => void }) {
  const d = t.deliveries;
  const m = delivery.manifest;
  const name = d.formats[delivery.format]?.[0] ?? delivery.format;
  const file = `${kApiRoot}/deliveries/${delivery.id}/records`;
  const expected = counts && kRecordEach.includes(delivery.format) && !delivery.filter.batch && !delivery.filter.since && !delivery.filter.posterior
    ? (delivery.filter.state === 'any' ? counts.submitted : counts.accepted) : null;
  return (
    <article class="card" data-delivery={delivery.state}>
      <div class="row between">
        <div class="row">
          <h3>{name}</h3>
          <Pill tone={delivery.state === 'ready' ? 'good' : delivery.state === 'failed' ? 'bad' : 'warn'}>{d.states[delivery.state]}</Pill>
          <span class="small soft">{[formatTime(delivery.created_at), delivery.filter.state === 'any' ? d.any : d.accepted, delivery.note].filter(Boolean).join(' · ')}</span>
        </div>
        {delivery.state === 'ready' ? <a class="button primary" href={file} download={fileName(delivery.format, delivery.id)}>{d.download}</a> : null}
        {delivery.state === 'failed' && onAgain ? <Button onClick={onAgain}>{t.common.retry}</Button> : null}
      </div>
      {delivery.state === 'building'
        ? <ProgressBar label={d.states.building} value={delivery.built ?? 0} total={expected && expected >= (delivery.built ?? 0) ? expected : null} format={formatCount} rate /> : null}
      {delivery.state === 'failed' ? <p class="bad">{d.failed}</p> : null}
      {m ? <Manifest delivery={delivery} /> : null}
    </article>
  );
}

function Manifest({ delivery }: { delivery: Delivery }) {
  const d = t.deliveries;
  const m = delivery.manifest;
  if (!m) return null;
  const dropped = Object.entries(m.dropped ?? {}).filter(([, n]) => n > 0);
  const curl = curlText(location.origin, delivery.id, fileName(delivery.format, delivery.id));
  return (
    <>
      <p>{d.plain(formatCount(m.records), formatCount(m.submissions), formatCount(m.tasks), formatBytes(m.bytes))}
        {m.guidelines_versions.length > 0 ? ` ${d.plainVersions(m.guidelines_versions.join(', '))}` : ''}
      </p>
      {dropped.length > 0 ? (
        <p>{d.plainDropped} {dropped.map(([why, n]) => `${formatCount(n)} ${d.reasons[why] ?? why}`).join(', ')}.</p>
      ) : <p class="soft small">{d.nothingDropped}</p>}
      <Details summary={d.proof}>
        <dl class="facts small">
          <dt>{d.checksum}</dt><dd><span class="mono">{m.sha256}</span> <CopyButton text={m.sha256} /></dd>
          <dt>{d.command}</dt><dd><span class="mono prewrap">{curl}</span> <CopyButton text={curl} /></dd>
          <dt>{d.check}</dt><dd><span class="mono prewrap">{`echo "${m.sha256}  ${fileName(delivery.format, delivery.id)}" | sha256sum -c`}</span></dd>
          <dt>{d.formVersions}</dt><dd>{m.template_versions.join(', ') || '–'}</dd>
          {m.posterior ? <><dt>{d.sure}</dt><dd>{d.sureBy(m.posterior.question, formatPercent(m.posterior.least), formatTime(m.posterior.computed_at))}</dd></> : null}
        </dl>
        <p class="soft small">{d.tokenHint}</p>
      </Details>
    </>
  );
}
