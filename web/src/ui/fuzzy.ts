// How well a few typed letters fit a label: every word of the query must be found, as a piece or as scattered letters in
// order; beginnings of words count most. 0 is no match.

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function scoreWord(word: string, text: string): number {
  const at = text.indexOf(word);
  if (at >= 0) {
    const atStart = at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? ' ');
    return (atStart ? 100 : 60) - Math.min(20, at / 4) + (word.length === text.length ? 50 : 0);
  }
  let from = 0;
  let together = 0;
  let starts = 0;
  for (const letter of word) {
    const hit = text.indexOf(letter, from);
    if (hit < 0) return 0;
    if (hit === from && from > 0) together++;
    if (hit === 0 || /[^\p{L}\p{N}]/u.test(text[hit - 1] ?? ' ')) starts++;
    from = hit + 1;
  }
  return 5 + (20 * (together + starts)) / (2 * word.length);
}

export function fuzzyScore(query: string, label: string): number {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const text = fold(label);
  if (words.length === 0) return 1;
  let total = 0;
  for (const word of words) {
    const score = scoreWord(word, text);
    if (score === 0) return 0;
    total += score;
  }
  return total / words.length - Math.min(4, text.length / 50);
}

/** Those that fit, best first; equals keep their order. */
export function fuzzyFilter<T>(query: string, items: T[], labelOf: (item: T) => string): T[] {
  return items
    .map((item, at) => ({ item, at, score: fuzzyScore(query, labelOf(item)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ item }) => item);
}
