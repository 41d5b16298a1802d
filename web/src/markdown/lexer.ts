// Markdown to tokens: marked's lexer with LaTeX added ($ $, $$ $$, \( \), \[ \]). Only tokens leave here; no HTML is ever made.
// A chunk of its own, fetched when the first text has anything to format.
import { Marked, type Token, type TokenizerExtension } from 'marked';

/** The most that is read at once; longer texts come in parts (split.ts). */
const kMostAtOnce = 200_000;

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
  if (text.length > kMostAtOnce) return null;
  try {
    return marked.lexer(text);
  } catch {
    return null;
  }
}
