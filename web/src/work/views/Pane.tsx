import type { ComponentChildren, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { LongText } from '../../markdown/LongText';
import { RevealContext } from '../../markdown/reveal';
import { shown } from '../../markdown/Shown';
import { shownText } from '../../markdown/controls';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/Copy';
import { useUnit } from './page';

/** A framed part of the task with its plain text one click away. */
export function Pane({ title, unit, chosen, plain, body, scrolls, onScroll, onOpen, children }: {
  title: string; unit: string; chosen?: boolean; plain?: string; body?: RefObject<HTMLDivElement>; scrolls?: boolean;
  onScroll?: () => void; onOpen?: () => void; children: ComponentChildren;
}) {
  const [raw, setRaw] = useState(false);
  const reveal = useUnit(unit, onOpen);
  const names = ['pane', chosen ? 'chosen' : '', scrolls ? 'scrolls' : ''].filter(Boolean).join(' ');
  return (
    <section class={names} aria-label={shownText(title)}>
      <div class="pane-head">
        <h2><bdi>{shown(title)}</bdi></h2>
        {plain === undefined ? null : (
          <div class="row pane-tools">
            <Button slim look="quiet" pressed={raw} onClick={() => setRaw(!raw)}>{t.common.raw}</Button>
            <CopyButton text={plain} />
          </div>
        )}
      </div>
      <div
        class="pane-body" data-unit={unit} ref={body} onScroll={onScroll}
        {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': shownText(title) } : {})}
      >
        <RevealContext.Provider value={reveal}>
          {raw && plain !== undefined ? <LongText text={plain} /> : children}
        </RevealContext.Provider>
      </div>
    </section>
  );
}
