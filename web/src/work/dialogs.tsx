// The dialogs of the work and review pages: guidelines, keys, reasons.
import { Fragment, type ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { Button, Key } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextArea } from '../ui/Field';
import { useLoad } from '../ui/hooks';
import { Load } from '../ui/States';

const kShortestReadingMs = 1000;

/** Reading guidelines is paid time of its own class: it is reported when the dialog closes. */
export function GuidelinesDialog({ project, version, assignment, must, onClose }: {
  project: string; version: number; assignment?: string; must?: boolean; onClose: () => void;
}) {
  const text = useLoad(() => api.guidelines(project, version), [project, version]);
  useEffect(() => {
    const started = Date.now();
    return () => {
      const ended = Date.now();
      if (ended - started < kShortestReadingMs) return;
      const entry = {
        class: 'guidelines' as const, started_at: new Date(started).toISOString(), ended_at: new Date(ended).toISOString(),
        ...(assignment ? { assignment } : {}),
      };
      // Only the record of time suffers if this fails; nobody should be held up by it.
      api.activities(project, [entry]).catch(() => undefined);
    };
  }, [project, version]);
  return (
    <Dialog title={t.work.guidelinesVersion(version)} wide onClose={onClose}>
      {must ? <p class="soft">{t.work.guidelinesFirst}</p> : null}
      <Load of={text}>
        {(data) => (
          <>
            {data.note ? <p class="small soft">{data.note}</p> : null}
            <Markdown text={data.markdown ?? ''} />
          </>
        )}
      </Load>
      <div class="row end"><Button look="primary" onClick={onClose}>{must ? t.work.guidelinesRead : t.common.close}</Button></div>
    </Dialog>
  );
}

export function KeysDialog({ rows, onClose }: { rows: [string[], string][]; onClose: () => void }) {
  return (
    <Dialog title={t.common.keysTitle} onClose={onClose}>
      <dl class="keymap">
        {rows.map(([keys, what], i) => (
          <Fragment key={i}>
            <dt class="row">{keys.map((key) => <Key key={key} name={key} />)}<span class="sr-only">{keys.join(', ')}</span></dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}

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
