import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './Button';
import { adoptStyle } from './adopt';
import css from '../style/layers.lazy.css';

adoptStyle(css);

/** A native modal dialog at the end side of the window: for one thing out of a list, read beside it. A click outside closes. */
export function Drawer({ title, actions, onClose, children }: {
  title: ComponentChildren; actions?: ComponentChildren; onClose: () => void; children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key can come: it belongs to what was just opened.
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref} class="drawer" aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div class="drawer-head">
        <h2 id={id}>{title}</h2>
        <div class="row">{actions}<Button look="quiet" slim onClick={onClose}>{t.common.close}</Button></div>
      </div>
      <div class="drawer-body">{children}</div>
    </dialog>
  );
}
