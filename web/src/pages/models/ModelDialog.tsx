// Naming a model, or changing one: its targets in order of fall-back, each with its price and its bounds.
import { useState } from 'preact/hooks';
import { modelsApi, type Model, type Peer } from '../../api/models';
import { t } from '../../strings/models';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Select, TextField } from '../../ui/Field';
import { useAction } from '../../ui/hooks';
import { ErrorCard, fieldError } from '../../ui/States';
import { draftOf, kMostTargets, moved, newModel, newTarget, readDraft, type TargetDraft } from './terms';

export function ModelDialog({ model, peers, onClose, onSaved }: {
  model: Model | null; peers: Peer[]; onClose: () => void; onSaved: (model: Model) => void;
}) {
  const [draft, setDraft] = useState(() => (model ? draftOf(model) : newModel(peers)));
  const [wrong, setWrong] = useState<string | null>(null);
  const action = useAction();
  const m = t.models;
  const set = (change: Partial<typeof draft>): void => {
    setWrong(null);
    setDraft({ ...draft, ...change });
  };
  /** Refused here, or there. */
  const errorAt = (place: string, here: string): string | null => (wrong === place ? here : fieldError(action.problem, place));
  const save = (): void => {
    const read = readDraft(draft);
    if ('wrong' in read) return setWrong(read.wrong);
    void action.run(async () => onSaved(await (model ? modelsApi.changeModel(model.id, read.body) : modelsApi.createModel(read.body))));
  };
  const setTarget = (at: number, change: Partial<TargetDraft>): void =>
    set({ targets: draft.targets.map((one, i) => (i === at ? { ...one, ...change } : one)) });
  return (
    <Dialog title={model ? m.changeTitle(model.name) : m.create} wide onClose={onClose}>
      <form
        class="stack" noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div class="grid-2">
          <TextField label={m.name} help={m.nameHelp} value={draft.name} maxLength={128} onInput={(name) => set({ name })} error={errorAt('/name', m.needed)} />
          <TextField label={m.currency} help={m.currencyHelp} value={draft.currency} maxLength={3} onInput={(currency) => set({ currency })} error={errorAt('/currency', m.needed)} />
        </div>
        {draft.targets.map((one, i) => (
          <TargetFields
            key={i} target={one} at={i} peers={peers} errorAt={errorAt} onChange={(change) => setTarget(i, change)}
            onUp={i > 0 ? () => set({ targets: moved(draft.targets, i, i - 1) }) : null}
            onRemove={draft.targets.length > 1 ? () => set({ targets: draft.targets.filter((_, n) => n !== i) }) : null}
          />
        ))}
        <div class="row"><Button disabled={draft.targets.length >= kMostTargets} onClick={() => set({ targets: [...draft.targets, newTarget(peers)] })}>{m.addTarget}</Button></div>
        <div class="grid-2">
          <TextField label={m.requests} optional help={m.noBound} value={draft.requests} onInput={(requests) => set({ requests })} error={errorAt('/requests_per_minute', m.unreadableCount)} />
          <TextField label={m.tokensMinute} optional help={m.noBound} value={draft.tokens} onInput={(tokens) => set({ tokens })} error={errorAt('/tokens_per_minute', m.unreadableCount)} />
        </div>
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}

function TargetFields({ target, at, peers, errorAt, onChange, onUp, onRemove }: {
  target: TargetDraft; at: number; peers: Peer[]; errorAt: (place: string, here: string) => string | null;
  onChange: (change: Partial<TargetDraft>) => void; onUp: (() => void) | null; onRemove: (() => void) | null;
}) {
  const m = t.models;
  const place = `/targets/${at}`;
  const names = [...new Set([...peers.map((one) => one.name), target.peer])];
  const pick = (peer: string): void => onChange({ peer, dialect: peers.find((one) => one.name === peer)?.dialect ?? target.dialect });
  return (
    <fieldset class="target-fields">
      <legend>{m.target(at + 1)} <span class="soft small">{at === 0 ? m.targetFirst : m.targetNext}</span></legend>
      <div class="grid-2">
        <Select label={m.peer} value={target.peer} onInput={pick} options={names.map((name) => [name, name || '–'])} error={errorAt(`${place}/peer`, m.needed)} />
        <TextField label={m.targetModel} help={m.targetModelHelp} value={target.model} maxLength={128} onInput={(model) => onChange({ model })} error={errorAt(`${place}/model`, m.needed)} />
      </div>
      <div class="grid-3">
        <TextField label={m.priceIn} help={m.priceHelp} value={target.input} onInput={(input) => onChange({ input })} error={errorAt(`${place}/price/input`, m.unreadableAmount)} />
        <TextField label={m.priceOut} value={target.output} onInput={(output) => onChange({ output })} error={errorAt(`${place}/price/output`, m.unreadableAmount)} />
        <TextField label={m.priceCached} optional help={m.cachedHelp} value={target.cached} onInput={(cached) => onChange({ cached })} error={errorAt(`${place}/price/cached_input`, m.unreadableAmount)} />
        <TextField label={m.defaultOutput} help={m.defaultHelp} value={target.default_output} onInput={(n) => onChange({ default_output: n })} error={errorAt(`${place}/default_output`, m.unreadableCount)} />
        <TextField label={m.mostOutput} optional help={m.noBound} value={target.most_output} onInput={(n) => onChange({ most_output: n })} error={errorAt(`${place}/most_output`, m.unreadableCount)} />
        <TextField label={m.contextLabel} optional help={m.contextHelp} value={target.context} onInput={(context) => onChange({ context })} error={errorAt(`${place}/context`, m.unreadableCount)} />
      </div>
      {onUp || onRemove ? (
        <div class="row end">
          {onUp ? <Button slim aria-label={m.moveUp(at + 1)} onClick={onUp}>{m.up}</Button> : null}
          {onRemove ? <Button slim look="danger" aria-label={m.removeTarget(at + 1)} onClick={onRemove}>{t.common.remove}</Button> : null}
        </div>
      ) : null}
    </fieldset>
  );
}
