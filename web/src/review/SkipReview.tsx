import { api } from '../api';
import { t } from '../strings';
import { useAction } from '../ui/hooks';
import { ErrorCard } from '../ui/States';
import { toast } from '../ui/Toast';
import { ReasonDialog } from '../work/ReasonDialog';
import type { ActiveTimer } from '../work/timer';
import type { ReviewJob } from './claim';

export function SkipReview({ job, timer, onClose, onSkipped }: {
  job: ReviewJob; timer: ActiveTimer; onClose: () => void; onSkipped: () => void;
}) {
  const action = useAction();
  return (
    <ReasonDialog
      title={t.work.skipTitle} reasons={t.work.skipReasons} noteLabel={t.work.skipNote} action={t.work.skip} busy={action.busy} onClose={onClose}
      onChoose={(reason, note) => void action.run(async () => {
        await api.skip(job.assignment.id, {
          token: job.assignment.lease.token, reason, ...(note ? { note } : {}), active_ms: timer.totalMs(Date.now()),
        });
        toast(t.work.skipped);
        onSkipped();
      })}
    >
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
    </ReasonDialog>
  );
}
