// The bar above a task: project, guidelines, what is saved, the timer, and the reservation when it matters.
import type { ComponentChildren } from 'preact';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { formatAgo, formatDuration, formatTimer } from '../ui/format';
import { useNow } from '../ui/hooks';
import { go } from '../ui/route';
import type { SaveState } from './autosave';

export function SaveLine({ state }: { state: SaveState }) {
  const now = useNow(5000);
  const s = t.work.saveStates;
  const text = (): string => {
    switch (state.kind) {
      case 'clean': return s.clean;
      case 'waiting': return s.waiting(state.changes);
      case 'saving': return s.saving;
      case 'saved': return s.saved(formatAgo(Math.max(0, now - (state.savedAtMs ?? now))));
      case 'offline': return s.offline(state.changes);
      case 'conflict': return s.conflict;
      case 'lost': return s.lost;
      case 'refused': return s.waiting(state.changes);
    }
  };
  const worrying = state.kind === 'offline' || state.kind === 'conflict' || state.kind === 'lost' || state.kind === 'refused';
  // Read out once per kind of state, not each second that passes.
  return (
    <>
      <span class={`save-state${worrying ? ' warn' : ''}`} data-save={state.kind}>{text()}</span>
      <span class="sr-only" role="status">{state.kind === 'saved' ? t.common.saved : worrying ? text() : ''}</span>
    </>
  );
}

export function WorkBar({ title, guidelinesVersion, onGuidelines, onKeys, timeMs, active, leftMs, onExtend, children }: {
  title: string; guidelinesVersion: number; onGuidelines: () => void; onKeys: () => void; timeMs: number; active: boolean;
  leftMs: number | null; onExtend: () => void; children?: ComponentChildren;
}) {
  return (
    <header class="workbar">
      <div class="workbar-inner">
        <Button slim onClick={() => go('projects')}>{t.work.exit}</Button>
        <h1>{title}</h1>
        <div class="right">
          {children}
          {leftMs === null ? null : (
            <span class="row" role="alert">
              <span class="pill warn">{t.work.expiring(formatDuration(leftMs))}</span>
              <Button slim onClick={onExtend}>{t.work.extend}</Button>
            </span>
          )}
          <span class="small num nowrap" title={active ? t.work.timeActive : t.work.stillWorking}>
            <span class={active ? 'dot on' : 'dot'} />
            <span class="sr-only">{active ? t.work.timeActive : t.work.timeIdle} </span>
            {formatTimer(timeMs)}
          </span>
          {guidelinesVersion > 0 ? (
            <Button slim hint="g" onClick={onGuidelines}>{t.work.guidelinesVersion(guidelinesVersion)}</Button>
          ) : null}
          <Button slim look="quiet" hint="?" onClick={onKeys}>{t.common.keysHint}</Button>
        </div>
      </div>
    </header>
  );
}
