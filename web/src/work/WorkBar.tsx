// The bar above a task: project, what is saved, the reservation when it matters, money, the timer, guidelines, keys.
import type { ComponentChildren } from 'preact';
import { formatMoney } from '../person/money';
import type { PersonDesk } from '../person/useDesk';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { openKeyMap } from '../ui/commands';
import { formatAgo, formatCount, formatDuration, formatTimer } from '../ui/format';
import { useNow } from '../ui/hooks';
import { go } from '../ui/route';
import type { SaveState } from './autosave';
import { isNew } from './guidelines/seen';

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

function Lease({ leftMs, onExtend }: { leftMs: number; onExtend: () => void }) {
  return (
    <span class="row" role="alert">
      <span class="pill warn">{t.work.expiring(formatDuration(leftMs))}</span>
      <Button slim hint="e" onClick={onExtend}>{t.work.extend}</Button>
    </span>
  );
}

function Money({ person }: { person: PersonDesk }) {
  const { rate } = person;
  if (!rate) return null;
  return (
    <span class="small num nowrap" data-earned title={t.pay.rate[rate.per](formatMoney(rate.minor, rate.currency))}>
      {t.pay.today(formatMoney(person.earnedMinor, rate.currency))}
    </span>
  );
}

function Timer({ timeMs, active, person }: { timeMs: number; active: boolean; person: PersonDesk | undefined }) {
  const elsewhere = person?.research.since !== null && person !== undefined ? t.time.researching : t.time.reading;
  const state = active ? t.time.running : person?.present() ? elsewhere : t.time.pausedWhy;
  const face = (
    <>
      <span class={active ? 'dot on' : 'dot'} />
      <span class="sr-only">{t.time.title} </span>
      <span class="num">{formatTimer(timeMs)}</span>
      <span class="sr-only"> {state}</span>
    </>
  );
  if (!person) return <span class="small nowrap" title={state}>{face}</span>;
  return (
    <Button slim look="quiet" hint="t" title={state} onClick={person.openTime} data-timer={active ? 'on' : 'off'}>
      {face}{active || person.present() ? null : <span class="soft bar-word" aria-hidden="true">{t.time.paused}</span>}
    </Button>
  );
}

function GuidelinesBadge({ version, person, onGuidelines }: { version: number; person: PersonDesk | undefined; onGuidelines: () => void }) {
  const news = person !== undefined && isNew(person.guidelines);
  return (
    <Button slim hint="g" onClick={person?.toggleGuidelines ?? onGuidelines} data-guidelines={version}>
      {t.desk.badge(version)}{news ? <span class="pill accent">{t.desk.isNew}</span> : null}
    </Button>
  );
}

export function WorkBar({ title, guidelinesVersion, onGuidelines, timeMs, active, leftMs, onExtend, person, children }: {
  title: string; guidelinesVersion: number; onGuidelines?: () => void; onKeys?: () => void; timeMs: number; active: boolean;
  leftMs: number | null; onExtend: () => void; person?: PersonDesk; children?: ComponentChildren;
}) {
  const version = person ? Math.max(person.guidelines.version, guidelinesVersion) : guidelinesVersion;
  const nth = person?.works && person.today ? person.today.submitted + 1 : null;
  return (
    <>
      <header class="workbar">
        <div class="workbar-inner">
          <Button slim onClick={() => go('projects')}>{t.work.exit}</Button>
          <h1 dir="auto">{title}</h1>
          {nth === null ? null : <span class="small soft nowrap bar-word">{t.pay.nth(formatCount(nth))}</span>}
          <div class="right">
            {children}
            {leftMs === null ? null : <Lease leftMs={leftMs} onExtend={onExtend} />}
            {person ? <Money person={person} /> : null}
            <Timer timeMs={timeMs} active={active} person={person} />
            {version > 0 ? <GuidelinesBadge version={version} person={person} onGuidelines={onGuidelines ?? (() => undefined)} /> : null}
            <Button slim look="quiet" hint="?" onClick={openKeyMap}>{t.common.keysHint}</Button>
          </div>
        </div>
      </header>
      {person?.below}
    </>
  );
}
