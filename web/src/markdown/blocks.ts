// A long plain text: how much of it is shown at first, and the blocks that the browser may skip while they are out of sight.

const kBlock = 8_000;
const kFirstChars = 20_000;
const kFirstLines = 300;

export interface Cut {
  /** Where the part that is shown ends. */
  end: number;
  lines: number;
}

export function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** The beginning of a text that is too long to show at once; the whole of it where little would be hidden. */
export function firstPart(text: string, chars = kFirstChars, most = kFirstLines): Cut {
  let at = 0;
  for (let line = 0; line < most && at < text.length && at <= chars; line++) {
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
  }
  const end = Math.min(at, chars);
  const lines = countLines(text);
  return { end: text.length - end < Math.max(200, end / 10) ? text.length : wholeCharacter(text, end), lines };
}

/** Never between the halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}

/** Cut at ends of lines where there are any: a block begins on a line of its own. */
export function blocksOf(text: string, size = kBlock): string[] {
  const out: string[] = [];
  let start = 0;
  while (text.length - start > size * 1.5) {
    const line = text.lastIndexOf('\n', start + size);
    const end = line > start ? line + 1 : wholeCharacter(text, start + size);
    out.push(text.slice(start, end));
    start = end;
  }
  out.push(text.slice(start));
  return out;
}
