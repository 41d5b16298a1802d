// What `t` opens: the timer of this task, research, today's record of the project and what it has earned.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Today } from '../api/person';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { NumberField } from '../ui/Field';
import { formatTimer } from '../ui/format';
import { isTyping, useNow } from '../ui/hooks';
import type { ActiveTimer } from '../work/timer';
import { earnedSoFar, formatMoney, type Rate } from './money';
import { TimeList } from './TimeList';
import type { ResearchState } from './useResearch';

const kMinuteMs = 60_000;
const kMostMinutes = 24 * 60;

export interface TimePanelProps {
  project: string;
  timer: ActiveTimer;
  research: ResearchState;
  rate: Rate | null;
  today: Today | null;
  onChange: () => void;
  onClose: () => void;
}

export function TimePanel({ project, timer, research, rate, today, onChange, onClose }: TimePanelProps) {
  const now = useNow(1000);
  const toggle = (): void => {
    if (research.since !== null) research.end();
    else research.start();
    onClose();
  };
  const running = timer.totalMs(now);
  const pressed = useRef(toggle);
  pressed.current = toggle;
  useEffect(() => {
    // On the window: the focus may be anywhere in the dialog, whose head is not ours.
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'r' || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      pressed.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
  return (
    <Dialog title={t.time.title} wide onClose={onClose}>
      <div class="stack" data-time-panel>
        <p class="soft">{t.timesheet.fair}</p>
        <ThisTask timer={timer} runningMs={running} />
        <section class="stack tight">
          <div class="row">
            <Button look={research.since === null ? 'plain' : 'primary'} onClick={toggle} hint="r" data-research>
              {research.since === null ? t.time.researchStart : t.time.researchEnd}
            </Button>
          </div>
          <p class="small soft">{t.timesheet.researchHint}</p>
        </section>
        <section class="stack">
          <h3>{t.timesheet.today}</h3>
          {rate ? (
            <p class="row" data-earned>
              <strong>{t.pay.earned}: {formatMoney(earnedSoFar(rate, today?.earned_minor ?? 0, running), rate.currency)}</strong>
              <span class="soft">{t.pay.rate[rate.per](formatMoney(rate.minor, rate.currency))}</span>
            </p>
          ) : null}
          {rate ? <p class="small soft">{t.pay.note}</p> : null}
          <TimeList project={project} onChange={onChange} />
        </section>
      </div>
    </Dialog>
  );
}

function ThisTask({ timer, runningMs }: { timer: ActiveTimer; runningMs: number }) {
  const [minutes, setMinutes] = useState<number | null>(null);
  return (
    <section class="stack tight">
      <div class="row">
        <span>{t.timesheet.thisTask}: <strong class="num" data-this-task>{formatTimer(runningMs)}</strong></span>
        {minutes === null ? <Button slim onClick={() => setMinutes(Math.round(runningMs / kMinuteMs))}>{t.timesheet.correctTask}</Button> : null}
      </div>
      {minutes === null ? null : (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault();
            timer.correct(minutes * kMinuteMs, Date.now());
            setMinutes(null);
          }}
        >
          <NumberField label={t.timesheet.minutesAt} help={t.timesheet.correctHelp} value={minutes} min={0} max={kMostMinutes} onInput={setMinutes} />
          <Button slim look="primary" type="submit">{t.common.save}</Button>
          <Button slim onClick={() => setMinutes(null)}>{t.common.cancel}</Button>
        </form>
      )}
    </section>
  );
}
