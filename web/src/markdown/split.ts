// A long text in pieces that can be read one after another, and the pieces that the Markdown reader must not be given: it takes
// time that grows with the square (and worse) of some characters in one paragraph.

export interface Section {
  text: string;
  /** Shown as it came: formatting it could hold the page up. */
  plain: boolean;
}

const kPiece = 12_000;
const kLongestUnit = 20_000;
const kLongestPiece = 120_000;
const kMostEmphasis = 250;
const kMostOpenLinks = 40;
const kDeepestQuote = 12;
const kDeepestIndent = 60;

/** Where a line may begin a new piece: at the margin, outside code. List items only if the piece has grown too long. */
const startsItem = (line: string): boolean => /^(?:[-*+]|\d{1,9}[.)])\s/.test(line);

export function splitText(text: string, size = kPiece): string[] {
  if (text.length <= size) return [text];
  const out: string[] = [];
  let start = 0;
  let at = 0;
  let fence = '';
  let blank = false;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.slice(at, Math.min(end, at + 200));
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === '' && blank && at - start >= size && /^\S/.test(line) && (!startsItem(line) || at - start >= size * 2)) {
      out.push(text.slice(start, at));
      start = at;
    }
    if (mark && fence === '') fence = mark;
    else if (mark && mark[0] === fence[0] && mark.length >= fence.length && /^ {0,3}[`~]+\s*$/.test(line)) fence = '';
    blank = line.trim() === '';
    at = end + 1;
  }
  out.push(text.slice(start));
  return out;
}

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** True where one paragraph, quote or list in it would cost the reader too much. Code between fences costs nothing. */
export function isCostly(piece: string): boolean {
  if (piece.length > kLongestPiece) return true;
  const lines = piece.replace(/^ {0,3}(`{3,})[^`\n]*\n[\s\S]*?\n {0,3}\1`*[ \t]*$/gm, '').split('\n');
  let unit = '';
  const costs = (): boolean => {
    const rest = unit.length < 80 ? unit : unit.replace(/\[[^[\]\n]{0,300}\]\([^()\n]{0,500}\)/g, '');
    return unit.length > kLongestUnit || count(rest, /[*_]/g) > kMostEmphasis || count(rest, /\]\(/g) > kMostOpenLinks ||
      count(rest, /~~/g) > kMostEmphasis || count(rest, /\\[([]/g) > kMostEmphasis * 2 || count(rest, /!?\[/g) > kMostEmphasis * 4;
  };
  for (const line of lines) {
    const lead = /^[\s>]*/.exec(line)?.[0] ?? '';
    if (count(lead, />/g) > kDeepestQuote || (lead.length > kDeepestIndent && lead.length < line.length)) return true;
    if (/^(?:\s*(?:[-*+]|\d{1,9}[.)])\s){8,}/.test(line)) return true;
    if (/^\s*(?:[-*+]\s|\d{1,9}[.)]\s|\||#|>|$)/.test(line)) {
      if (costs()) return true;
      unit = line;
    } else {
      unit += `\n${line}`;
    }
  }
  return costs();
}

export function sectionsOf(text: string): Section[] {
  return splitText(text).map((piece) => ({ text: piece, plain: isCostly(piece) }));
}
