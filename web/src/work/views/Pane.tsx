import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { CopyButton } from '../../ui/Copy';

/** A framed part of the task with its plain text one click away. */
export function Pane({ title, id, chosen, plain, children }: {
  title: string; id?: string; chosen?: boolean; plain?: string; children: ComponentChildren;
}) {
  const [raw, setRaw] = useState(false);
  const names = chosen ? 'pane chosen' : 'pane';
  return (
    <section class={names} id={id} aria-label={title}>
      <div class="pane-head">
        <h2>{title}</h2>
        {plain === undefined ? null : (
          <div class="row">
            <Button slim look="quiet" pressed={raw} onClick={() => setRaw(!raw)}>{t.common.raw}</Button>
            <CopyButton text={plain} />
          </div>
        )}
      </div>
      <div class="pane-body">{raw && plain !== undefined ? <pre class="raw">{plain}</pre> : children}</div>
    </section>
  );
}
