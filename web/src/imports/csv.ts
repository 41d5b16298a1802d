// CSV as RFC 4180 has it, piece by piece: cells may hold delimiters, quotes and line breaks; rows end with LF, CRLF or CR.
// Cells are text and stay text: nothing is taken for a number, a date or a formula. Memory is one row.

export type RowFault = 'after-quote' | 'open-quote' | 'too-long';

export interface Row {
  cells: string[];
  /** Where the row starts, from 1. */
  line: number;
  fault: RowFault | null;
}

/** One record of an import; the server takes no longer one. */
export const kMaxRecord = 8 * 1024 * 1024;
const kLf = 10;
const kCr = 13;

type State = 'start' | 'plain' | 'quoted' | 'quote' | 'lost';

export class CsvReader {
  private state: State = 'start';
  private cells: string[] = [];
  private cell = '';
  private size = 0;
  private line = 1;
  private rowLine = 1;
  private quoted = false;
  private afterCr = false;
  private fault: RowFault | null = null;
  private readonly delimiter: number;

  constructor(delimiter: string, private readonly onRow: (row: Row) => void, private readonly maxRecord = kMaxRecord) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  push(text: string): void {
    let i = 0;
    if (this.afterCr && text.length > 0) {
      if (text.charCodeAt(0) === kLf) i = 1;
      this.afterCr = false;
    }
    while (i < text.length) i = this.state === 'quoted' ? this.readQuoted(text, i) : this.readOpen(text, i);
  }

  end(): void {
    if (this.state === 'quoted') this.fault = 'open-quote';
    if (this.state !== 'start' || this.cells.length > 0 || this.quoted) this.endRow();
  }

  private readQuoted(text: string, from: number): number {
    const found = text.indexOf('"', from);
    const to = found < 0 ? text.length : found;
    this.add(text, from, to);
    for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) this.line++;
    if (found < 0) return to;
    this.state = 'quote';
    return found + 1;
  }

  private readOpen(text: string, from: number): number {
    const code = text.charCodeAt(from);
    if (code === this.delimiter && this.state !== 'lost') return this.endCell(from);
    if (code === kLf || code === kCr) {
      if (code === kCr) {
        if (from + 1 === text.length) this.afterCr = true;
        else if (text.charCodeAt(from + 1) === kLf) from++;
      }
      this.line++;
      this.endRow();
      return from + 1;
    }
    if (code === 34 && this.state === 'start') {
      this.state = 'quoted';
      this.quoted = true;
      return from + 1;
    }
    if (code === 34 && this.state === 'quote') {
      this.add('"', 0, 1);
      this.state = 'quoted';
      return from + 1;
    }
    if (this.state === 'quote') {
      this.fault = 'after-quote';
      this.state = 'lost';
    } else if (this.state === 'start') {
      this.state = 'plain';
    }
    return this.readPlain(text, from);
  }

  private readPlain(text: string, from: number): number {
    let to = from;
    for (; to < text.length; to++) {
      const code = text.charCodeAt(to);
      if (code === kLf || code === kCr || (code === this.delimiter && this.state === 'plain')) break;
    }
    if (this.state === 'plain') this.add(text, from, to);
    return to;
  }

  private add(text: string, from: number, to: number): void {
    this.size += to - from;
    if (this.size > this.maxRecord) {
      this.fault ??= 'too-long';
      this.cell = '';
      return;
    }
    this.cell += text.slice(from, to);
  }

  private endCell(at: number): number {
    if (this.fault === null) this.cells.push(this.cell);
    this.cell = '';
    this.quoted = false;
    this.state = 'start';
    // A row that ends after a delimiter has one more cell, empty.
    return at + 1;
  }

  private endRow(): void {
    const blank = this.cells.length === 0 && this.cell === '' && !this.quoted && this.fault === null;
    if (!blank) {
      this.endCell(0);
      this.onRow({ cells: this.cells, line: this.rowLine, fault: this.fault });
    }
    this.cells = [];
    this.cell = '';
    this.quoted = false;
    this.size = 0;
    this.fault = null;
    this.state = 'start';
    this.rowLine = this.line;
  }
}

/** The delimiter of the header: the one of these that stands most often outside quotes. Spreadsheets of half of Europe write ; */
export function delimiterOf(head: string): string {
  const counts = new Map<string, number>([[',', 0], [';', 0], ['\t', 0], ['|', 0]]);
  let quoted = false;
  for (const c of head) {
    if (c === '"') quoted = !quoted;
    else if (!quoted && (c === '\n' || c === '\r')) break;
    else if (!quoted && counts.has(c)) counts.set(c, (counts.get(c) ?? 0) + 1);
  }
  let best = ',';
  for (const [c, n] of counts) if (n > (counts.get(best) ?? 0)) best = c;
  return best;
}

/** One cell for a file that a spreadsheet may open: quoted where needed, and never a formula. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
