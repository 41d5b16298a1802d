import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { asProblem, type Page, type Problem } from '../api';
import { t } from '../strings';
import { Button } from './Button';
import { ErrorCard, Skeleton } from './States';

export interface Column<R> {
  head: string;
  cell: (row: R) => ComponentChildren;
  end?: boolean;
}

export function Table<R>({ label, columns, rows, keyOf }: {
  label: string; columns: Column<R>[]; rows: R[]; keyOf: (row: R) => string;
}) {
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead>
          <tr>{columns.map((c, i) => <th key={i} scope="col" class={c.end ? 'end' : ''}>{c.head || <span class="sr-only">{t.common.actions}</span>}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>{columns.map((c, i) => <td key={i} class={c.end ? 'end' : ''}>{c.cell(row)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Pages of the server, one after another; nothing is ever fetched that nobody asked to see. */
export function usePages<R>(load: (cursor: string | null) => Promise<Page<R>>, deps: unknown[]) {
  const [rows, setRows] = useState<R[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const fetchPage = (cursor: string | null, isCurrent: () => boolean): void => {
    setLoading(true);
    load(cursor).then(
      (page) => {
        if (!isCurrent()) return;
        setRows((old) => (cursor === null ? page.items : [...old, ...page.items]));
        setNext(page.next);
        setProblem(null);
        setLoading(false);
      },
      (error: unknown) => {
        if (!isCurrent()) return;
        setProblem(asProblem(error));
        setLoading(false);
      },
    );
  };
  useEffect(() => {
    let current = true;
    fetchPage(null, () => current);
    return () => {
      current = false;
    };
  }, [...deps, round]);
  return {
    rows, next, loading, problem, setRows, reload: () => setRound((n) => n + 1), more: () => fetchPage(next, () => true),
  };
}

export function Paged<R>({ pages, empty, children }: {
  pages: ReturnType<typeof usePages<R>>; empty: ComponentChildren; children: (rows: R[]) => ComponentChildren;
}) {
  return (
    <>
      {pages.problem ? <ErrorCard problem={pages.problem} onRetry={pages.reload} /> : null}
      {pages.rows.length > 0 ? children(pages.rows) : pages.loading ? <Skeleton lines={4} /> : pages.problem ? null : empty}
      {pages.next ? <div class="row"><Button busy={pages.loading} onClick={pages.more}>{t.common.more}</Button></div> : null}
    </>
  );
}
