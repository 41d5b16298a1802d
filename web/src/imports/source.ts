// A file of records, whatever it is: what kind it is, which fields it has, and its records one batch after another. The file is
// read as a stream: memory is one piece of it, whatever its size.
import type { Json, JsonObject } from '../api/types';
import { CsvReader, delimiterOf, type Row, type RowFault } from './csv';
import { ArrayReader, LineReader, type Piece } from './lines';

export type FileKind = 'csv' | 'ndjson' | 'array';
export type RecordFault = RowFault | Piece['fault'] | 'cells' | 'not-json' | 'not-object';

export interface Source {
  kind: FileKind;
  delimiter: string;
  encoding: string;
  /** Of a CSV file. */
  columns: string[];
}

export interface Entry {
  /** The line of the file, or the place in its list. */
  line: number;
  value: JsonObject | null;
  /** As it was written, of JSON. */
  raw: string | null;
  fault: Exclude<RecordFault, null> | null;
}

export interface Look {
  source: Source;
  head: Entry[];
  fields: Field[];
  /** The file holds tasks in our own shape: {"data": …}. */
  own: boolean;
  /** Why nothing can be read from it. */
  problem: 'empty' | 'no-records' | 'header-repeats' | 'header-empty' | null;
}

export interface Field {
  /** A JSON pointer into the record; a CSV column is a member. */
  path: string;
  name: string;
  sample: string;
}

export const kHeadRecords = 50;
const kHeadBytes = 12 * 1024 * 1024;
const kMaxFields = 200;
const kFieldDepth = 4;
const kFieldItems = 6;

export const escapeToken = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

function kindOf(name: string, text: string): FileKind {
  const first = text.trimStart()[0];
  if (/\.(csv|tsv)$/i.test(name)) return 'csv';
  if (first === '[') return 'array';
  return first === '{' ? 'ndjson' : 'csv';
}

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);

function entryOf(piece: Piece): Entry {
  if (piece.fault) return { line: piece.place, value: null, raw: null, fault: piece.fault };
  let value: unknown;
  try {
    value = JSON.parse(piece.text);
  } catch {
    return { line: piece.place, value: null, raw: null, fault: 'not-json' };
  }
  if (typeof value === 'string') return { line: piece.place, value: { text: value }, raw: null, fault: null };
  if (!isObject(value)) return { line: piece.place, value: null, raw: null, fault: 'not-object' };
  return { line: piece.place, value, raw: piece.text, fault: null };
}

function entryOfRow(row: Row, columns: string[]): Entry {
  if (row.fault) return { line: row.line, value: null, raw: null, fault: row.fault };
  if (row.cells.length !== columns.length) return { line: row.line, value: null, raw: null, fault: 'cells' };
  const value: JsonObject = {};
  columns.forEach((name, i) => {
    value[name] = row.cells[i] ?? '';
  });
  return { line: row.line, value, raw: null, fault: null };
}

interface TextReader {
  push: (text: string) => void;
  end: () => void;
}

/** Entries as the text comes in. */
function readerOf(source: Source, onEntry: (entry: Entry) => void): TextReader {
  if (source.kind === 'ndjson') return new LineReader((piece) => onEntry(entryOf(piece)));
  if (source.kind === 'array') return new ArrayReader((piece) => onEntry(entryOf(piece)));
  let header = true;
  return new CsvReader(source.delimiter, (row) => {
    if (header) header = false;
    else onEntry(entryOfRow(row, source.columns));
  });
}

function headerOf(delimiter: string, text: string): string[] {
  let columns: string[] | null = null;
  const reader = new CsvReader(delimiter, (row) => {
    columns ??= row.cells.map((cell) => cell.trim());
  });
  reader.push(text);
  reader.end();
  return columns ?? [];
}

/** Opens the beginning of a file. Throws what reading the file throws. */
export async function look(file: Blob, name: string): Promise<Look> {
  const bytes = new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer());
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const kind = kindOf(name, text);
  const delimiter = kind === 'csv' ? delimiterOf(text) : ',';
  const columns = kind === 'csv' ? headerOf(delimiter, text) : [];
  const source: Source = { kind, delimiter, encoding, columns };
  const nothing = { source, head: [], fields: [], own: false };
  if (text.trim() === '') return { ...nothing, problem: 'empty' };
  if (columns.some((c) => c === '')) return { ...nothing, problem: 'header-empty' };
  if (new Set(columns).size !== columns.length) return { ...nothing, problem: 'header-repeats' };
  const head: Entry[] = [];
  for await (const batch of entries(file.size > kHeadBytes ? file.slice(0, kHeadBytes) : file, source)) {
    head.push(...batch.entries);
    if (head.length >= kHeadRecords) break;
  }
  if (file.size > kHeadBytes && head.at(-1)?.fault) head.pop(); // it is cut off by us
  head.length = Math.min(head.length, kHeadRecords);
  const good = head.filter((entry) => entry.value !== null);
  const own = kind !== 'csv' && good.length > 0 && good.every((entry) => isObject(entry.value?.data));
  return { source, head, fields: fieldsOf(good), own, problem: good.length > 0 ? null : 'no-records' };
}

export interface Batch {
  entries: Entry[];
  /** How far into the file this is. */
  bytes: number;
}

export async function* entries(file: Blob, source: Source): AsyncGenerator<Batch> {
  const decoder = new TextDecoder(source.encoding, { fatal: true });
  let found: Entry[] = [];
  const reader = readerOf(source, (entry) => found.push(entry));
  const stream = file.stream().getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await stream.read();
      if (done) break;
      bytes += value.length;
      reader.push(decoder.decode(value, { stream: true }));
      if (found.length === 0) continue;
      yield { entries: found, bytes };
      found = [];
    }
    reader.push(decoder.decode());
    reader.end();
    yield { entries: found, bytes };
  } finally {
    void stream.cancel().catch(() => undefined);
  }
}

function walk(value: Json | undefined, path: string, depth: number, out: Map<string, string>): void {
  if (out.size >= kMaxFields || value === undefined) return;
  if (path) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!out.get(path)) out.set(path, text.slice(0, 200));
  }
  if (depth >= kFieldDepth || value === null || typeof value !== 'object') return;
  const children: [string, Json | undefined][] = Array.isArray(value)
    ? value.slice(0, kFieldItems).map((item, i) => [String(i), item]) : Object.entries(value);
  for (const [name, child] of children) walk(child, `${path}/${escapeToken(name)}`, depth + 1, out);
}

/** Every place of the records that holds something, in the order of the file. */
export function fieldsOf(head: Entry[]): Field[] {
  const out = new Map<string, string>();
  for (const entry of head) if (entry.value) walk(entry.value, '', 0, out);
  return [...out].map(([path, sample]) => ({ path, name: path.slice(1).replace(/~1/g, '/').replace(/~0/g, '~'), sample }));
}
