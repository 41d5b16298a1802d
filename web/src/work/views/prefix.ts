// What several responses begin with alike, so that a reader begins where they part.
import type { Json } from '../../api/types';

/** Fewer lines or characters than these are read faster than a fold is understood. */
const kLeastLines = 3;
const kLeastChars = 120;

/** How many first lines of all texts are the same, cut back to where a paragraph ends outside code; 0 where it is not worth it. */
export function commonLines(texts: string[]): number {
  const [first, ...others] = texts;
  if (first === undefined || others.length === 0) return 0;
  let at = 0;
  let lines = 0;
  let safe = 0;
  let fence = '';
  for (;;) {
    const end = first.indexOf('\n', at);
    const whole = end < 0 ? first.length : end + 1;
    const line = first.slice(at, whole);
    if (!others.every((other) => other.startsWith(line, at) && (end >= 0 || other.length === first.length))) break;
    lines++;
    at = whole;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && fence === '') fence = mark;
    else if (mark && mark[0] === fence[0] && mark.length >= fence.length) fence = '';
    if (fence === '' && (line.trim() === '' || end < 0)) safe = lines;
    if (end < 0) break;
  }
  return safe >= kLeastLines && offsetOfLine(first, safe) >= kLeastChars ? safe : 0;
}

/** Where a line begins, counted from 0; the end of the text where it has fewer. */
export function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let n = 0; n < line; n++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

/** How many first messages of all dialogues are the same. */
export function commonMessages(dialogues: Json[][]): number {
  const [first, ...others] = dialogues;
  if (first === undefined || others.length === 0) return 0;
  let n = 0;
  while (n < first.length && others.every((other) => n < other.length && JSON.stringify(other[n]) === JSON.stringify(first[n]))) n++;
  return n;
}
