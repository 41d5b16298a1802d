// The settings of a project: the few that everybody needs first, the rest behind one fold.
import type { Settings } from '../api';
import { t } from '../strings';
import { Check, NumberField } from '../ui/Field';

export const kDefaults: Settings = {
  overlap: 1, lease_s: 1800, max_open: 2, review_percent: 0, adjudicate: false, gold_percent: 0, gold_feedback: false, quota: 0,
  show_suggestions: false, return_s: 259_200, guidelines_required: false, offline: true, preload: true,
};

export function SettingsForm({ value, onChange }: { value: Settings; onChange: (value: Settings) => void }) {
  const set = <K extends keyof Settings>(name: K, v: Settings[K]): void => onChange({ ...value, [name]: v });
  const s = t.settings;
  return (
    <div class="stack">
      <div class="grid-2">
        <NumberField label={s.overlap} help={s.overlapHelp} min={1} max={100} value={value.overlap} onInput={(v) => set('overlap', v)} />
        <NumberField label={s.review} help={s.reviewHelp} min={0} max={100} value={value.review_percent} onInput={(v) => set('review_percent', v)} />
      </div>
      {value.overlap > 1 ? <Check label={s.adjudicate} help={s.adjudicateHelp} value={value.adjudicate} onInput={(v) => set('adjudicate', v)} /> : null}
      <details class="stack">
        <summary>{s.more}</summary>
        <div class="stack fold">
          <div class="grid-2">
            <NumberField label={s.lease} help={s.leaseHelp} min={1} max={10_080} value={Math.max(1, Math.round(value.lease_s / 60))} onInput={(v) => set('lease_s', v * 60)} />
            <NumberField label={s.maxOpen} min={1} max={50} value={value.max_open} onInput={(v) => set('max_open', v)} />
            <NumberField label={s.quota} help={s.quotaHelp} min={0} max={1_000_000} value={value.quota} onInput={(v) => set('quota', v)} />
            <NumberField label={s.gold} help={s.goldHelp} min={0} max={50} value={value.gold_percent ?? 0} onInput={(v) => set('gold_percent', v)} />
            <NumberField label={s.returnDays} min={1} max={365} value={Math.max(1, Math.round(value.return_s / 86_400))} onInput={(v) => set('return_s', v * 86_400)} />
          </div>
          <Check label={s.goldFeedback} value={value.gold_feedback} onInput={(v) => set('gold_feedback', v)} />
          <Check label={s.suggestions} value={value.show_suggestions} onInput={(v) => set('show_suggestions', v)} />
          <Check label={s.required} value={value.guidelines_required} onInput={(v) => set('guidelines_required', v)} />
          <Check label={s.preload} value={value.preload} onInput={(v) => set('preload', v)} />
        </div>
      </details>
    </div>
  );
}

/** Only what differs, so that a later default reaches those who never chose. */
export function changedSettings(from: Settings, to: Settings): Partial<Settings> {
  return Object.fromEntries(
    (Object.keys(to) as (keyof Settings)[]).filter((name) => from[name] !== to[name]).map((name) => [name, to[name]]),
  );
}
