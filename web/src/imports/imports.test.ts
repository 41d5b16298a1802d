import assert from 'node:assert/strict';
import test from 'node:test';
import { csvCell, CsvReader, delimiterOf, type Row } from './csv';
import { ArrayReader, LineReader, type Piece } from './lines';
import { entries, look } from './source';

function rowsOf(text: string, cuts: number[] = [], delimiter = ',', most = 1 << 20): Row[] {
  const rows: Row[] = [];
  const reader = new CsvReader(delimiter, (row) => rows.push(row), most);
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    reader.push(text.slice(from, cut));
    from = cut;
  }
  reader.end();
  return rows;
}

const cells = (text: string): string[][] => rowsOf(text).map((row) => row.cells);

/** The same format, written the slow and obvious way; for well-formed text only. */
function obvious(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        at++;
        while (text[at] !== '"' || text[at + 1] === '"') {
          if (text[at] === '"') at++;
          cell += text[at++] ?? '';
        }
        at++;
      } else {
        while (at < text.length && !',\r\n'.includes(text[at] ?? '')) cell += text[at++];
      }
      row.push(cell);
      if (text[at] === ',') {
        at++;
        continue;
      }
      break;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    rows.push(row);
  }
  return rows;
}

test('csv: quotes, doubled quotes, delimiters and line breaks in cells', () => {
  assert.deepEqual(cells('a,b\n"x, ""y""\r\nz",2\n'), [['a', 'b'], ['x, "y"\r\nz', '2']]);
  assert.deepEqual(cells('a,\n,\n"",\n'), [['a', ''], ['', ''], ['', '']]);
  assert.deepEqual(cells('a\r\nb\rc'), [['a'], ['b'], ['c']]);
  assert.deepEqual(cells('\n\na\n\nb\n'), [['a'], ['b']], 'blank lines are no rows');
  assert.deepEqual(cells('a,b,'), [['a', 'b', '']], 'a row may end with a delimiter at the end of the file');
  assert.deepEqual(cells('5" pipe,b\n'), [['5" pipe', 'b']], 'a quote inside a bare cell is a character');
});

test('csv: cells that look like formulas, numbers or dates stay what they are', () => {
  assert.deepEqual(cells('=SUM(A1),+1,-2,@x,007,1e5,2026-01-02\n'), [['=SUM(A1)', '+1', '-2', '@x', '007', '1e5', '2026-01-02']]);
  assert.equal(csvCell('=1+1'), "'=1+1");
  assert.equal(csvCell('a,"b"'), '"a,""b"""');
});

test('csv: a row starts where its first cell starts, however many lines the one before had', () => {
  assert.deepEqual(rowsOf('h\n"a\nb\nc"\nd\r\n"e\r\nf"\r\ng').map((row) => row.line), [1, 2, 5, 6, 8]);
});

test('csv: broken quoting costs its row; what follows the next line break is read', () => {
  const rows = rowsOf('a,b\n"x"y,2\nc,d\n');
  assert.deepEqual(rows.map((row) => row.fault), [null, 'after-quote', null]);
  assert.deepEqual(rows[2]?.cells, ['c', 'd']);
  const open = rowsOf('a\n"never closed\nb\n');
  assert.deepEqual(open.map((row) => [row.fault, row.line]), [[null, 1], ['open-quote', 2]]);
});

test('csv: a row over the limit is passed over without being held', () => {
  const rows = rowsOf(`a,b\n"${'x'.repeat(100)}\n${'y'.repeat(100)}",2\nc,d\n`, [], ',', 50);
  assert.deepEqual(rows.map((row) => row.fault), [null, 'too-long', null]);
});

test('csv: pieces cut anywhere give the same rows', () => {
  const text = 'a,b\r\n"x, ""y""\r\nz",2\r\n\r\nlast,"é😀"';
  const whole = rowsOf(text);
  for (let cut = 0; cut <= text.length; cut++) assert.deepEqual(rowsOf(text, [cut]), whole, `cut at ${cut}`);
  assert.deepEqual(rowsOf(text, [...text].map((_, i) => i)), whole);
});

test('csv: 300 random tables read as the obvious reader reads them', () => {
  let seed = 17;
  const pick = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % n;
  };
  const letters = ['a', 'é', ',', '"', '\n', '\r\n', ' ', '=', "'", '😀'];
  for (let round = 0; round < 300; round++) {
    const table = Array.from({ length: 1 + pick(5) }, () =>
      Array.from({ length: 2 + pick(3) }, () => Array.from({ length: pick(6) }, () => letters[pick(letters.length)]).join('')));
    const written = table.map((row) => row.map((cell) =>
      (/[",\r\n]/.test(cell) || pick(4) === 0 ? `"${cell.replace(/"/g, '""')}"` : cell)).join(',')).join(pick(2) ? '\n' : '\r\n');
    assert.deepEqual(obvious(written), table, written);
    assert.deepEqual(rowsOf(written, [pick(written.length + 1)]).map((row) => row.cells), table, written);
  }
});

test('csv: the delimiter is found in the header, not in its quotes', () => {
  assert.equal(delimiterOf('a;"b,c,d";e\nx,y,z,1,2'), ';');
  assert.equal(delimiterOf('a\tb\n'), '\t');
  assert.equal(delimiterOf('only'), ',');
});

function pieces(kind: 'lines' | 'array', text: string, cut: number, most = 1 << 20): Piece[] {
  const out: Piece[] = [];
  const reader = kind === 'lines' ? new LineReader((p) => out.push(p), most) : new ArrayReader((p) => out.push(p), most);
  reader.push(text.slice(0, cut));
  reader.push(text.slice(cut));
  reader.end();
  return out;
}

test('an array gives its elements as written, wherever it is cut', () => {
  const text = ' [ {"a": "],}\\"[" , "b": [1, [2]]},\n {"c": 1.0} , "x,y", 12345678901234567890 ] \n';
  const wanted = ['{"a": "],}\\"[" , "b": [1, [2]]}', '{"c": 1.0}', '"x,y"', '12345678901234567890'];
  for (let cut = 0; cut <= text.length; cut++) {
    assert.deepEqual(pieces('array', text, cut).map((p) => [p.text, p.place, p.fault]), wanted.map((w, i) => [w, i + 1, null]), `cut at ${cut}`);
  }
  assert.deepEqual(pieces('array', '[]', 1), []);
  assert.deepEqual(pieces('array', '[{"a":1}, {"b"', 3).map((p) => p.fault), [null, 'cut-off']);
  assert.deepEqual(pieces('array', '[1] {"b":1}', 5).map((p) => p.fault), [null, 'after-list']);
});

test('lines keep their numbers over blank and too long ones', () => {
  const found = pieces('lines', `{"a":1}\r\n\n${'x'.repeat(30)}\n{"b":2}`, 12, 20);
  assert.deepEqual(found.map((p) => [p.place, p.fault]), [[1, null], [3, 'too-long'], [4, null]]);
});

const file = (text: string | Uint8Array): Blob => new Blob([text as BlobPart]);

test('a file is known by its beginning: kind, fields, own shape, encoding', async () => {
  const csv = await look(file('\ufeffPrompt;Answer A;Answer B\n"Häh?";x;y\n'), 'a.csv');
  assert.deepEqual([csv.source.kind, csv.source.delimiter, csv.source.columns, csv.problem], ['csv', ';', ['Prompt', 'Answer A', 'Answer B'], null]);
  assert.equal(csv.head[0]?.value?.Prompt, 'Häh?', 'no byte order mark in a name');
  const own = await look(file('{"key":"k","data":{"prompt":"x"}}\n'), 'tasks.jsonl');
  assert.deepEqual([own.own, own.source.kind], [true, 'ndjson']);
  const list = await look(file('[{"q": {"text": "x"}, "m": [{"role": "user"}]}]'), 'x.json');
  assert.deepEqual(list.fields.map((f) => f.path), ['/q', '/q/text', '/m', '/m/0', '/m/0/role']);
  const old = await look(file(new Uint8Array([0x61, 0x0a, 0xe9, 0x0a])), 'old.csv');
  assert.deepEqual([old.source.encoding, old.head[0]?.value], ['windows-1252', { a: 'é' }]);
  assert.equal((await look(file('  \n'), 'e.csv')).problem, 'empty');
  assert.equal((await look(file('a,a\n1,2\n'), 'e.csv')).problem, 'header-repeats');
  assert.equal((await look(file('a,b\n'), 'e.csv')).problem, 'no-records');
});

test('a row with too few or too many cells is a fault of that row', async () => {
  const found = [];
  const looked = await look(file('a,b\n1,2\n3\n4,5,6\n7,8\n'), 'x.csv');
  for await (const batch of entries(file('a,b\n1,2\n3\n4,5,6\n7,8\n'), looked.source)) found.push(...batch.entries);
  assert.deepEqual(found.map((e) => [e.line, e.fault]), [[2, null], [3, 'cells'], [4, 'cells'], [5, null]]);
});
