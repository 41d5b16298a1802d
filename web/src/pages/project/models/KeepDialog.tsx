import { useState } from 'preact/hooks';
import { modelsApi } from '../../../api/models';
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { NumberField } from '../../../ui/Field';
import { useAction } from '../../../ui/hooks';
import { ErrorCard, fieldError } from '../../../ui/States';

/** As the room bounds it. */
const kMostDays = 3650;

export function KeepDialog({ project, days, onClose, onSaved }: {
  project: string; days: number; onClose: () => void; onSaved: (saved: { keep_days: number }) => void;
}) {
  const [value, setValue] = useState(days);
  const action = useAction();
  const m = t.models;
  const shorter = value > 0 && (days === 0 || value < days);
  return (
    <Dialog title={m.keepTitle} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run(async () => onSaved(await modelsApi.keepExchanges(project, value)));
        }}
      >
        <NumberField label={m.keepLabel} help={m.keepHelp} min={0} max={kMostDays} value={value} onInput={setValue} error={fieldError(action.problem, '/keep_days')} />
        {shorter ? <p class="warn" role="status">{m.keepLess}</p> : null}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end"><Button onClick={onClose}>{t.common.cancel}</Button><Button look="primary" type="submit" busy={action.busy}>{t.common.save}</Button></div>
      </form>
    </Dialog>
  );
}
