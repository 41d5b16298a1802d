// "My questions": what this person asked and flagged in a project, with the answers.
import { useEffect } from 'preact/hooks';
import { personApi, type Note } from '../api/person';
import { Thread } from '../person/Notes';
import { lookedAt } from '../person/unread';
import { useSession } from '../session';
import { t } from '../strings';
import { Empty } from '../ui/States';
import { Paged, usePages } from '../ui/Table';

export function MyQuestions({ project }: { project: string }) {
  const member = useSession().me.member.id;
  const pages = usePages((cursor) => personApi.notes(project, { mine: true, cursor }), [project]);
  useEffect(() => lookedAt(member, project, pages.rows), [pages.rows]);
  const change = (note: Note): void => pages.setRows((rows) => rows.map((row) => (row.id === note.id ? note : row)));
  return (
    <Paged pages={pages} empty={<Empty title={t.notes.mineNone} text={t.notes.mineNoneText} />}>
      {(rows) => <div class="stack threads">{rows.map((note) => <Thread key={note.id} note={note} onChange={change} />)}</div>}
    </Paged>
  );
}
