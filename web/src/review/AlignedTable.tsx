// Overlapping answers beside one another, row by row; what differs stands out, and each part can be taken.
import { useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { Check } from '../ui/Field';
import { formatCount } from '../ui/format';
import { Pill } from '../ui/States';
import { Words } from '../work/views/Words';
import type { AlignedRow } from './aligned';

/** Longer texts are compared word by word with the first answer. */
const kWordsFrom = 40;

function Cell({ row, at }: { row: AlignedRow; at: number }) {
  const [first = '', text = ''] = [row.cells[0], row.cells[at]];
  if (at > 0 && row.differs && text.length >= kWordsFrom && first.length >= kWordsFrom) return <Words before={first} after={text} />;
  return <span class="prewrap" dir="auto">{text}</span>;
}

export function AlignedTable({ rows, names, onTake }: {
  rows: AlignedRow[]; names: string[]; onTake?: (row: AlignedRow, answer: number) => void;
}) {
  const [differencesOnly, setDifferencesOnly] = useState(rows.length > 8);
  const same = rows.filter((row) => !row.differs).length;
  const shown = differencesOnly ? rows.filter((row) => row.differs) : rows;
  return (
    <section class="card aligned">
      <div class="row between">
        {same > 0 ? <span class="soft small">{t.review.sameCount(formatCount(same))}</span> : <span />}
        {same > 0 && same < rows.length
          ? <Check label={t.review.onlyDifferences} value={differencesOnly} onInput={setDifferencesOnly} /> : null}
      </div>
      <div class="table-wrap" tabIndex={0} role="region" aria-label={t.review.adjudicateTitle}>
        <table class="table">
          <thead>
            <tr><th scope="col">{t.review.question}</th>{names.map((name) => <th key={name} scope="col">{name}</th>)}</tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={`${row.question}/${row.part}`} class={row.differs ? 'differs' : ''}>
                <th scope="row">{row.label} {row.differs ? <Pill tone="warn">{t.review.differs}</Pill> : <span class="sr-only">{t.review.same}</span>}</th>
                {row.cells.map((_, at) => (
                  <td key={at}>
                    <Cell row={row} at={at} />
                    {onTake && row.differs ? (
                      <Button slim look="quiet" aria-label={`${t.review.take(at + 1)}: ${row.label}`} onClick={() => onTake(row, at)}>
                        {t.review.take(at + 1)}
                      </Button>
                    ) : null}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
