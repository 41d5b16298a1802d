// Characters that nobody sees but that change what is read: direction overrides, zero-width marks, invisible tags. They are
// shown as marks instead of taking effect, so that a text cannot look like another one.

export type ShownPiece = string | { name: string; title: string };

const kNames: Record<number, string> = {
  0x00ad: 'SHY', 0x061c: 'ALM', 0x180e: 'MVS', 0x200b: 'ZWSP', 0x200c: 'ZWNJ', 0x200d: 'ZWJ', 0x200e: 'LRM', 0x200f: 'RLM',
  0x202a: 'LRE', 0x202b: 'RLE', 0x202c: 'PDF', 0x202d: 'LRO', 0x202e: 'RLO', 0x2060: 'WJ', 0x2066: 'LRI', 0x2067: 'RLI',
  0x2068: 'FSI', 0x2069: 'PDI', 0xfeff: 'BOM',
};
const kSuspect =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\uddef]/;
const kRun =
  /((?:\ud83c\udff4(?:\udb40[\udc20-\udc7e])+\udb40\udc7f))|((?:\udb40[\udc00-\uddef])+)|([\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb])/g;

const hex = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

/** Joiners belong between letters of the scripts that need them and inside emoji; between others they hide. */
function joins(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== 0x200c && code !== 0x200d) return false;
  const plain = (c: string): boolean => c === '' || /[\u0000-\u02ff\s]/.test(c);
  return !plain(text.charAt(at - 1)) && !plain(text.charAt(at + 1));
}

/** Tags spell ASCII that nobody sees: what they say is what the reader must know. */
function tagged(run: string): string {
  let said = '';
  for (const char of run) {
    const code = char.codePointAt(0) ?? 0;
    said += code >= 0xe0020 && code <= 0xe007e ? String.fromCharCode(code - 0xe0000) : '';
  }
  return said;
}

/** The text in pieces, with every hidden character as a named mark; the text itself where there is none. */
export function shownPieces(text: string): ShownPiece[] {
  if (!kSuspect.test(text)) return [text];
  const out: ShownPiece[] = [];
  let at = 0;
  for (const hit of text.matchAll(kRun)) {
    if (hit[1] !== undefined || (hit[3] !== undefined && joins(text, hit.index))) continue;
    if (hit.index > at) out.push(text.slice(at, hit.index));
    at = hit.index + hit[0].length;
    if (hit[2] !== undefined) {
      out.push({ name: `TAG×${hit[2].length / 2}`, title: tagged(hit[2]) || hex(hit[2].codePointAt(0) ?? 0) });
      continue;
    }
    const code = hit[0].charCodeAt(0);
    out.push({ name: kNames[code] ?? hex(code), title: hex(code) });
  }
  if (at < text.length) out.push(text.slice(at));
  return out;
}

/** The same for places that take plain text only, such as a title or a name in an attribute. */
export function shownText(text: string): string {
  const pieces = shownPieces(text);
  return pieces.length === 1 && pieces[0] === text ? text : pieces.map((p) => (typeof p === 'string' ? p : `⟨${p.name}⟩`)).join('');
}
