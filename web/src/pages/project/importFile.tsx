import { useRef, useState } from 'preact/hooks';
import type { Held } from '../../imports/held';
import { t } from '../../strings/make';
import { Button } from '../../ui/Button';
import { formatBytes } from '../../ui/format';
import type { Setup } from './importSetup';

export const kAccept = '.csv,.tsv,.json,.jsonl,.ndjson,text/csv,application/json,application/x-ndjson';

export function FilePick({ setup, onPicked }: { setup: Setup; onPicked?: (held: Held) => void }) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const f = t.make.file;
  const take = async (file: File | undefined): Promise<void> => {
    if (!file || setup.looking) return;
    const held = await setup.pick(file);
    if (input.current) input.current.value = '';
    if (held && !held.look.problem) onPicked?.(held);
  };
  const { held } = setup;
  return (
    <div class="stack">
      <div
        class={over ? 'drop over' : 'drop'} data-file={held ? 'chosen' : 'none'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer?.files[0]);
        }}
      >
        {held ? <p dir="auto"><strong>{f.about(held.file.name, formatBytes(held.file.size), f.kinds[held.look.source.kind])}</strong></p> : <p>{f.drop}</p>}
        <input
          ref={input} class="sr-only" id="import-file" type="file" accept={kAccept} tabIndex={-1} aria-label={f.choose}
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        <Button look={held ? 'plain' : 'primary'} busy={setup.looking} onClick={() => input.current?.click()}>{held ? f.another : f.choose}</Button>
      </div>
      <div role="status">
        {setup.looking ? <p class="soft">{f.reading}</p> : null}
        {setup.unread ? <p class="bad" data-file-problem>{t.make.run.unread}</p> : null}
        {held?.look.problem ? <p class="bad" data-file-problem>{f.problems[held.look.problem]}</p> : null}
        {held && !held.look.problem && held.look.source.encoding === 'windows-1252' ? <p class="warn">{f.old}</p> : null}
        {held?.look.own ? <p class="soft">{f.own}</p> : null}
      </div>
    </div>
  );
}
