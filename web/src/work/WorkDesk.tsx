// Where an expert works: the task on the left, the questions on the right, everything by key, nothing lost.
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { type Answers, type JsonObject, type Problem, type SkipReason, type Submission } from '../api';
import type { Flow, OnDesk } from '../journal/flow';
import { KeptLine, TroubleLine } from '../journal/Kept';
import { localWork } from '../journal/local';
import type { OutgoingKind } from '../journal/record';
import { Code } from '../markdown/Code';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { usePersonDesk } from '../person/useDesk';
import { useCommands } from '../ui/commands';
import { useKeys } from '../ui/hooks';
import { ErrorCard } from '../ui/States';
import { toast } from '../ui/Toast';
import { cleaned, gaps, type Gap } from './answers';
import { ReasonDialog } from './ReasonDialog';
import { DraftChoice, GoldCard, LostCard, RestoredLine, ReturnedCard, SuggestionCard } from './notices';
import { useDesk } from './useDesk';
import { useLease } from './useLease';
import { PlaceContext } from './talk/place';
import { focusText, useTaskForm } from './useTaskForm';
import { useTimer } from './useTimer';
import type { Form } from './form';
import { SaveLine, WorkBar } from './WorkBar';
import { pretty } from './views/messages';

const kEmptyForm: Form = { base: 'custom', title: '', help: '', views: [], questions: [] };

function messageOf(gap: Gap): string {
  return gap.reason === 'short' ? t.work.tooShort(gap.least ?? 0) : t.work.required;
}

/** The server names the answer that it does not take: /answers/choice → choice. */
function fieldOf(problem: Problem): string | null {
  return /^\/answers\/([^/]+)/.exec(problem.field ?? '')?.[1] ?? null;
}

/** What became of a decision that was sent at once. waiting: no connection, it is kept. */
type Sent = { kind: 'sent'; submission: Submission | null } | { kind: 'refused'; problem: Problem } | { kind: 'waiting' };

async function sendNow(assignment: string): Promise<Sent> {
  let sent: Sent = { kind: 'waiting' };
  const stop = localWork.onSettled((settled) => {
    if (settled.entry.assignment !== assignment) return;
    sent = settled.kind === 'fate' ? { kind: 'refused', problem: settled.problem }
      : { kind: 'sent', submission: settled.answer.data as Submission | null };
  });
  await localWork.outbox.flush();
  stop();
  return sent;
}

export function WorkDesk({ on, flow }: { on: OnDesk; flow: Flow }) {
  const { desk, job } = on;
  const { assignment, project, returned } = job;
  const form = job.form ?? kEmptyForm;
  const data = assignment.task.data ?? {};
  const order = useMemo(() => assignment.presentation?.order ?? [], [assignment]);
  useDesk(desk);
  const { answers } = desk;
  const { state } = desk.autosave;
  const change = (next: Answers): void => desk.change(next);
  const { timer, totalMs, active } = useTimer(assignment.id);
  const person = usePersonDesk({ project, assignment, timer, totalMs });
  flow.isActive = person.present;
  const { lease_s, return_s } = project.settings;
  const lease = useLease(assignment, (returned ? return_s : lease_s) * 1000, person.present, job.grantedAt);
  const [checked, setChecked] = useState(false);
  const [dialog, setDialog] = useState<'skip' | null>(null);
  const [done, setDone] = useState<Submission | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const place = useMemo(() => ({
    assignment: assignment.id, token: assignment.lease.token, kept: (name: string) => desk.beside(name), keep: (name: string, text: string) => desk.keepBeside(name, text),
  }), [desk]);

  const open = gaps(form, data, answers);
  const errors = useMemo(() => {
    const map = new Map(checked ? open.map((gap) => [gap.question, messageOf(gap)] as const) : []);
    const field = problem ? fieldOf(problem) : null;
    if (field && problem) map.set(field, problem.detail || problem.title);
    return map;
  }, [checked, answers, problem]);
  // After the time ran out the server still takes the answers if the place is free: it decides, not this page.
  const blocked = state.kind === 'conflict' || busy;
  const view = useTaskForm({ form, data, order, answers, readOnly: done !== null, project: project.id, errors, onChange: change });

  useLayoutEffect(() => void performance.mark('task-shown', { detail: assignment.id }), []);

  /** Into the outbox; the next task comes at once, or after the server's word where it matters. */
  const decide = async (kind: OutgoingKind, path: string, body: JsonObject): Promise<void> => {
    const { undoMs } = flow;
    setProblem(null);
    desk.decide({ kind, path, body: { token: assignment.lease.token, ...body, active_ms: timer.totalMs(Date.now()) } }, undoMs);
    if (undoMs > 0) return flow.next();
    setBusy(true);
    const sent = await sendNow(assignment.id);
    setBusy(false);
    if (sent.kind === 'refused') {
      desk.revive();
      return setProblem(sent.problem);
    }
    if (sent.kind === 'sent') {
      if (sent.submission?.gold) return setDone(sent.submission);
      toast(kind === 'skip' ? t.journal.skipped : kind === 'revise' ? t.journal.resubmitted : t.journal.submitted);
    }
    flow.next();
  };
  const submit = (): void => {
    setChecked(true);
    // Asked anew: what is open in a dialogue changes without an answer changing.
    const [first] = gaps(form, data, desk.answers);
    if (first) {
      document.getElementById(`q-${first.question}`)?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const path = returned ? `/submissions/${returned.id}/revision` : `/assignments/${assignment.id}/submission`;
    void decide(returned ? 'revise' : 'submit', path, { answers: cleaned(form, answers) });
  };
  const skip = (reason: SkipReason, note: string): void => {
    setDialog(null);
    void decide('skip', `/assignments/${assignment.id}/skip`, { reason, ...(note ? { note } : {}) });
  };
  const undo = (): void => toast(desk.undo() ? t.journal.undone : t.journal.nothingToUndo);
  const redo = (): void => toast(desk.redo() ? t.journal.redone : t.journal.nothingToRedo);

  useCommands([
    { id: 'submit', label: t.work.keys.submit, keys: ['Enter'], enabled: !blocked, run: done ? () => flow.next() : submit },
    { id: 'submit-anywhere', label: t.work.keys.submit, keys: ['Ctrl+Enter'], inText: true, enabled: !blocked, run: done ? () => flow.next() : submit },
    { id: 'skip', label: t.work.keys.skip, keys: ['s'], enabled: !returned && !done && !blocked, run: () => setDialog('skip') },
    { id: 'justify', label: t.work.keys.justify, keys: ['j'], enabled: !done, run: () => focusText(form) },
    { id: 'options', label: t.work.keys.options, keys: ['1', 'q'], enabled: false, run: () => undefined },
    { id: 'rows', label: t.work.keys.next, keys: ['ArrowUp', 'ArrowDown'], enabled: false, run: () => undefined },
    { id: 'extend', label: t.work.extend, keys: ['e'], enabled: !done && !lease.lost, run: lease.extend },
    { id: 'undo', label: t.journal.undo, keys: ['Ctrl+Z'], enabled: !done && !blocked, run: undo },
    { id: 'redo', label: t.journal.redo, keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], enabled: !done && !blocked, run: redo },
  ]);
  useKeys((event, typing) => {
    if (typing || event.ctrlKey || event.metaKey || event.altKey || done || blocked) return;
    if (view.press(event.key)) event.preventDefault();
  });

  const refused = problem && ['stale-token', 'place-taken', 'lease-over'].includes(problem.kind) ? problem : null;
  return (
    <PlaceContext.Provider value={place}>
      <WorkBar
        title={project.title} guidelinesVersion={assignment.guidelines_version} timeMs={totalMs} active={active}
        leftMs={lease.lost ? null : lease.leftMs} onExtend={lease.extend} person={person}
      >
        <KeptLine />
        <SaveLine state={state} />
      </WorkBar>
      <main tabIndex={-1} data-assignment={assignment.id}>
      {/* So that the browser's own session file, which is not sealed, keeps no copy of what is typed. */}
      <form class="workspace" autocomplete="off" onSubmit={(event) => event.preventDefault()}>
        <div class="reading">
          {returned ? <ReturnedCard submission={returned} /> : null}
          {person.notes}
          {job.form ? view.views : <><p class="warn">{t.work.unknownForm}</p><Code text={pretty(data)} language="json" /></>}
        </div>
        <div class="answering">
          <TroubleLine project={project.id} />
          {desk.opened === 'restored' ? <RestoredLine /> : null}
          {done ? <GoldCard submission={done} form={form} onNext={() => flow.next()} /> : null}
          {state.theirs && state.kind === 'conflict' ? <DraftChoice desk={desk} theirs={state.theirs} form={form} data={data} order={order} /> : null}
          {refused || state.kind === 'lost' || lease.lost ? (
            <LostCard taken={refused?.kind === 'place-taken'} answers={answers} onAgain={() => (refused?.kind === 'place-taken' ? flow.next() : void flow.again(on))} />
          ) : null}
          {assignment.suggestions && assignment.suggestions.length > 0 && !done
            ? <SuggestionCard suggestions={assignment.suggestions} onUse={change} /> : null}
          {view.questions}
          {problem && !refused ? <ErrorCard problem={problem} /> : null}
          {state.kind === 'refused' && state.problem ? <ErrorCard problem={state.problem} /> : null}
          {done ? null : (
            <div class="actions">
              <Button look="primary" busy={busy} disabled={blocked} hint="⏎" onClick={submit}>
                {returned ? t.work.submitRevision : t.work.submit}
              </Button>
              {returned ? null : <Button hint="s" onClick={() => setDialog('skip')}>{t.work.skip}</Button>}
              <Button look="quiet" hint="f" onClick={() => person.ask('flag')}>{t.desk.flag}</Button>
              <Button look="quiet" hint="l" onClick={() => person.ask('question')}>{t.desk.ask}</Button>
              {checked && open.length > 0 ? <p class="bad small" role="alert">{t.work.missing(open.length)}</p> : null}
            </div>
          )}
        </div>
      </form>
      </main>
      {dialog === 'skip' ? (
        <ReasonDialog
          title={t.work.skipTitle} reasons={t.work.skipReasons} noteLabel={t.work.skipNote} action={t.work.skip} busy={busy}
          onChoose={skip} onClose={() => setDialog(null)}
        />
      ) : null}
    </PlaceContext.Provider>
  );
}
