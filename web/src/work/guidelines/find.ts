// Finding words in a text as a reader would: without regard to case, accents, or how many spaces stand between. Pure.

/** The folded text, and for each of its units where it came from. */
function folded(text: string): { text: string; from: number[] } {
  let out = '';
  const from: number[] = [];
  let at = 0;
  for (const sign of text) {
    const plain = /\s/.test(sign) ? (out.endsWith(' ') ? '' : ' ') : sign.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    out += plain;
    for (let i = 0; i < plain.length; i++) from.push(at);
    at += sign.length;
  }
  from.push(at);
  return { text: out, from };
}

export interface Hit {
  start: number;
  end: number;
}

export function findAll(text: string, query: string): Hit[] {
  const wanted = folded(query.trim()).text;
  if (wanted === '') return [];
  const inside = folded(text);
  const hits: Hit[] = [];
  for (let at = inside.text.indexOf(wanted); at >= 0; at = inside.text.indexOf(wanted, at + wanted.length)) {
    hits.push({ start: inside.from[at] ?? 0, end: inside.from[at + wanted.length] ?? text.length });
  }
  return hits;
}
