import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Task } from '../../../api';
import type { Batch } from '../../../api/manage';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ChoiceCards, NumberField, Select } from '../../../ui/Field';
import { batchName } from './batchName';

function Ask({ title, action, onClose, onSave, children }: {
  title: string; action: string; onClose: () => void; onSave: () => void; children: ComponentChildren;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        {children}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit">{action}</Button></div>
      </form>
    </Dialog>
  );
}

export function PriorityDialog({ tasks, onClose, onSave }: { tasks: Task[]; onClose: () => void; onSave: (priority: number) => void }) {
  const [value, setValue] = useState(tasks[0]?.priority ?? 0);
  return (
    <Ask title={t.tasks.priorityTitle(tasks.length)} action={t.common.save} onClose={onClose} onSave={() => onSave(value)}>
      <NumberField label={t.tasks.priority} help={t.tasks.priorityHelp} min={-100} max={100} value={value} onInput={setValue} />
    </Ask>
  );
}

export function RequeueDialog({ tasks, onClose, onSave }: { tasks: Task[]; onClose: () => void; onSave: (submissions: 'keep' | 'reject') => void }) {
  const [value, setValue] = useState<'keep' | 'reject'>('keep');
  const w = t.tasks;
  return (
    <Ask title={w.requeueTitle(tasks.length)} action={w.requeue} onClose={onClose} onSave={() => onSave(value)}>
      <ChoiceCards
        label={w.requeueWhat} value={value} onInput={setValue}
        options={[{ value: 'keep', label: w.keepAnswers, help: w.keepAnswersHelp }, { value: 'reject', label: w.rejectAnswers, help: w.rejectAnswersHelp }]}
      />
    </Ask>
  );
}

export function BatchDialog({ batches, tasks, onClose, onSave }: { batches: Batch[]; tasks: Task[]; onClose: () => void; onSave: (batch: string) => void }) {
  const [value, setValue] = useState(tasks[0]?.batch ?? batches[0]?.id ?? '');
  return (
    <Ask title={t.tasks.batchTitle(tasks.length)} action={t.common.save} onClose={onClose} onSave={() => onSave(value)}>
      <Select label={t.tasks.batch} value={value} options={batches.map((b) => [b.id, batchName(b)])} onInput={setValue} />
    </Ask>
  );
}
