// Search in the task that is shown. Hits are counted in what the task says, also where it is folded or not drawn yet; going to
// one opens what hides it. Marks are drawn by the browser over the text (CSS highlights), so that no element changes.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { whenIdle } from '../../markdown/queue';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { findHits, findPlaces, kMostHits, type Unit } from './find';
import type { TaskPage } from './page';
import { Sign } from './Sign';

const kMostMarks = 500;
const kMostMarkedText = 2_000_000;
const kNoText = 'button, select, .pane-head, .who, .code-head, svg, math, .sr-only, .read-bar';

function textNodes(root: Element): Text[] {
  const out: Text[] = [];
  let length = 0;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element ? (node.matches(kNoText) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP) : NodeFilter.FILTER_ACCEPT);
  for (let node = walk.nextNode(); node && length < kMostMarkedText; node = walk.nextNode()) {
    out.push(node as Text);
    length += (node as Text).length;
  }
  return out;
}

function rangesIn(root: Element, query: string, most: number): Range[] {
  const nodes = textNodes(root);
  return findPlaces(nodes.map((n) => n.data), query, most).flatMap(({ from, to }) => {
    const [start, end] = [nodes[from.part], nodes[to.part]];
    if (!start || !end) return [];
    const range = document.createRange();
    range.setStart(start, from.offset);
    range.setEnd(end, to.offset);
    return [range];
  });
}

const unmark = (): void => {
  CSS.highlights?.delete('found');
  CSS.highlights?.delete('found-here');
};

function mark(all: Range[], here: Range | undefined): void {
  if (CSS.highlights && typeof Highlight === 'function') {
    CSS.highlights.set('found', new Highlight(...all));
    CSS.highlights.set('found-here', new Highlight(...(here ? [here] : [])));
  } else if (here) {
    getSelection()?.setBaseAndExtent(here.startContainer, here.startOffset, here.endContainer, here.endOffset);
  }
}

const painted = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));

async function goTo(root: HTMLElement, page: TaskPage, unit: string, nth: number, query: string): Promise<void> {
  // Opening one thing may draw another that is folded in turn.
  for (let n = 0; n < 2; n++) {
    page.reveal(unit);
    await painted();
    await whenIdle();
  }
  await painted();
  const place = root.querySelector(`[data-unit="${CSS.escape(unit)}"]`);
  if (!place) return;
  const inside = rangesIn(place, query, nth + 1);
  const here = inside[Math.min(nth, inside.length - 1)];
  mark(rangesIn(root, query, kMostMarks), here);
  const near = here?.startContainer.parentElement ?? place;
  near.scrollIntoView({ block: here ? 'center' : 'start' });
  await painted();
  const box = here?.getBoundingClientRect();
  if (box && (box.top < 100 || box.bottom > window.innerHeight - 40)) window.scrollBy(0, box.top - window.innerHeight / 2);
}

export function SearchBar({ units, page, root, onClose }: {
  units: () => Unit[]; page: TaskPage; root: { current: HTMLElement | null }; onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const all = useMemo(units, [units]);
  const { hits, more } = useMemo(() => findHits(all, query), [all, query]);
  // Before the next key can come: a later effect would let the first letters run commands of the page.
  useLayoutEffect(() => {
    field.current?.focus();
    return unmark;
  }, []);
  useEffect(() => {
    const wait = setTimeout(() => {
      setQuery(typed);
      setAt(0);
    }, 120);
    return () => clearTimeout(wait);
  }, [typed]);
  useEffect(() => {
    const hit = hits[at];
    if (!hit) return unmark();
    if (root.current) void goTo(root.current, page, hit.unit, hit.nth, query);
  }, [hits, at]);
  const step = (by: number): void => {
    if (hits.length > 0) setAt((at + by + hits.length) % hits.length);
  };
  return (
    <div class="search-bar row" role="search">
      <input
        ref={field} class="input" type="search" value={typed} aria-label={t.reading.search} placeholder={t.reading.searchHint} autocomplete="off" spellcheck={false}
        onInput={(e) => setTyped(e.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) step(event.shiftKey ? -1 : 1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span class="small num" role="status">
        {query.trim() === '' ? '' : hits.length === 0 ? t.reading.noHits : t.reading.hits(at + 1, hits.length, more || hits.length >= kMostHits)}
      </span>
      <Button slim disabled={hits.length === 0} onClick={() => step(-1)}><Sign name={t.reading.previousHit}>↑</Sign></Button>
      <Button slim disabled={hits.length === 0} onClick={() => step(1)}><Sign name={t.reading.nextHit}>↓</Sign></Button>
      <Button slim look="quiet" onClick={onClose}>{t.common.close}</Button>
    </div>
  );
}
