// What may stand above the questions: why work came back, what happened to a reservation, a check task's answer.
import type { Answers, Submission, Suggestion } from '../api';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { copyText } from '../ui/Copy';
import type { Autosave } from './autosave';
import type { Form } from './form';
import { AnswersView } from './AnswersView';

export function ReturnedCard({ submission }: { submission: Submission }) {
  const last = (submission.reviews ?? []).filter((r) => r.verdict === 'return').at(-1);
  if (!last) return null;
  return (
    <div class="hint-card warn">
      <h2>{t.work.returnedTitle}</h2>
      {last.reason ? <p><strong>{(t.judged.reasons as Record<string, string>)[last.reason] ?? last.reason}</strong></p> : null}
      {last.note ? <Markdown text={last.note} /> : null}
    </div>
  );
}

export function ConflictCard({ autosave, onTake }: { autosave: Autosave; onTake: (answers: Answers) => void }) {
  return (
    <div class="error-card" role="alert">
      <h2>{t.work.conflictTitle}</h2>
      <p>{t.work.conflictText}</p>
      <div class="row">
        <Button slim onClick={() => autosave.keepMine()}>{t.work.keepMine}</Button>
        <Button slim onClick={() => onTake(autosave.takeTheirs())}>{t.work.takeTheirs}</Button>
      </div>
    </div>
  );
}

export function LostCard({ taken, answers, onAgain }: { taken: boolean; answers: Answers; onAgain: () => void }) {
  return (
    <div class="error-card" role="alert">
      <h2>{t.work.lostTitle}</h2>
      <p>{taken ? t.work.placeTaken : t.work.lostText}</p>
      <div class="row">
        <Button slim onClick={() => void copyText(JSON.stringify(answers, null, 2))}>{t.work.copyAnswers}</Button>
        <Button slim look="primary" onClick={onAgain}>{taken ? t.work.another : t.work.takeAgain}</Button>
      </div>
    </div>
  );
}

export function GoldCard({ submission, form, onNext }: { submission: Submission; form: Form; onNext: () => void }) {
  const gold = submission.gold;
  if (!gold) return null;
  return (
    <div class="hint-card" role="status">
      <p class={gold.right ? 'good' : 'warn'}><strong>{gold.right ? t.work.goldRight : t.work.goldWrong}</strong></p>
      {gold.answers ? <><h3>{t.work.goldExpected}</h3><AnswersView form={form} answers={gold.answers} /></> : null}
      {gold.reason ? <><h3>{t.work.goldReason}</h3><Markdown text={gold.reason} /></> : null}
      <div class="row"><Button look="primary" hint="⏎" onClick={onNext}>{t.work.goOn}</Button></div>
    </div>
  );
}

export function SuggestionCard({ suggestions, onUse }: { suggestions: Suggestion[]; onUse: (answers: Answers) => void }) {
  return (
    <div class="hint-card">
      {suggestions.map((s, i) => (
        <div key={i} class="row between">
          <span>{t.work.suggestion}{s.author ? ` · ${s.author}` : ''}</span>
          <Button slim onClick={() => onUse(s.answers)}>{t.work.useSuggestion}</Button>
        </div>
      ))}
    </div>
  );
}
