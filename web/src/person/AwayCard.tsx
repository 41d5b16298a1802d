// Below the bar: research that runs, and the question after an absence. Calm, and nothing has to be answered to go on.
import { useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { NumberField } from '../ui/Field';
import { formatDuration, formatTime } from '../ui/format';
import { useNow } from '../ui/hooks';
import type { Away, ResearchState } from './useResearch';

const kMinuteMs = 60_000;

function Running({ since, onEnd }: { since: number; onEnd: () => void }) {
  const now = useNow(1000);
  return (
    <section class="desk-note" data-research aria-label={t.timesheet.research}>
      <p><strong>{t.timesheet.research}.</strong> {t.timesheet.researchSince(formatTime(new Date(since).toISOString()), formatDuration(now - since))}</p>
      <Button slim look="primary" onClick={onEnd}>{t.time.researchEnd}</Button>
    </section>
  );
}

function Question({ away, onAnswer }: { away: Away; onAnswer: (lengthMs: number) => void }) {
  const whole = Math.max(1, Math.round(away.lengthMs / kMinuteMs));
  const [minutes, setMinutes] = useState(whole);
  const length = formatDuration(away.lengthMs);
  // The exact length, where the minutes were not touched.
  const count = (): void => onAnswer(minutes === whole ? away.lengthMs : minutes * kMinuteMs);
  return (
    <section class="desk-note" data-research aria-label={t.timesheet.research}>
      <p role="status">
        <strong>{away.kind === 'long' ? t.timesheet.longTitle(length) : t.timesheet.awayTitle(length)}</strong>{' '}
        {away.kind === 'long' ? t.timesheet.longText : t.timesheet.awayText}
      </p>
      <div class="row">
        <NumberField label={t.timesheet.minutes} value={minutes} min={1} max={whole} onInput={setMinutes} />
        <Button slim look="primary" onClick={count}>{t.timesheet.countIt}</Button>
        <Button slim onClick={() => onAnswer(0)}>{t.timesheet.wasBreak}</Button>
      </div>
    </section>
  );
}

export function AwayCard({ research }: { research: ResearchState }) {
  if (research.since !== null) return <Running since={research.since} onEnd={research.end} />;
  return research.asked ? <Question key={research.asked.startedMs} away={research.asked} onAnswer={research.answer} /> : null;
}
