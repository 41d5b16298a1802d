// Questions that are answered by writing: text, lines of text, numbers, files, and groups of questions that repeat.
import { useState } from 'preact/hooks';
import { asProblem } from '../../api';
import { uploadFile } from '../../api/upload';
import type { Answers, Json } from '../../api/types';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Button, Segmented } from '../../ui/Button';
import { formatBytes } from '../../ui/format';
import { ErrorCard } from '../../ui/States';
import type { Problem } from '../../api';
import { isShown } from '../form';
import { setAnswer } from '../answers';
import { Block } from './Block';
import { listOf, objectOf, textOf, type QuestionProps } from './types';

export function Text({ question, answers, readOnly, onChange, error }: QuestionProps) {
  const [preview, setPreview] = useState(false);
  const value = textOf(answers[question.id]);
  const rows = Math.min(24, Math.max(question.required ? 6 : 3, value.split('\n').length + 1));
  return (
    <>
      {question.preview && value && !readOnly ? (
        <Segmented
          label={question.label} value={preview ? 'preview' : 'write'} onChange={(v) => setPreview(v === 'preview')}
          options={[['write', t.work.write], ['preview', t.work.preview]]}
        />
      ) : null}
      {preview || readOnly ? <div class="turn"><Markdown text={value || '–'} /></div> : (
        <textarea
          class="input" rows={rows} value={value} aria-label={question.label} aria-invalid={error ? true : undefined}
          data-text={question.id} maxLength={question.max_length * 2}
          onInput={(e) => onChange(setAnswer(answers, question.id, e.currentTarget.value === '' ? undefined : e.currentTarget.value))}
        />
      )}
    </>
  );
}

export function Lines({ question, answers, readOnly, onChange }: QuestionProps) {
  const lines = listOf(answers[question.id]).map(textOf);
  const set = (next: string[]): void => onChange(setAnswer(answers, question.id, next.length > 0 ? next : undefined));
  return (
    <>
      {lines.map((line, i) => (
        <div key={i} class="row">
          <input
            class="input" value={line} readOnly={readOnly} aria-label={`${question.label} ${i + 1}`}
            onInput={(e) => set(lines.map((old, j) => (j === i ? e.currentTarget.value : old)))}
          />
          {readOnly ? null : <Button slim look="quiet" onClick={() => set(lines.filter((_, j) => j !== i))}>{t.common.remove}</Button>}
        </div>
      ))}
      {readOnly || lines.length >= question.max_items ? null : (
        <div><Button slim onClick={() => set([...lines, ''])}>{t.work.addLine}</Button></div>
      )}
    </>
  );
}

export function Numeric({ question, answers, readOnly, onChange, error }: QuestionProps) {
  const value = answers[question.id];
  return (
    <div class="row">
      <input
        class="input short" type="number" readOnly={readOnly} aria-label={question.label} aria-invalid={error ? true : undefined}
        min={question.min ?? undefined} max={question.max ?? undefined} step={question.integer ? 1 : 'any'}
        value={typeof value === 'number' ? value : ''}
        onInput={(e) => {
          const number = e.currentTarget.valueAsNumber;
          onChange(setAnswer(answers, question.id, Number.isFinite(number) ? number : undefined));
        }}
      />
      {question.unit ? <span>{question.unit}</span> : null}
    </div>
  );
}

export function Files({ question, answers, readOnly, project, onChange }: QuestionProps) {
  const files = listOf(answers[question.id]).map(objectOf);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const set = (next: Json[]): void => onChange(setAnswer(answers, question.id, next.length > 0 ? next : undefined));
  const send = async (chosen: File[]): Promise<void> => {
    setSending(true);
    setProblem(null);
    try {
      const added: Json[] = [];
      for (const file of chosen.slice(0, question.max_items - files.length)) {
        const kept = await uploadFile(project, file, () => undefined).done;
        added.push({ id: kept.id, name: kept.name, type: kept.media_type, bytes: kept.bytes });
      }
      set([...files, ...added]);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      {files.map((file, i) => (
        <div key={i} class="row between">
          <a href={`/api/v1/files/${textOf(file.id)}`} download>{textOf(file.name)}</a>
          <span class="soft small">{typeof file.bytes === 'number' ? formatBytes(file.bytes) : ''}</span>
          {readOnly ? null : <Button slim look="quiet" onClick={() => set(files.filter((_, j) => j !== i))}>{t.common.remove}</Button>}
        </div>
      ))}
      {readOnly || files.length >= question.max_items ? null : (
        <input
          type="file" class="input" aria-label={t.work.upload} disabled={sending} multiple={question.max_items > 1}
          accept={question.accept.join(',')} onChange={(e) => void send([...(e.currentTarget.files ?? [])])}
        />
      )}
      {sending ? <p class="small soft" role="status">{t.work.uploading}</p> : null}
      {problem ? <ErrorCard problem={problem} /> : null}
    </>
  );
}

export function Group(props: QuestionProps) {
  const { question, answers, readOnly, onChange } = props;
  const rows = listOf(answers[question.id]).map(objectOf);
  const set = (next: Answers[]): void => onChange(setAnswer(answers, question.id, next.length > 0 ? next : undefined));
  return (
    <>
      {rows.map((row, i) => (
        <div key={i} class="turn" role="group" aria-label={t.work.row(i + 1)}>
          <div class="who">
            <span>{t.work.row(i + 1)}</span>
            {readOnly ? null : <Button slim look="quiet" onClick={() => set(rows.filter((_, j) => j !== i))}>{t.common.remove}</Button>}
          </div>
          {question.questions.filter((q) => isShown(q, question.questions, row)).map((q) => (
            <Block
              key={q.id} {...props} question={q} answers={row} slots={[]} error={null} nested
              onChange={(next) => set(rows.map((old, j) => (j === i ? next : old)))}
            />
          ))}
        </div>
      ))}
      {readOnly || rows.length >= question.max_items ? null : (
        <div><Button slim onClick={() => set([...rows, {}])}>{t.work.addRow}</Button></div>
      )}
    </>
  );
}
