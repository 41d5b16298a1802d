// Markdown to tokens: marked's lexer with LaTeX added ($ $, $$ $$, \( \), \[ \]). Only tokens leave here; no HTML is ever made.
import { Marked, type Token, type TokenizerExtension, type Tokens } from 'marked';

/** Above this a text is shown plain: reading it formatted would cost the page more than it gives the person. */
export const kMostFormatted = 200_000;

export interface MathToken extends Tokens.Generic {
  type: 'math';
  raw: string;
  tex: string;
  block: boolean;
}

const blockMath: TokenizerExtension = {
  name: 'math',
  level: 'block',
  start: (src) => src.match(/^ {0,3}(?:\$\$|\\\[)/m)?.index,
  tokenizer(src) {
    const hit = /^ {0,3}(?:\$\$([\s\S]{1,5000}?)\$\$|\\\[([\s\S]{1,5000}?)\\\])[ \t]*(?:\n|$)/.exec(src);
    if (!hit) return undefined;
    return { type: 'math', raw: hit[0], tex: (hit[1] ?? hit[2] ?? '').trim(), block: true };
  },
};

// A dollar opens maths only where it is not a price: no blank after the first, none before the last, no digit behind.
const inlineMath: TokenizerExtension = {
  name: 'math',
  level: 'inline',
  start: (src) => src.match(/\$|\\\(|\\\[/)?.index,
  tokenizer(src) {
    const hit =
      /^\$\$([^$]{1,5000}?)\$\$/.exec(src) ??
      /^\\\(([\s\S]{1,5000}?)\\\)/.exec(src) ??
      /^\\\[([\s\S]{1,5000}?)\\\]/.exec(src) ??
      /^\$(?!\s)((?:[^$\\\n]|\\[^\n]){1,2000}?)(?<!\s)\$(?!\d)/.exec(src);
    if (!hit) return undefined;
    return { type: 'math', raw: hit[0], tex: hit[1] ?? '', block: /^(\$\$|\\\[)/.test(hit[0]) };
  },
};

const marked = new Marked({ gfm: true, breaks: true });
marked.use({ extensions: [blockMath, inlineMath] });

/** Null where the text is too long, or the reader gives up on it: show it plain then. */
export function parseMarkdown(text: string): Token[] | null {
  if (text.length > kMostFormatted) return null;
  try {
    return marked.lexer(text);
  } catch {
    return null;
  }
}

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
