// The settings of a project in plain words, in groups: the few that everybody needs first.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { Settings } from '../api';
import { t } from '../strings/make';
import { Check, Select, TextField } from '../ui/Field';
import { digitsOf, fromMinor, kBounds, toMinor } from './settingsRules';

export { changedSettings, kDefaults, settingsErrors } from './settingsRules';

interface Part {
  value: Settings;
  errors: Map<string, string>;
  set: <K extends keyof Settings>(name: K, v: Settings[K]) => void;
}

const fieldOf = (name: string): string => `/settings/${name}`;

/** A number that is left as typed: what is wrong is said, never silently changed. */
function Whole({ name, label, help, value, error, onInput }: {
  name: string; label: string; help?: string; value: number; error: string | null; onInput: (value: number) => void;
}) {
  const id = useId();
  const shown = Number.isFinite(value) ? String(value) : '';
  const [text, setText] = useState(shown);
  useEffect(() => {
    if (Number.isFinite(value) && Number(text) !== value) setText(shown);
  }, [value]);
  return (
    <div class="field" data-field={fieldOf(name)}>
      <label for={id}>{label}</label>
      <input
        id={id} class="input short" inputMode="numeric" value={text} aria-invalid={error ? true : undefined}
        aria-describedby={[help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined}
        onInput={(event) => {
          const given = event.currentTarget.value;
          setText(given);
          onInput(/^\s*\d+\s*$/.test(given) ? Number(given) : NaN);
        }}
      />
      {help ? <span class="help" id={`${id}-help`}>{help}</span> : null}
      {error ? <span class="error" id={`${id}-error`} role="alert">{error}</span> : null}
    </div>
  );
}

function Count({ name, label, help, part }: { name: keyof Settings; label: string; help?: string; part: Part }) {
  const unit = kBounds[name]?.[2] ?? 1;
  const given = Number(part.value[name]);
  const shown = unit === 1 ? given : Math.max(1, Math.round(given / unit));
  return (
    <Whole
      name={name} label={label} value={shown} error={part.errors.get(name) ?? null} {...(help ? { help } : {})}
      onInput={(v) => part.set(name, (v * unit) as never)}
    />
  );
}

function Flag({ name, label, help, part }: { name: keyof Settings; label: string; help?: string; part: Part }) {
  return (
    <div data-field={fieldOf(name)}>
      <Check label={label} value={part.value[name] === true} onInput={(v) => part.set(name, v as never)} {...(help ? { help } : {})} />
      {part.errors.get(name) ? <p class="bad small" role="alert">{part.errors.get(name)}</p> : null}
    </div>
  );
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="stack settings-group">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function People({ part }: { part: Part }) {
  const [s, w] = [t.settings, t.make.settings];
  return (
    <Group title={w.people}>
      <div class="grid-2">
        <Count name="overlap" label={s.overlap} help={s.overlapHelp} part={part} />
        {part.value.overlap > 1 ? <Count name="overlap_floor" label={s.overlapFloor} help={s.overlapFloorHelp} part={part} /> : null}
        <Count name="max_open" label={s.maxOpen} help={w.maxOpenHelp} part={part} />
        <Count name="quota" label={s.quota} help={s.quotaHelp} part={part} />
      </div>
    </Group>
  );
}

function Quality({ part }: { part: Part }) {
  const [s, w] = [t.settings, t.make.settings];
  return (
    <Group title={w.quality}>
      <div class="grid-2">
        <Count name="review_percent" label={s.review} help={s.reviewHelp} part={part} />
        <Count name="gold_percent" label={s.gold} help={s.goldHelp} part={part} />
      </div>
      {part.value.overlap > 1 ? <Flag name="adjudicate" label={s.adjudicate} help={s.adjudicateHelp} part={part} /> : null}
      <Flag name="gold_feedback" label={s.goldFeedback} help={w.goldFeedbackHelp} part={part} />
    </Group>
  );
}

function Pay({ part }: { part: Part }) {
  const w = t.make.settings;
  const digits = digitsOf(part.value.pay_currency ?? 'USD');
  const minor = part.value.pay_minor ?? 0;
  const [text, setText] = useState(fromMinor(minor, digits));
  const amount = (given: string, places: number): void => {
    setText(given);
    part.set('pay_minor', toMinor(given, places));
  };
  return (
    <Group title={w.pay}>
      <p class="soft small">{w.payHelp}</p>
      <div class="grid-2">
        <div data-field={fieldOf('pay_minor')}>
          <TextField label={w.amount} optional help={w.amountHelp} value={text} maxLength={14} error={part.errors.get('pay_minor') ?? null} onInput={(v) => amount(v, digits)} />
        </div>
        <div data-field={fieldOf('pay_currency')}>
          <TextField
            label={w.currency} help={w.currencyHelp} value={part.value.pay_currency ?? 'USD'} maxLength={3} error={part.errors.get('pay_currency') ?? null}
            onInput={(v) => {
              const currency = v.toUpperCase();
              part.set('pay_currency', currency);
            }}
          />
        </div>
        <div data-field={fieldOf('pay_per')}>
          <Select label={w.per} value={part.value.pay_per ?? 'hour'} options={[['hour', w.perHour], ['task', w.perTask]]} onInput={(v) => part.set('pay_per', v)} />
        </div>
      </div>
    </Group>
  );
}

function Rest({ part }: { part: Part }) {
  const [s, w] = [t.settings, t.make.settings];
  return (
    <>
      <Group title={w.time}>
        <div class="grid-2">
          <Count name="lease_s" label={s.lease} help={s.leaseHelp} part={part} />
          <Count name="return_s" label={s.returnDays} help={w.returnHelp} part={part} />
          <Count name="undo_s" label={w.undo} help={w.undoHelp} part={part} />
        </div>
      </Group>
      <Pay part={part} />
      <Group title={w.see}>
        <Flag name="guidelines_required" label={s.required} help={w.requiredHelp} part={part} />
        <Flag name="show_suggestions" label={s.suggestions} help={w.suggestionsHelp} part={part} />
      </Group>
      <Group title={w.machine}>
        <Flag name="preload" label={s.preload} help={w.preloadHelp} part={part} />
        <Flag name="offline" label={w.offline} help={w.offlineHelp} part={part} />
      </Group>
    </>
  );
}

/** `brief`: all but the first two groups behind a fold. */
export function SettingsForm({ value, onChange, errors, brief }: {
  value: Settings; onChange: (value: Settings) => void; errors?: Map<string, string>; brief?: boolean;
}) {
  const part: Part = {
    value, errors: errors ?? new Map(), set: (name, v) => {
      // A rate is kept in the minor unit of its currency: 45 stays 45 when dollars become yen.
      if (name === 'pay_currency') {
        const [before, after] = [digitsOf(value.pay_currency ?? 'USD'), digitsOf(String(v))];
        return onChange({ ...value, [name]: v, pay_minor: Math.round(((value.pay_minor ?? 0) / 10 ** before) * 10 ** after) });
      }
      onChange({ ...value, [name]: v });
    },
  };
  return (
    <div class="stack settings">
      <People part={part} />
      <Quality part={part} />
      {brief ? <details><summary>{t.settings.more}</summary><div class="stack fold"><Rest part={part} /></div></details> : <Rest part={part} />}
    </div>
  );
}
