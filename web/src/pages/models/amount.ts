// Amounts of money as the gateway counts them, in millionths of a currency, and as people write and read them.
import { language } from '../../strings';
import { formatCount } from '../../ui/format';

const kMillion = 1_000_000;
const kMostPlaces = 6;

/** "2.50" as 2500000; null where nothing is written; undefined for what is no amount, or more than can be counted exactly. */
export function readAmount(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const parts = /^(\d{1,12})(?:\.(\d+))?$/.exec(trimmed);
  if (!parts || (parts[2] ?? '').length > kMostPlaces) return undefined;
  const units = Number(parts[1]) * kMillion + Number((parts[2] ?? '').padEnd(kMostPlaces, '0'));
  return Number.isSafeInteger(units) ? units : undefined;
}

/** What `readAmount` reads back as the same. */
export function writeAmount(units: number | null): string {
  if (units === null) return '';
  const fraction = String(units % kMillion).padStart(kMostPlaces, '0').replace(/0+$/, '');
  return `${Math.floor(units / kMillion)}${fraction ? `.${fraction.padEnd(2, '0')}` : ''}`;
}

/** "1500000": null where nothing is written, undefined for what is no whole number. Spaces between digits are left out. */
export function readCount(text: string): number | null | undefined {
  const digits = text.replace(/\s/g, '');
  if (digits === '') return null;
  const count = /^\d+$/.test(digits) ? Number(digits) : NaN;
  return Number.isSafeInteger(count) ? count : undefined;
}

/** Small amounts keep the digits that say something: one exchange may cost a ten-thousandth. */
export function formatUnits(units: number, currency: string, locale: string = language): string {
  const value = units / kMillion;
  try {
    const places = Math.abs(value) < 1 ? { minimumFractionDigits: 2, maximumFractionDigits: kMostPlaces } : {};
    return new Intl.NumberFormat(locale, { style: 'currency', currency, ...places }).format(value);
  } catch {
    return `${value} ${currency}`;
  }
}

export interface Amount {
  money: number;
  tokens: number;
}

/** What of a bound is still free; null where there is none. Spent, reserved and lost together never exceed it. */
export function left(bound: number | null, ...used: number[]): number | null {
  return bound === null ? null : Math.max(0, bound - used.reduce((sum, n) => sum + n, 0));
}

/** For a column of tokens: "1,204 → 88". */
export const formatTokens = (input: number, output: number): string => `${formatCount(input)} → ${formatCount(output)}`;
