// JSON records from text that comes in pieces: lines (NDJSON), or the elements of one array, each as it was written, so that
// what needs no change goes on byte for byte. Memory is one record.
import { kMaxRecord } from './csv';

export interface Piece {
  text: string;
  /** The line (NDJSON) or the place in the list (array), from 1. */
  place: number;
  fault: 'too-long' | 'cut-off' | 'after-list' | null;
}

export class LineReader {
  private rest = '';
  private over = false;
  private place = 1;

  constructor(private readonly onPiece: (piece: Piece) => void, private readonly maxRecord = kMaxRecord) {}

  push(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.add(text.slice(from, at));
      this.endLine();
      from = at + 1;
    }
    this.add(text.slice(from));
  }

  end(): void {
    this.endLine();
  }

  private add(piece: string): void {
    if (this.over) return;
    this.rest += piece;
    if (this.rest.length <= this.maxRecord) return;
    this.over = true;
    this.rest = '';
  }

  private endLine(): void {
    const text = this.rest.trim();
    if (this.over) this.onPiece({ text: '', place: this.place, fault: 'too-long' });
    else if (text) this.onPiece({ text, place: this.place, fault: null });
    this.rest = '';
    this.over = false;
    this.place++;
  }
}

export class ArrayReader {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private item = '';
  private over = false;
  private started = false;
  private ended = false;
  private place = 1;

  constructor(private readonly onPiece: (piece: Piece) => void, private readonly maxRecord = kMaxRecord) {}

  push(text: string): void {
    let from = this.started ? 0 : this.open(text);
    let i = from;
    while (i < text.length && !this.ended) {
      if (this.inString) {
        i = this.skipString(text, i);
        continue;
      }
      const c = text.charCodeAt(i);
      if (c === 34) this.inString = true;
      else if (c === 123 || c === 91) this.depth++;
      else if (c === 125 || (c === 93 && this.depth > 0)) this.depth--;
      else if (c === 93 || (c === 44 && this.depth === 0)) {
        this.add(text.slice(from, i));
        this.endItem(c === 93);
        from = i + 1;
      }
      i++;
    }
    if (!this.ended) this.add(text.slice(from));
    else if (text.slice(from).trim()) this.after();
  }

  end(): void {
    if (this.ended) return;
    this.onPiece({ text: '', place: this.place, fault: 'cut-off' });
  }

  private open(text: string): number {
    const at = text.indexOf('[');
    if (at < 0) return text.length;
    this.started = true;
    return at + 1;
  }

  private skipString(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      if (this.escaped) {
        this.escaped = false;
        continue;
      }
      const c = text.charCodeAt(i);
      if (c === 92) this.escaped = true;
      else if (c === 34) {
        this.inString = false;
        return i + 1;
      }
    }
    return text.length;
  }

  private add(piece: string): void {
    if (this.over) return;
    this.item += piece;
    if (this.item.length <= this.maxRecord) return;
    this.over = true;
    this.item = '';
  }

  private endItem(last: boolean): void {
    const text = this.item.trim();
    const nothing = text === '' && !this.over && last && this.place === 1;
    if (!nothing) this.onPiece({ text, place: this.place++, fault: this.over ? 'too-long' : null });
    this.item = '';
    this.over = false;
    this.ended = last;
  }

  private said = false;
  private after(): void {
    if (this.said) return;
    this.said = true;
    this.onPiece({ text: '', place: this.place, fault: 'after-list' });
  }
}
