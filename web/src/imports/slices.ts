// A file as slices of NDJSON, each a request of its own. What is held is one slice and one piece of the file, whatever its size.
import { resolve } from '../work/form';
import { convert, isFault, type Fault, type Made, type Plan } from './convert';
import { entries, type Entry, type Source } from './source';

export interface Slice {
  index: number;
  /** NDJSON; empty where nothing but faults was found. */
  body: string | Blob;
  /** Line n of the body stands for this line of the file. */
  lines: number[];
  faults: Fault[];
  /** How far into the file the slice reaches. */
  bytes: number;
  /** All or nothing was asked for, and a fault was found before anything was sent. */
  refused?: boolean;
}

/** Long enough that a round trip does not matter, short enough to be sent again. In UTF-16 units. */
export const kSliceChars = 2 * 1024 * 1024;
/** A slice is as many lines as the server lists errors for, so that every bad line has its reason. */
export const kSliceLines = 1000;
const kMaxGroup = 2000;

/** Gathers the records of one group; without a group every record is one. */
export class Grouper {
  private held: Entry[] = [];
  private value = '';
  private spoiled = false;
  /** The record before was broken: whoever comes next may lack it. */
  private edge = false;

  constructor(private readonly plan: Plan, private readonly onTask: (result: Made | Fault) => void) {}

  add(entry: Entry): void {
    const { group } = this.plan.mapping;
    if (group === null || this.plan.own) return this.onTask(convert([entry], this.plan));
    if (entry.value === null) {
      // Nobody can tell which group the broken record belonged to: a task that lacks a part is worse than none.
      this.onTask(convert([entry], this.plan));
      this.spoiled = this.edge = true;
      return;
    }
    const value = String(resolve(entry.value, group) ?? '');
    if (this.held.length > 0 && (value !== this.value || this.held.length >= kMaxGroup)) {
      this.end();
      this.spoiled = this.edge;
    }
    this.edge = false;
    this.value = value;
    this.held.push(entry);
  }

  end(): void {
    const [first] = this.held;
    if (!first) return;
    this.onTask(this.spoiled ? { line: first.line, field: '', code: 'spoiled' } : convert(this.held, this.plan));
    this.held = [];
  }
}

export async function* slices(
  file: Blob, source: Source, plan: Plan, maxChars = kSliceChars, maxLines = kSliceLines,
): AsyncGenerator<Slice> {
  let parts: string[] = [];
  let lines: number[] = [];
  let faults: Fault[] = [];
  let size = 0;
  let index = 0;
  let bytes = 0;
  const ready: Slice[] = [];
  const cut = (): void => {
    if (lines.length === 0 && faults.length === 0) return;
    ready.push({ index: index++, body: parts.join(''), lines, faults, bytes });
    [parts, lines, faults, size] = [[], [], [], 0];
  };
  const grouper = new Grouper(plan, (result) => {
    if (isFault(result)) faults.push(result);
    else {
      parts.push(result.text, '\n');
      lines.push(result.line);
      size += result.text.length + 1;
    }
    if (size >= maxChars || lines.length >= maxLines || faults.length >= maxLines) cut();
  });
  for await (const batch of entries(file, source)) {
    bytes = batch.bytes;
    for (const entry of batch.entries) {
      grouper.add(entry);
      while (ready.length > 0) yield ready.shift() as Slice;
    }
  }
  grouper.end();
  cut();
  yield* ready;
}

/** All or nothing: the whole file as one slice, kept by the browser on its disk where it is long; nothing if a line is wrong. */
export async function* whole(of: AsyncGenerator<Slice>, onRead: (bytes: number) => void): AsyncGenerator<Slice> {
  const parts: (string | Blob)[] = [];
  const lines: number[] = [];
  const faults: Fault[] = [];
  let bytes = 0;
  for await (const slice of of) {
    // As a blob of its own it may leave the memory.
    parts.push(new Blob([slice.body]));
    for (const line of slice.lines) lines.push(line);
    faults.push(...slice.faults);
    bytes = slice.bytes;
    onRead(bytes);
  }
  if (faults.length > 0) yield { index: 0, body: '', lines: [], faults, bytes, refused: true };
  else if (lines.length > 0) yield { index: 0, body: new Blob(parts), lines, faults, bytes };
}

/** The first tasks of a file, as the import would make them. */
export function firstTasks(head: Entry[], plan: Plan, most = 10): (Made | Fault)[] {
  const out: (Made | Fault)[] = [];
  const grouper = new Grouper(plan, (result) => out.push(result));
  for (const entry of head) {
    grouper.add(entry);
    if (out.length >= most) return out;
  }
  grouper.end();
  return out.slice(0, most);
}
