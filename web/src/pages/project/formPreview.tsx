// A task as its expert will see it: the same views, the same questions, the same keys printed on them. Answers go nowhere.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Answers, JsonObject } from '../../api';
import { Code } from '../../markdown/Code';
import { t } from '../../strings/make';
import { readForm, type Form } from '../../work/form';
import { useTaskForm } from '../../work/useTaskForm';
import { pretty } from '../../work/views/messages';

const kNoErrors = new Map<string, string>();
const kNoOrder: number[] = [];

export function FormPreview({ form, data, project }: { form: unknown; data: JsonObject; project: string }) {
  const read = useMemo(() => readForm(form), [form]);
  return read ? <Inner form={read} data={data} project={project} /> : <Code text={pretty(data)} language="json" />;
}

function Inner({ form, data, project }: { form: Form; data: JsonObject; project: string }) {
  const [answers, setAnswers] = useState<Answers>({});
  useEffect(() => setAnswers({}), [data]);
  const view = useTaskForm({ form, data, order: kNoOrder, answers, readOnly: false, project, errors: kNoErrors, onChange: setAnswers });
  return (
    <div class="form-preview" dir="auto" aria-label={t.make.preview.title} role="group">
      <div class="reading">{view.views}</div>
      <div class="preview-answering">{view.questions}</div>
    </div>
  );
}
