// Why: one reason out of a few, with a note.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextArea } from '../ui/Field';

export function ReasonDialog<R extends string>({ title, hint, reasons, noteLabel, action, busy, onChoose, onClose, children }: {
  title: string; hint?: string; reasons: Record<R, string>; noteLabel: string; action: string; busy: boolean;
  onChoose: (reason: R, note: string) => void; onClose: () => void; children?: ComponentChildren;
}) {
  const entries = Object.entries(reasons) as [R, string][];
  const [reason, setReason] = useState<R | null>(null);
  const [note, setNote] = useState('');
  // Before the next key can come: a later effect would send the note without its last words.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLTextAreaElement) {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && reason) onChoose(reason, note.trim());
        return;
      }
      const hit = entries[Number(event.key) - 1];
      if (!hit) return;
      event.preventDefault();
      setReason(hit[0]);
      // So that Enter goes on, instead of pressing whatever had the focus.
      requestAnimationFrame(() => document.querySelector<HTMLElement>('dialog[open] .button.primary')?.focus());
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
  return (
    <Dialog title={title} onClose={onClose}>
      {hint ? <p class="soft">{hint}</p> : null}
      <div class="options" role="group" aria-label={title}>
        {entries.map(([value, label], i) => (
          <Button key={value} class="option" hint={String(i + 1)} pressed={reason === value} onClick={() => setReason(value)}>{label}</Button>
        ))}
      </div>
      <TextArea label={noteLabel} optional rows={3} value={note} onInput={setNote} />
      {children}
      <div class="row end">
        <Button onClick={onClose}>{t.common.cancel}</Button>
        <Button look="primary" disabled={!reason} busy={busy} onClick={() => reason && onChoose(reason, note.trim())}>{action}</Button>
      </div>
    </Dialog>
  );
}
