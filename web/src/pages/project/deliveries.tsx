// Datasets: what goes in, how it will look, what was made, and how to fetch it.
import { useEffect, useState } from 'preact/hooks';
import { api, kFormats, type Delivery, type Format } from '../../api';
import { allOf, manage } from '../../api/manage';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { Select, TextField } from '../../ui/Field';
import { formatPercent } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { Empty, ErrorCard, fieldError, Load } from '../../ui/States';
import type { TabProps } from './index';
import { batchName } from './run/batchName';
import { DeliveryCard } from './run/DeliveryCard';
import { Preview } from './run/Preview';

const kLookMs = 1500;
const kSure = ['0', '0.8', '0.9', '0.95', '0.99'];
type Which = 'accepted' | 'any';

export function DeliveriesTab({ project, canChange }: TabProps) {
  const list = useLoad(() => api.deliveries(project.id), [project.id]);
  const building = list.data?.items.some((d) => d.state === 'building') ?? false;
  const progress = useLoad(() => api.progress(project.id), [project.id, building]);
  useEffect(() => {
    if (!building) return;
    const timer = setInterval(list.reload, kLookMs);
    return () => clearInterval(timer);
  }, [building]);
  const again = (delivery: Delivery) => (): void => {
    void api.deliver(project.id, { format: delivery.format, filter: delivery.filter, ...(delivery.note ? { note: delivery.note } : {}) }).finally(list.reload);
  };
  const d = t.deliveries;
  return (
    <div class="stack">
      {canChange ? <Make project={project.id} onMade={list.reload} /> : null}
      <Load of={list}>
        {(page) => page.items.length === 0 ? <Empty title={d.empty} text={d.emptyHint} /> : (
          <>
            <h2>{d.madeSoFar}</h2>
            {page.items.map((item) => (
              <DeliveryCard key={item.id} delivery={item} counts={progress.data?.submissions ?? null} {...(canChange ? { onAgain: again(item) } : {})} />
            ))}
          </>
        )}
      </Load>
    </div>
  );
}

function Make({ project, onMade }: { project: string; onMade: () => void }) {
  const [format, setFormat] = useState<Format>('guildhall');
  const [state, setState] = useState<Which>('accepted');
  const [batch, setBatch] = useState('');
  const [since, setSince] = useState('');
  const [sure, setSure] = useState('');
  const [note, setNote] = useState('');
  const batches = useLoad(() => allOf((cursor) => manage.batches(project, cursor)), [project]);
  const action = useAction();
  const d = t.deliveries;
  const make = (): void => void action.run(async () => {
    const filter = { state, ...(batch ? { batch } : {}), ...(since ? { since: new Date(`${since}T00:00:00`).toISOString() } : {}),
      ...(sure ? { posterior: { least: Number(sure) } } : {}) };
    await api.deliver(project, { format, filter, ...(note.trim() ? { note: note.trim() } : {}) });
    setNote('');
    onMade();
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <h2>{d.create}</h2>
      <div class="grid-2">
        <Select
          label={d.format} value={format} onInput={setFormat} help={d.formats[format]?.[1] ?? ''} error={fieldError(action.problem, '/format')}
          options={kFormats.map((f) => [f, d.formats[f]?.[0] ?? f])}
        />
        <Select label={d.which} value={state} onInput={setState} help={d.whichHelp} options={[['accepted', d.accepted], ['any', d.any]]} />
        {(batches.data?.length ?? 0) > 1 ? (
          <Select label={d.batch} value={batch} onInput={setBatch} options={[['', d.allBatches], ...(batches.data ?? []).map((b) => [b.id, batchName(b)] as [string, string])]} error={fieldError(action.problem, '/filter/batch')} />
        ) : null}
        <TextField type="date" label={d.since} optional help={d.sinceHelp} value={since} onInput={setSince} error={fieldError(action.problem, '/filter/since')} />
        <Select
          label={d.sure} value={sure} onInput={setSure} help={d.sureHelp} error={fieldError(action.problem, '/filter/posterior/question')}
          options={[['', d.sureAll], ...kSure.map((p) => [p, p === '0' ? d.sureWeigh : d.sureLeast(formatPercent(Number(p)))] as [string, string])]}
        />
      </div>
      <TextField label={d.note} optional value={note} onInput={setNote} maxLength={500} />
      <Preview project={project} format={format} state={state} narrowed={batch !== '' || since !== '' || sure !== ''} />
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row"><Button look="primary" type="submit" busy={action.busy}>{d.make}</Button></div>
    </form>
  );
}
