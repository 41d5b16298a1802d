// Files that belong to an answer: sent at once, one after another, with what is wrong said per file.
import { useState } from 'preact/hooks';
import { asProblem, type Problem } from '../../api';
import { uploadFile } from '../../api/upload';
import type { Json } from '../../api/types';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { formatBytes } from '../../ui/format';
import { ErrorCard } from '../../ui/States';
import { setAnswer } from '../answers';
import type { Question } from '../form';
import { listOf, objectOf, textOf, type QuestionProps } from './types';

/** What a file is refused for before it is sent; null where nothing is. */
export function refusal(file: { name: string; size: number; type: string }, question: Question): string | null {
  if (question.max_bytes > 0 && file.size > question.max_bytes) return t.answering.file.tooLarge(file.name, formatBytes(question.max_bytes));
  const fits = question.accept.length === 0 || file.type === '' || question.accept.some((kind) =>
    kind.endsWith('/*') ? file.type.startsWith(kind.slice(0, -1)) : kind === file.type);
  return fits ? null : t.answering.file.wrongKind(file.name);
}

export function Files({ question, answers, readOnly, project, update }: QuestionProps) {
  const files = listOf(answers[question.id]).map(objectOf);
  const [sending, setSending] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [refused, setRefused] = useState<string[]>([]);
  const change = (next: (files: Json[]) => Json[]): void => update((all) => {
    const value = next(listOf(all[question.id]));
    return setAnswer(all, question.id, value.length > 0 ? value : undefined);
  });
  const send = async (chosen: File[]): Promise<void> => {
    setProblem(null);
    setRefused(chosen.flatMap((file) => refusal(file, question) ?? []));
    const fitting = chosen.filter((file) => refusal(file, question) === null).slice(0, question.max_items - files.length);
    try {
      for (const file of fitting) {
        setSending(file.name);
        const kept = await uploadFile(project, file, () => undefined).done;
        change((now) => [...now, { id: kept.id, name: kept.name, type: kept.media_type, bytes: kept.bytes }]);
      }
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setSending('');
    }
  };
  const limits = [
    t.answering.file.count(question.max_items),
    ...(question.accept.length > 0 ? [t.answering.file.types(question.accept)] : []),
    ...(question.max_bytes > 0 ? [t.answering.file.size(formatBytes(question.max_bytes))] : []),
  ];
  return (
    <>
      {files.map((file, i) => (
        <div key={i} class="row between">
          <a href={`/api/v1/files/${textOf(file.id)}`} download dir="auto">{textOf(file.name)}</a>
          <span class="soft small">{typeof file.bytes === 'number' ? formatBytes(file.bytes) : ''}</span>
          {readOnly ? null : (
            <Button slim look="quiet" aria-label={t.answering.file.remove(textOf(file.name))} onClick={() => change((now) => now.filter((_, j) => j !== i))}>{t.common.remove}</Button>
          )}
        </div>
      ))}
      {readOnly || files.length >= question.max_items ? null : (
        <>
          <input
            type="file" class="input" aria-label={question.label} disabled={sending !== ''} multiple={question.max_items > 1}
            accept={question.accept.join(',')} onChange={(e) => {
              const chosen = [...(e.currentTarget.files ?? [])];
              e.currentTarget.value = '';
              void send(chosen);
            }}
          />
          <p class="small soft">{limits.join(' · ')}</p>
        </>
      )}
      {sending ? <p class="small soft" role="status">{t.work.uploading} <span dir="auto">{sending}</span></p> : null}
      {refused.map((text) => <p key={text} class="small bad" role="alert">{text}</p>)}
      {problem ? <ErrorCard problem={problem} /> : null}
    </>
  );
}
