// LaTeX as MathML: browsers lay it out themselves, so no font, stylesheet or inline style is needed. KaTeX builds elements
// directly (no HTML string) and loads as a chunk of its own when the first formula is seen.
import { useEffect, useRef } from 'preact/hooks';
import { later } from './queue';

type Render = (tex: string, into: HTMLElement, block: boolean) => void;
let loaded: Promise<Render> | null = null;

export function TeX({ tex, block }: { tex: string; block: boolean }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let current = true;
    let takeBack = (): void => undefined;
    loaded ??= import('./katex').then((m) => m.renderTeX);
    loaded.then(
      (render) => {
        if (!current) return;
        takeBack = later(() => {
          if (ref.current) render(tex, ref.current, block);
        });
      },
      () => {
        loaded = null;
      },
    );
    return () => {
      current = false;
      takeBack();
    };
  }, [tex, block]);
  // The key makes a changed formula a new element: KaTeX owns what is inside, Preact never does.
  return <span key={tex} ref={ref} class={block ? 'math-block' : 'math-inline'} data-tex={tex} />;
}
