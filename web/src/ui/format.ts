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
const clock = once((locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }));
const dayAndClock = once((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));

export const formatCount = (n: number): string => whole().format(n);

export function formatTime(value: string | null | undefined): string {
  const at = value ? new Date(value) : null;
  if (!at || Number.isNaN(at.getTime())) return '';
  return at.toDateString() === new Date().toDateString() ? clock().format(at) : dayAndClock().format(at);
}

export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? `${hours} h ${minutes % 60} min` : `${formatCount(hours)} h`;
}

export function formatTimer(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function formatAgo(ms: number): string {
  if (ms < 2000) return t.work.justNow;
  return ms < 60_000 ? t.work.secondsAgo(Math.floor(ms / 1000)) : t.work.minutesAgo(Math.floor(ms / 60_000));
}

/** The tail of an opaque id: enough to tell people and tasks apart on one page. */
export const shortId = (id: string): string => id.replace(/^[a-z]+_/, '').slice(0, 6);
