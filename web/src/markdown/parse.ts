// What may come out of an untrusted text: which addresses open, which images show, what an entity stands for.
import type { Tokens } from 'marked';

/** Above this a text is shown plain: reading it formatted would cost the page more than it gives the person. */
export const kMostFormatted = 2_000_000;

export interface MathToken extends Tokens.Generic {
  type: 'math';
  raw: string;
  tex: string;
  block: boolean;
}

/** Whether a text holds anything that formatting would change; a plain one needs no reader. */
export const hasMarks = (text: string): boolean => /[*_`#[\]<>|~\\$&!=]|https?:|www\.|@|^\s*(?:[-+]|\d+[.)])\s|^(?: {4}|\t)|^\s*-{3}/m.test(text);

const kEntities: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', ndash: '–', mdash: '—', hellip: '…', copy: '©', times: '×',
};

export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, dec?: string, hex?: string, name?: string) => {
    if (name !== undefined) return kEntities[name.toLowerCase()] ?? whole;
    const code = dec !== undefined ? Number(dec) : parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Addresses that a person may be asked to open. Everything else stays text. */
export function openableLink(href: string): string | null {
  if (!/^(https?|mailto):/i.test(href.trim())) return null;
  try {
    return new URL(href.trim()).href;
  } catch {
    return null;
  }
}

/** Images that may be shown after a click: of this server's files, or carried in the text itself. */
export function showableImage(href: string): string | null {
  if (/^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i.test(href)) return href;
  const file = /^(?:\/api\/v1\/files\/)?(fil_[0-9A-Za-z]{8,40})$/.exec(href);
  return file ? `/api/v1/files/${file[1]}` : null;
}
