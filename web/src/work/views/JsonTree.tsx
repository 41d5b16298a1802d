// JSON as a tree that opens where it is clicked: native disclosures, children drawn when they are opened, long lists in parts.
import { useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { useReveal } from '../../markdown/reveal';
import { shown } from '../../markdown/Shown';
import { t } from '../../strings';
import { Button } from '../../ui/Button';

const kOpenLevels = 2;
const kOpenEntries = 30;
const kEntriesAtOnce = 100;
const kLongestString = 600;
const kDeepest = 60;
/** Deeper entries stand no further in: the page has an edge. */
const kDeepestIndent = 12;

type Entries = [string, Json][];

function entriesOf(value: Json): Entries | null {
  if (Array.isArray(value)) return value.map((item, i) => [String(i), item]);
  return value !== null && typeof value === 'object' ? (Object.entries(value) as Entries) : null;
}

function Leaf({ value }: { value: Json }) {
  const [whole, setWhole] = useState(false);
  useReveal(() => setWhole(true));
  if (typeof value !== 'string') return <span class={`json-${value === null ? 'null' : typeof value}`}>{String(value)}</span>;
  const cut = !whole && value.length > kLongestString * 1.2;
  return (
    <>
      <span class="json-string" dir="auto">{shown(cut ? value.slice(0, kLongestString) : value.slice(0, 200_000))}{cut ? '…' : ''}</span>
      {cut ? <Button slim look="quiet" onClick={() => setWhole(true)}>{t.reading.showAllChars(value.length)}</Button> : null}
    </>
  );
}

function Children({ entries, depth }: { entries: Entries; depth: number }) {
  const [most, setMost] = useState(kEntriesAtOnce);
  useReveal(() => setMost((now) => Math.max(now, Math.min(entries.length, 2000))));
  const hidden = entries.length - most;
  return (
    <ul class={depth > kDeepestIndent ? 'json-list flat' : 'json-list'}>
      {entries.slice(0, most).map(([name, value], i) => <li key={i}><Node name={name} value={value} depth={depth} /></li>)}
      {hidden > 0 ? (
        <li><Button slim onClick={() => setMost(most + 500)}>{t.reading.moreEntries(Math.min(500, hidden), hidden)}</Button></li>
      ) : null}
    </ul>
  );
}

function Node({ name, value, depth }: { name: string; value: Json; depth: number }) {
  const entries = entriesOf(value);
  const [open, setOpen] = useState(depth < kOpenLevels && (entries?.length ?? 0) <= kOpenEntries);
  useReveal(() => depth < 8 && setOpen(true));
  if (!entries || entries.length === 0) {
    const empty = entries ? <span class="soft">{Array.isArray(value) ? '[]' : '{}'} {t.reading.empty}</span> : null;
    return <span class="json-row"><span class="json-name">{shown(name)}</span> {empty ?? <Leaf value={value} />}</span>;
  }
  const size = Array.isArray(value) ? t.reading.items(entries.length) : t.reading.entries(entries.length);
  return (
    <details open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary><span class="json-name">{shown(name)}</span> <span class="soft small">{size}</span></summary>
      {!open ? null : depth > kDeepest ? <p class="small soft">{t.reading.tooDeep}</p> : <Children entries={entries} depth={depth + 1} />}
    </details>
  );
}

export function JsonTree({ value }: { value: Json }) {
  const entries = entriesOf(value);
  return (
    <div class="json-tree" dir="ltr">
      {entries && entries.length > 0 ? <Children entries={entries} depth={0} /> : entries ? <span class="soft">{t.reading.empty}</span> : <Leaf value={value} />}
    </div>
  );
}
