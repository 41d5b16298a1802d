import { useState } from 'preact/hooks';
import { api } from '../../../api';
import { t } from '../../../strings';
import { wordDiff } from '../../../work/diff';
import { Segmented } from '../../../ui/Button';
import { useLoad } from '../../../ui/hooks';
import { Load } from '../../../ui/States';
import { countChanges, foldedRows, pairedRows, type DiffPiece, type DiffRow } from './lineDiff';

export function GuidelinesDiff({ project, from, to }: { project: string; from: number; to: number }) {
  const diff = useLoad(() => api.guidelinesDiff(project, to, from), [project, from, to]);
  const [view, setView] = useState<'beside' | 'below'>('beside');
  const g = t.guidelines;
  return (
    <Load of={diff} lines={6}>
      {(data) => {
        const rows = pairedRows(data.lines);
        const { added, removed } = countChanges(rows);
        if (added + removed === 0) return <p>{g.same}</p>;
        return (
          <div class="stack">
            <div class="row between">
              <span class="small soft">{g.changes(added, removed)}</span>
              <Segmented label={g.compare} value={view} onChange={setView} options={[['beside', g.beside], ['below', g.below]]} />
            </div>
            <div class={view === 'below' ? 'line-diff one-column' : 'line-diff'} tabIndex={0} role="region" aria-label={g.changed(from, to)}>
              {foldedRows(rows).map((piece, i) => <Piece key={i} piece={piece} />)}
            </div>
          </div>
        );
      }}
    </Load>
  );
}

function Piece({ piece }: { piece: DiffPiece }) {
  const [open, setOpen] = useState(false);
  if (!piece.fold) return <Line row={piece.row} />;
  if (open) return <>{piece.rows.map((row, i) => <Line key={i} row={row} />)}</>;
  return <button type="button" class="unchanged" onClick={() => setOpen(true)}>{t.guidelines.unchanged(piece.rows.length)}</button>;
}

function Line({ row }: { row: DiffRow }) {
  const g = t.guidelines;
  if (row.kind === 'same') return <div class="line same"><span dir="auto">{row.before || '\u00a0'}</span><span dir="auto" class="twin" aria-hidden="true">{row.after || '\u00a0'}</span></div>;
  const ops = row.before !== null && row.after !== null ? wordDiff(row.before, row.after) : null;
  return (
    <div class={`line ${row.kind}`}>
      {row.before === null ? <span class="none" /> : (
        <span dir="auto" class="del"><span class="sr-only">{g.removedLine}: </span>{ops ? ops.map((op, i) => (op.op === '+' ? null : op.op === '-' ? <del key={i} class="word">{op.text}</del> : op.text)) : row.before || '\u00a0'}</span>
      )}
      {row.after === null ? <span class="none" /> : (
        <span dir="auto" class="add"><span class="sr-only">{g.addedLine}: </span>{ops ? ops.map((op, i) => (op.op === '-' ? null : op.op === '+' ? <ins key={i} class="word">{op.text}</ins> : op.text)) : row.after || '\u00a0'}</span>
      )}
    </div>
  );
}
