// Signing out deletes what this device kept. If something of it never reached the server, the person decides.
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { useAction } from '../ui/hooks';
import { ErrorCard } from '../ui/States';

export function Unsent({ count, onStay, onLeave }: { count: number; onStay: () => void; onLeave: () => Promise<void> }) {
  const leaving = useAction();
  return (
    <Dialog title={t.journal.unsentTitle} onClose={onStay}>
      <p>{t.journal.unsent(count)}</p>
      {leaving.problem ? <ErrorCard problem={leaving.problem} /> : null}
      <div class="row end">
        <Button look="danger" busy={leaving.busy} onClick={() => void leaving.run(onLeave)}>{t.journal.signOutAnyway}</Button>
        <Button look="primary" onClick={onStay}>{t.journal.stay}</Button>
      </div>
    </Dialog>
  );
}
