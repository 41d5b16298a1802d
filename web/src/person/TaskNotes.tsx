// The threads about the task on the page: there only where there are any.
import type { Note } from '../api/person';
import { t } from '../strings';
import { Thread } from './Notes';

export function TaskNotes({ notes, onChange }: { notes: Note[]; onChange: (note: Note) => void }) {
  if (notes.length === 0) return null;
  return (
    <details class="pane task-notes" open={notes.some((note) => note.state === 'open' && note.replies.length > 0)}>
      <summary>{t.notes.onTask} ({notes.length})</summary>
      <div class="stack">{notes.map((note) => <Thread key={note.id} note={note} onChange={onChange} />)}</div>
    </details>
  );
}
