// Questions and flags to the people who run a project: the dialog to write one, and a thread as both sides read it.
import { useState } from 'preact/hooks';
import { personApi, type Note } from '../api/person';
import { useSession } from '../session';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextArea } from '../ui/Field';
import { formatTime, shortId } from '../ui/format';
import { useAction } from '../ui/hooks';
import { ErrorCard, Pill } from '../ui/States';
import { toast } from '../ui/Toast';

const sends = (event: KeyboardEvent): boolean => event.key === 'Enter' && (event.ctrlKey || event.metaKey);

export function NoteDialog({ assignment, kind, onSent, onClose }: {
  assignment: string; kind: Note['kind']; onSent: (note: Note) => void; onClose: () => void;
}) {
  const [text, setText] = useState('');
  const action = useAction();
  const n = t.notes;
  const send = (): void => {
    if (!text.trim()) return;
    void action.run(async () => {
      onSent(await personApi.note(assignment, kind, text.trim()));
      toast(n.sent[kind]);
      onClose();
    });
  };
  return (
    <Dialog title={kind === 'flag' ? n.flagTitle : n.askTitle} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        onKeyDown={(event) => sends(event) && send()}
      >
        <p class="soft">{kind === 'flag' ? n.flagHint : n.askHint}</p>
        <TextArea label={n.text[kind]} rows={4} value={text} onInput={setText} />
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row end">
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button look="primary" type="submit" busy={action.busy} disabled={!text.trim()} hint="Ctrl ⏎">{n.send}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** One note with its replies. `lead`: read by those who run the project, who see whose it is and settle it. */
export function Thread({ note, lead, taskLink, onChange }: {
  note: Note; lead?: boolean; taskLink?: string; onChange: (note: Note) => void;
}) {
  const me = useSession().me.member.id;
  const [text, setText] = useState('');
  const action = useAction();
  const n = t.notes;
  const who = (member: string): string => (member === me ? n.you : member === note.member ? n.person(shortId(member)) : lead ? n.person(shortId(member)) : n.lead);
  const reply = (): void => {
    if (!text.trim()) return;
    void action.run(async () => {
      onChange(await personApi.reply(note.id, text.trim()));
      setText('');
    });
  };
  const move = (state: Note['state']): void => {
    void action.run(async () => {
      onChange(await personApi.resolve(note.id, state));
      if (state === 'resolved') toast(n.settled);
    });
  };
  return (
    <article class="thread" data-note={note.state}>
      <div class="row">
        <Pill tone={note.kind === 'flag' ? 'warn' : 'accent'}>{n.kinds[note.kind]}</Pill>
        <Pill {...(note.state === 'open' ? {} : { tone: 'good' })}>{n.states[note.state]}</Pill>
        {taskLink ? <a class="small" href={taskLink}>{n.toTask}</a> : null}
      </div>
      <ol class="thread-said">
        {[{ member: note.member, text: note.text, created_at: note.created_at }, ...note.replies].map((said, i) => (
          <li key={i} class={said.member === me ? 'mine' : ''}>
            <p class="small soft">{who(said.member)} · {formatTime(said.created_at)}</p>
            <p class="prewrap" dir="auto">{said.text}</p>
          </li>
        ))}
      </ol>
      <form
        class="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          reply();
        }}
        onKeyDown={(event) => sends(event) && reply()}
      >
        <TextArea label={n.replyLabel} rows={2} value={text} onInput={setText} />
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row">
          <Button slim type="submit" busy={action.busy} disabled={!text.trim()}>{n.reply}</Button>
          {lead ? (
            <Button slim busy={action.busy} onClick={() => move(note.state === 'open' ? 'resolved' : 'open')}>
              {note.state === 'open' ? n.settle : n.reopen}
            </Button>
          ) : null}
        </div>
      </form>
    </article>
  );
}
