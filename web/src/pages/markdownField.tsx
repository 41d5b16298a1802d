import { useState } from 'preact/hooks';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { Segmented } from '../ui/Button';
import { TextArea } from '../ui/Field';

/** Markdown, written and looked at in the same place. */
export function MarkdownField({ label, help, value, onInput }: {
  label: string; help?: string; value: string; onInput: (value: string) => void;
}) {
  const [preview, setPreview] = useState<'write' | 'preview'>('write');
  return (
    <div class="stack tight">
      <div>
        <Segmented label={label} value={preview} onChange={setPreview} options={[['write', t.work.write], ['preview', t.work.preview]]} />
      </div>
      {preview === 'write'
        ? <TextArea label={label} rows={12} value={value} onInput={onInput} {...(help ? { help } : {})} />
        : <div class="turn"><Markdown text={value} /></div>}
    </div>
  );
}
