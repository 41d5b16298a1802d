// Numbers, times and durations as people read them, in the language of the page.
import { language, t } from '../strings';

/** One formatter of a kind, made when first needed: making one costs more than using it a hundred times. */
function once<F>(make: (locale: string) => F): () => F {
  let made: { locale: string; format: F } | null = null;
  return () => {
    // The browser's own variant of the language (en-GB) where it has one.
    const locale = navigator.languages.find((one) => one.split('-')[0] === language) ?? language;
    if (made?.locale !== locale) made = { locale, format: make(locale) };
    return made.format;
  };
}

const whole = once((locale) => new Intl.NumberFormat(locale));
const tenth = once((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
const percent = once((locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }));
const clock = once((locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }));
const dayAndClock = once((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
const toTheSecond = once((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }));
const day = once((locale) => new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' }));
const utcDay = once((locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }));
const relative = once((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

export const formatCount = (n: number): string => whole().format(n);
export const formatTenth = (n: number): string => tenth().format(n);
export const formatPercent = (share: number): string => percent().format(share);

function parsed(value: string | null | undefined): Date | null {
  const at = value ? new Date(value) : null;
  return !at || Number.isNaN(at.getTime()) ? null : at;
}

export function formatTime(value: string | null | undefined): string {
  const at = parsed(value);
  if (!at) return '';
  return at.toDateString() === new Date().toDateString() ? clock().format(at) : dayAndClock().format(at);
}

/** For records: the day and the second, whatever day it is. */
export function formatExact(value: string): string {
  const at = parsed(value);
  return at ? toTheSecond().format(at) : '';
}

export function formatDay(value: string | number): string {
  return day().format(new Date(value));
}

/** A day as the server counts it, `2026-11-21`. */
export function formatUtcDay(value: string): string {
  const at = parsed(`${value}T00:00:00Z`);
  return at ? utcDay().format(at) : value;
}

const kSteps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60], ['minute', 60], ['hour', 24], ['day', 7], ['week', 4.35], ['month', 12], ['year', Infinity],
];

/** How far from now, in the largest unit that fits: "3 minutes ago", "tomorrow". */
export function formatWhen(value: string, now: number): string {
  const at = parsed(value);
  if (!at) return '';
  let n = (at.getTime() - now) / 1000;
  if (Math.abs(n) < 5) return t.work.justNow;
  for (const [unit, size] of kSteps) {
    if (Math.abs(n) < size - 0.5) return relative().format(Math.round(n), unit);
    n /= size;
  }
  return '';
}

export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t.ui.seconds(formatCount(seconds));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t.ui.minutes(formatCount(minutes));
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? t.ui.hoursMinutes(formatCount(hours), formatCount(minutes % 60)) : t.ui.hours(formatCount(hours));
}

export function formatTimer(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function formatBytes(bytes: number): string {
  const units = t.ui.bytes;
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? formatCount(Math.round(value)) : formatTenth(value)} ${units[unit]}`;
}

export function formatAgo(ms: number): string {
  if (ms < 2000) return t.work.justNow;
  return ms < 60_000 ? t.work.secondsAgo(Math.floor(ms / 1000)) : t.work.minutesAgo(Math.floor(ms / 60_000));
}

/** The tail of an opaque id: enough to tell people and tasks apart on one page. */
export const shortId = (id: string): string => id.replace(/^[a-z]+_/, '').slice(0, 6);
