// The settings of a project as a form holds them: bounds, defaults, and what is wrong with a value before it is sent.
import type { Settings } from '../api';
import { t } from '../strings/make';

export const kDefaults: Settings = {
  overlap: 1, overlap_floor: 0, lease_s: 1800, max_open: 2, review_percent: 0, adjudicate: false, gold_percent: 0, gold_feedback: false, quota: 0,
  show_suggestions: false, return_s: 259_200, guidelines_required: false, offline: true, preload: true,
  pay_minor: 0, pay_currency: 'USD', pay_per: 'hour', undo_s: 5,
};

/** Least, most, and how many of the setting's units one of the form's has. */
export const kBounds: Partial<Record<keyof Settings, [min: number, max: number, unit: number]>> = {
  overlap: [1, 100, 1], overlap_floor: [0, 100, 1], max_open: [1, 50, 1], quota: [0, 1_000_000_000, 1], review_percent: [0, 100, 1], gold_percent: [0, 50, 1],
  lease_s: [1, 10_080, 60], return_s: [1, 30, 86_400], undo_s: [0, 60, 1], pay_minor: [0, 100_000_000, 1],
};

/** How many digits a currency has behind the point: two, or none for yen. Two where nobody knows it. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** 45 or 45.50 or 45,50 in minor units; NaN where it is no amount. */
export function toMinor(text: string, digits: number): number {
  const plain = text.trim().replace(',', '.');
  if (plain === '') return 0;
  if (!new RegExp(digits > 0 ? `^\\d{1,9}(\\.\\d{0,${digits}})?$` : '^\\d{1,9}$').test(plain)) return NaN;
  return Math.round(Number(plain) * 10 ** digits);
}

export const fromMinor = (minor: number, digits: number): string => (minor === 0 ? '' : (minor / 10 ** digits).toFixed(digits));

/** What is wrong, by setting. Empty: it may be sent. */
export function settingsErrors(value: Settings): Map<string, string> {
  const out = new Map<string, string>();
  const words = t.make.settings;
  for (const [name, bounds] of Object.entries(kBounds)) {
    const [min, max, unit] = bounds;
    const given = value[name as keyof Settings];
    if (typeof given !== 'number') continue;
    const shown = unit === 1 ? given : given / unit;
    // A value that came from elsewhere may be finer than the form's unit: it stays as it is.
    const fine = Number.isFinite(given) && Number.isInteger(given) && given >= (unit === 1 ? min : 1) && shown <= max;
    if (!fine) out.set(name, name === 'pay_minor' ? words.badAmount : words.badNumber(min, max));
  }
  if ((value.pay_minor ?? 0) > 0 && !/^[A-Z]{3}$/.test(value.pay_currency ?? '')) out.set('pay_currency', words.badCurrency);
  return out;
}

/** Only what differs, so that a later default reaches those who never chose. */
export function changedSettings(from: Settings, to: Settings): Partial<Settings> {
  return Object.fromEntries(
    (Object.keys(to) as (keyof Settings)[]).filter((name) => from[name] !== to[name]).map((name) => [name, to[name]]),
  );
}
