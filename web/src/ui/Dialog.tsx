import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './Button';

/** The native modal dialog: focus stays inside, Escape closes, focus returns to where it was. Mount it to open it. */
export function Dialog({ title, wide, onClose, children }: {
  title: string; wide?: boolean; onClose: () => void; children: ComponentChildren;
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
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref} class={wide ? 'wide' : ''} aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button look="quiet" slim onClick={onClose}>{t.common.close}</Button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

export function Confirm({ title, text, action, danger, onConfirm, onClose }: {
  title: string; text: string; action: string; danger?: boolean; onConfirm: () => void; onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="row end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button look={danger ? 'danger' : 'primary'} onClick={onConfirm}>{action}</Button>
      </div>
    </Dialog>
  );
}
