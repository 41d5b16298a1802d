// Rows of any number, a page of them at a time.
import { useMemo, useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { shown } from '../../markdown/Shown';
import { RevealContext, type Reveal } from '../../markdown/reveal';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { useUnit } from './page';
import { cellText, kRowsPerPage, tableOf } from './units';

const kColumnsAtOnce = 40;
const kLongestCell = 1000;

function Cell({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  if (whole || text.length <= kLongestCell * 1.2) return <>{shown(text.slice(0, 200_000))}</>;
  return <>{shown(text.slice(0, kLongestCell))}… <Button slim look="quiet" onClick={() => setWhole(true)}>{t.reading.showAllChars(text.length)}</Button></>;
}

/** Hears for every page of rows which of them a search wants. */
function PageUnit({ id, page, show }: { id: string; page: number; show: (page: number) => void }) {
  const reveal: Reveal = useUnit(`${id}.t${page}`, () => show(page));
  return <RevealContext.Provider value={reveal}>{null}</RevealContext.Provider>;
}

export function TableView({ value, columns, unit }: { value: Json | undefined; columns: string[]; unit: string }) {
  const table = useMemo(() => tableOf(value, columns), [value, columns]);
  const [page, setPage] = useState(0);
  const [wide, setWide] = useState(false);
  const pages = Math.max(1, Math.ceil(table.rows.length / kRowsPerPage));
  const here = Math.min(page, pages - 1);
  const from = here * kRowsPerPage;
  const rows = table.rows.slice(from, from + kRowsPerPage);
  const all = Math.max(table.names.length, ...rows.map((row) => table.cells(row).length), 0);
  const shownColumns = wide ? all : Math.min(all, kColumnsAtOnce);
  return (
    <div class="md">
      {Array.from({ length: pages }, (_, i) => <PageUnit key={i} id={unit} page={i} show={setPage} />)}
      {pages > 1 ? (
        <div class="row">
          <span class="small num">{t.reading.rows(from + 1, from + rows.length, table.rows.length)}</span>
          <Button slim disabled={here === 0} onClick={() => setPage(here - 1)}>{t.reading.earlierRows}</Button>
          <Button slim disabled={here === pages - 1} onClick={() => setPage(here + 1)}>{t.reading.laterRows}</Button>
        </div>
      ) : null}
      {all > shownColumns ? <div><Button slim onClick={() => setWide(true)}>{t.reading.moreColumns(all - shownColumns)}</Button></div> : null}
      <div class="md-table" tabIndex={0} data-unit={`${unit}.t${here}`}>
        <table>
          {table.names.length > 0 ? (
            <thead><tr>{table.names.slice(0, shownColumns).map((name, i) => <th key={i} scope="col" dir="auto">{shown(name)}</th>)}</tr></thead>
          ) : null}
          <tbody>
            {rows.map((row, i) => (
              <tr key={from + i}>{table.cells(row).slice(0, shownColumns).map((cell, j) => <td key={j} dir="auto"><Cell text={cellText(cell)} /></td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
