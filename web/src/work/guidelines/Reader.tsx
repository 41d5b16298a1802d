// The text of the guidelines with a table of contents and a search of its own: in the drawer and before the first task.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../../api';
import { Markdown } from '../../markdown/Markdown';
import { Reveal, RevealContext } from '../../markdown/reveal';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { useLoad } from '../../ui/hooks';
import { Load } from '../../ui/States';
import { findAll } from './find';

const kHighlight = 'guidelines-hit';
const kBlocks = 'p, li, h1, h2, h3, h4, h5, h6, td, th, pre, blockquote';
const kHeadings = 'h1, h2, h3, h4, h5, h6';

interface Heading {
  text: string;
  level: number;
  element: Element;
}

/** Text nodes of the smallest blocks that hold a hit, as ranges that the browser can mark. */
function rangesOf(root: Element, query: string): Range[] {
  const ranges: Range[] = [];
  for (const block of root.querySelectorAll(kBlocks)) {
    if (block.querySelector(kBlocks) !== null) continue;
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const nodes: { node: Text; start: number }[] = [];
    let text = '';
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push({ node: node as Text, start: text.length });
      text += (node as Text).data;
    }
    const place = (at: number): [Text, number] | null => {
      const hit = nodes.filter((n) => n.start <= at).at(-1);
      return hit ? [hit.node, Math.min(at - hit.start, hit.node.data.length)] : null;
    };
    for (const { start, end } of findAll(text, query)) {
      const [from, to] = [place(start), place(end)];
      if (!from || !to) continue;
      const range = document.createRange();
      range.setStart(...from);
      range.setEnd(...to);
      ranges.push(range);
    }
  }
  return ranges;
}

interface Highlights {
  set: (name: string, value: unknown) => void;
  delete: (name: string) => void;
}

/** Marks without touching the elements that Preact owns. Browsers without it still find and scroll. */
function mark(ranges: Range[], current: Range | undefined): void {
  const registry = (CSS as unknown as { highlights?: Highlights }).highlights;
  const Made = (globalThis as unknown as { Highlight?: new (...ranges: Range[]) => unknown }).Highlight;
  if (!registry || !Made) return;
  for (const name of [kHighlight, `${kHighlight}-current`]) registry.delete(name);
  if (ranges.length > 0) registry.set(kHighlight, new Made(...ranges));
  if (current) registry.set(`${kHighlight}-current`, new Made(current));
}

function Search({ body, drawn, onSearch }: { body: { current: HTMLElement | null }; drawn: number; onSearch: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const ranges = useMemo(() => (body.current && query.trim().length > 1 ? rangesOf(body.current, query) : []), [query, drawn]);
  const current = ranges.length === 0 ? -1 : ((at % ranges.length) + ranges.length) % ranges.length;
  useEffect(() => {
    mark(ranges, ranges[current]);
    ranges[current]?.startContainer.parentElement?.scrollIntoView({ block: 'center' });
    return () => mark([], undefined);
  }, [ranges, current]);
  return (
    <div class="guide-search" role="search">
      <input
        class="input" type="search" value={query} placeholder={t.guide.search} aria-label={t.guide.search} autocomplete="off"
        onInput={(e) => {
          onSearch();
          setQuery(e.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.key !== 'Enter') return;
          e.preventDefault();
          setAt(at + (e.shiftKey ? -1 : 1));
        }}
      />
      {query.trim().length > 1 ? <span class="small soft num nowrap" role="status">{t.guide.hits(current + 1, ranges.length)}</span> : null}
      {ranges.length > 1 ? (
        <>
          <Button slim aria-label={t.guide.previous} title={t.guide.previous} onClick={() => setAt(at - 1)}>↑</Button>
          <Button slim aria-label={t.guide.next} title={t.guide.next} onClick={() => setAt(at + 1)}>↓</Button>
        </>
      ) : null}
    </div>
  );
}

function Contents({ headings }: { headings: Heading[] }) {
  if (headings.length < 2) return null;
  const top = Math.min(...headings.map((h) => h.level));
  return (
    <details class="guide-contents">
      <summary>{t.guide.contents}</summary>
      <ul>
        {headings.map((heading, i) => (
          <li key={i} data-level={Math.min(3, heading.level - top)}>
            <button type="button" class="link" dir="auto" onClick={() => heading.element.scrollIntoView({ block: 'start' })}>{heading.text}</button>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Reader({ project, version }: { project: string; version: number }) {
  const loaded = useLoad(() => api.guidelines(project, version), [project, version]);
  return <Load of={loaded}>{(data) => <Text key={version} note={data.note} text={data.markdown ?? ''} />}</Load>;
}

function Text({ note, text }: { note: string | null; text: string }) {
  const body = useRef<HTMLDivElement>(null);
  const [headings, setHeadings] = useState<Heading[]>([]);
  const [drawn, setDrawn] = useState(0);
  const reveal = useMemo(() => new Reveal(), [text]);
  useEffect(() => {
    const box = body.current;
    if (!box) return;
    const read = (): void => {
      setDrawn((n) => n + 1);
      setHeadings([...box.querySelectorAll(kHeadings)].map((element) => ({
        element, text: element.textContent ?? '', level: Number(element.tagName[1]),
      })));
    };
    read();
    // Long texts are drawn in pieces: what comes later belongs to the contents too.
    const watch = new MutationObserver(read);
    watch.observe(box, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [text]);
  return (
    <div class="stack guide-text">
      <div class="guide-tools">
        <Search body={body} drawn={drawn} onSearch={() => reveal.open()} />
        <Contents headings={headings} />
      </div>
      {note ? <p class="small soft" dir="auto">{note}</p> : null}
      <div ref={body} dir="auto"><RevealContext.Provider value={reveal}><Markdown text={text} /></RevealContext.Provider></div>
    </div>
  );
}
