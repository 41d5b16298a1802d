import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Places of one thing, as links: each has its address. The current one is brought into view on a narrow window. */
export function TabLinks({ label, current, tabs }: { label: string; current: string; tabs: [string, string, ComponentChildren][] }) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const nav = ref.current;
    const at = nav?.querySelector<HTMLElement>('[aria-current=page]');
    if (nav && at && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = at.offsetLeft - (nav.clientWidth - at.offsetWidth) / 2;
  }, [current]);
  return (
    <nav ref={ref} class="tabs" aria-label={label}>
      {tabs.map(([id, to, text]) => <a key={id} href={to} aria-current={id === current ? 'page' : undefined}>{text}</a>)}
    </nav>
  );
}
