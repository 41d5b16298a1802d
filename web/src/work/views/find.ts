// Search inside one task: what is looked for is compared without case, marks of Markdown and differences of blank space, in the
// data (to count) and on the page (to mark).

export interface Unit {
  /** What `data-unit` says on the page. */
  id: string;
  text: string;
}

export interface Hit {
  unit: string;
  /** Which of the hits in its unit. */
  nth: number;
}

export const kMostHits = 5_000;

const kDropped = /[*_`~\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
const kAllDropped = new RegExp(kDropped.source, 'g');

/** For counting: no way back to the places is needed. */
export function plain(text: string): string {
  return text.replace(kAllDropped, '').replace(/\s+/g, ' ').toLowerCase();
}

export const wanted = (query: string): string => plain(query).trim();

export function findHits(units: Unit[], query: string): { hits: Hit[]; more: boolean } {
  const what = wanted(query);
  const hits: Hit[] = [];
  if (what === '') return { hits, more: false };
  for (const unit of units) {
    const text = plain(unit.text);
    let nth = 0;
    for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) {
      if (hits.length >= kMostHits) return { hits, more: true };
      hits.push({ unit: unit.id, nth: nth++ });
    }
  }
  return { hits, more: false };
}

export interface Place {
  part: number;
  offset: number;
}

/** Places of `query` in texts that follow one another on the page: from the first character to behind the last one. */
export function findPlaces(parts: string[], query: string, most: number): { from: Place; to: Place }[] {
  const what = wanted(query);
  if (what === '') return [];
  let folded = '';
  const at: Place[] = [];
  let blank = true;
  for (const [part, text] of parts.entries()) {
    for (let offset = 0; offset < text.length; offset++) {
      const char = text[offset] ?? '';
      if (kDropped.test(char)) continue;
      const isBlank = /\s/.test(char);
      if (isBlank && blank) continue;
      blank = isBlank;
      const low = isBlank ? ' ' : char.toLowerCase();
      folded += low.length === 1 ? low : char;
      at.push({ part, offset });
    }
  }
  const out: { from: Place; to: Place }[] = [];
  for (let here = folded.indexOf(what); here >= 0 && out.length < most; here = folded.indexOf(what, here + what.length)) {
    const from = at[here];
    const last = at[here + what.length - 1];
    if (from && last) out.push({ from, to: { part: last.part, offset: last.offset + 1 } });
  }
  return out;
}
