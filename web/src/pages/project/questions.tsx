// The inbox of those who run a project: what people ask and flag while they work.
import { useState } from 'preact/hooks';
import { personApi, type Note } from '../../api/person';
import { Thread } from '../../person/Notes';
import { t } from '../../strings';
import { Segmented } from '../../ui/Button';
import { href } from '../../ui/route';
import { Empty } from '../../ui/States';
import { Paged, usePages } from '../../ui/Table';

type Which = 'open' | 'resolved' | 'all';

export function QuestionsTab({ project }: { project: { id: string } }) {
  const [which, setWhich] = useState<Which>('open');
  const pages = usePages(
    (cursor) => personApi.notes(project.id, { ...(which === 'all' ? {} : { state: which }), cursor }), [project.id, which],
  );
  const change = (note: Note): void => pages.setRows((rows) => rows.map((row) => (row.id === note.id ? note : row)));
  return (
    <div class="stack">
      <h2 class="sr-only">{t.overview.tabs.questions}</h2>
      <Segmented
        label={t.notes.filter} value={which} onChange={setWhich}
        options={(['open', 'resolved', 'all'] as Which[]).map((name) => [name, t.notes.filters[name]])}
      />
      <Paged pages={pages} empty={<Empty title={t.notes.inboxNone[which]} text={t.notes.inboxNoneText} />}>
        {(rows) => (
          <div class="stack threads">
            {rows.map((note) => (
              <Thread key={note.id} note={note} lead taskLink={`${href('projects', project.id, 'tasks')}?task=${note.task}`} onChange={change} />
            ))}
          </div>
        )}
      </Paged>
    </div>
  );
}
