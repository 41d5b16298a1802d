import { useRef, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './Button';
import { runBulk, type BulkState } from './bulk';
import { formatCount } from './format';
import { ProgressBar } from './ProgressBar';
import { problemText } from './States';

export interface Bulk {
  state: BulkState | null;
  label: string;
  run: <T>(label: string, items: readonly T[], keyOf: (item: T) => string, act: (item: T) => Promise<unknown>) => Promise<BulkState>;
  stop: () => void;
  clear: () => void;
}

export function useBulk(): Bulk {
  const [state, setState] = useState<BulkState | null>(null);
  const [label, setLabel] = useState('');
  const stopped = useRef(false);
  return {
    state, label,
    run: (name, items, keyOf, act) => {
      stopped.current = false;
      setLabel(name);
      return runBulk(items, keyOf, act, setState, () => stopped.current);
    },
    stop: () => {
      stopped.current = true;
    },
    clear: () => setState(null),
  };
}

const kMostReasons = 20;

/** How far a bulk deed is, and afterwards what it could not do and why. */
export function BulkProgress({ bulk }: { bulk: Bulk }) {
  const { state } = bulk;
  if (!state || (!state.running && state.refused.length === 0 && !state.stopped)) return null;
  return (
    <div class="card" role="status">
      {state.running ? (
        <>
          <ProgressBar label={bulk.label} value={state.done + state.refused.length} total={state.total} format={formatCount} rate />
          <div class="row end"><Button slim onClick={bulk.stop}>{t.ui.stop}</Button></div>
        </>
      ) : (
        <>
          <div class="row between">
            <p>{t.ui.bulkDone(formatCount(state.done))}
              {state.stopped ? ` ${t.ui.bulkStopped(formatCount(state.total - state.done - state.refused.length))}` : ''}
              {state.refused.length > 0 ? ` ${t.ui.bulkRefused(formatCount(state.refused.length))}` : ''}
            </p>
            <Button slim look="quiet" onClick={bulk.clear}>{t.ui.close}</Button>
          </div>
          {state.refused.length > 0 ? (
            <ul class="small">{state.refused.slice(0, kMostReasons).map((r) => <li key={r.key}><span class="mono">{r.key}</span>: {problemText(r.problem)}</li>)}</ul>
          ) : null}
        </>
      )}
    </div>
  );
}
