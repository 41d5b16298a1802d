// What may stand above the questions: why work came back, what happened to a reservation, a check task's answer.
import type { Answers, JsonObject, Submission, Suggestion } from '../api';
import type { Desk } from '../journal/desk';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { copyText } from '../ui/Copy';
import type { Form } from './form';
import { AnswersView, answerText } from './AnswersView';
import { Words } from './views/Words';

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

/** Both drafts side by side in what they differ, and a choice; taking the other can be undone. */
export function DraftChoice({ desk, theirs, form, data, order }: {
  desk: Desk; theirs: { revision: number; answers: Answers }; form: Form; data: JsonObject; order: number[];
}) {
  const differing = form.questions.flatMap((q) => {
    const [there, here] = [answerText(q, theirs.answers[q.id], data, order), answerText(q, desk.answers[q.id], data, order)];
    return there === here ? [] : [{ q, there, here }];
  });
  return (
    <div class="error-card" role="alert" data-choice>
      <h2>{t.journal.conflictTitle}</h2>
      <p>{t.journal.conflict}</p>
      <div class="two-drafts">
        {differing.map(({ q, there, here }) => <div key={q.id}><h4>{q.label}</h4><Words before={there} after={here} /></div>)}
      </div>
      <div class="row">
        <Button slim look="primary" onClick={() => desk.autosave.keepMine()}>{t.work.keepMine}</Button>
        <Button slim onClick={() => desk.takeTheirs()}>{t.work.takeTheirs}</Button>
      </div>
    </div>
  );
}

export function RestoredLine() {
  return <p class="hint-card small" role="status" data-restored>{t.journal.restored}</p>;
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
