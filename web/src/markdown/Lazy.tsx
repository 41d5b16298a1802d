// Something long that is drawn when it comes near the window, or before that when the page has nothing else to do.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { later } from './queue';
import { useReveal } from './reveal';

/** Characters that are drawn ahead on one page; the rest waits until it is looked at. */
const kDrawnAhead = 400_000;
let ahead = 0;

export function Lazy({ size, children }: { size: number; children: () => ComponentChildren }) {
  const [drawn, setDrawn] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useReveal(() => setDrawn(true));
  useEffect(() => {
    const place = ref.current;
    if (drawn || !place) return;
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) later(() => setDrawn(true), true);
    }, { rootMargin: '1000px 0px' });
    watch.observe(place);
    const counted = ahead + size <= kDrawnAhead;
    if (counted) ahead += size;
    const takeBack = counted ? later(() => setDrawn(true)) : () => undefined;
    return () => {
      watch.disconnect();
      takeBack();
      if (counted) ahead -= size;
    };
  }, [drawn]);
  return drawn ? <>{children()}</> : <div ref={ref} class="lazy" style={{ minBlockSize: `${Math.min(60, 2 + Math.round(size / 60))}em` }} />;
}
