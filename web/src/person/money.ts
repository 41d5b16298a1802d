// Money as people read it. Amounts come in the smallest unit of their currency, which is not always a hundredth.
import { language } from '../strings';

export interface Rate {
  minor: number;
  currency: string;
  per: 'hour' | 'task';
}

export function rateOf(settings: { pay_minor?: number; pay_currency?: string; pay_per?: string }): Rate | null {
  if (!settings.pay_minor || settings.pay_minor <= 0) return null;
  return { minor: settings.pay_minor, currency: settings.pay_currency ?? 'USD', per: settings.pay_per === 'task' ? 'task' : 'hour' };
}

export function formatMoney(minor: number, currency: string, locale: string = language): string {
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    // No such currency to the browser: the number and its name are still right.
    return `${(minor / 100).toFixed(2)} ${currency}`;
  }
}

/** What the server has counted, and the time at this task that it does not know yet. Work by the task pays when it is submitted. */
export function earnedSoFar(rate: Rate, countedMinor: number, runningMs: number): number {
  return countedMinor + (rate.per === 'hour' ? Math.floor((rate.minor * Math.max(0, runningMs)) / 3_600_000) : 0);
}
