// An answer as the person would have it: kept as one more version beside the one that came.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TalkNode } from '../../api/dialogue';
import { t } from '../../strings/talk';
import { Button } from '../../ui/Button';
import type { Acts } from './Reply';
import { useGrowing } from './useGrowing';

export function EditBox({ who, node, acts, onClose }: { who: string; node: TalkNode; acts: Acts; onClose: () => void }) {
  const [text, setText] = useState(() => acts.kept(node.id) || node.text);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useGrowing(area, text);
  useLayoutEffect(() => area.current?.focus({ preventScroll: true }), []);
  const changed = text.trim() !== '' && text !== node.text;
  const write = (next: string): void => {
    setText(next);
    acts.keep(node.id, next === node.text ? '' : next);
  };
  const close = (): void => {
    acts.keep(node.id, '');
    onClose();
  };
  const save = (): void => {
    if (!changed || busy || acts.busy || acts.offline) return;
    setBusy(true);
    void acts.edit(node.id, text).then((kept) => {
      setBusy(false);
      if (kept) close();
    });
  };
  return (
    <div class="stack tight">
      <textarea
        ref={area} class="input" dir="auto" rows={4} value={text} aria-label={t.talk.editText(who)} data-talk-edit={node.id}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          save();
        }}
      />
      <span class="small soft">{changed ? t.talk.editHint : t.talk.editSame}</span>
      <div class="row">
        <Button slim look="primary" busy={busy} disabled={!changed || acts.busy || acts.offline} hint="Ctrl ⏎" onClick={save}>{t.talk.editSave}</Button>
        <Button slim onClick={close}>{t.common.cancel}</Button>
      </div>
    </div>
  );
}
