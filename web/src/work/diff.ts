// Word differences between two texts, for adjudication and corrections. Longest common subsequence over words; texts whose
// table would be too large are shown as replaced whole rather than freezing the page.

export type WordOp = { op: '=' | '-' | '+'; text: string };
const kMostCells = 4_000_000;

export function wordDiff(before: string, after: string): WordOp[] {
  const a = before.match(/\s+|[^\s]+/g) ?? [];
  const b = after.match(/\s+|[^\s]+/g) ?? [];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = lcs(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return merge([
    { op: '=', text: a.slice(0, head).join('') }, ...middle, { op: '=', text: a.slice(a.length - tail).join('') },
  ]);
}

function lcs(a: string[], b: string[]): WordOp[] {
  if (a.length * b.length > kMostCells) return [{ op: '-', text: a.join('') }, { op: '+', text: b.join('') }];
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] =
        a[i] === b[j]
          ? (best[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0);
    }
  }
  const out: WordOp[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      out.push({ op: '=', text: x });
      i++;
      j++;
    } else if (x !== undefined && (y === undefined || (best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0))) {
      out.push({ op: '-', text: x });
      i++;
    } else if (y !== undefined) {
      out.push({ op: '+', text: y });
      j++;
    }
  }
  return out;
}

function merge(ops: WordOp[]): WordOp[] {
  const out: WordOp[] = [];
  for (const { op, text } of ops) {
    const last = out.at(-1);
    if (text === '') continue;
    if (last?.op === op) last.text += text;
    else out.push({ op, text });
  }
  return out;
}
