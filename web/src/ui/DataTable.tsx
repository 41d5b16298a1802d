// A page of a long list: order and filters are the server's, marks hold across pages, and everything goes by keyboard.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './Button';
import { useColumns } from './columns';
import { formatCount } from './format';
import { isTyping } from './hooks';
import type { List } from './list';
import { CheckMenu, Menu, type MenuItem } from './Menu';
import { pageToggled, rangeAdded, toggled, type Selection } from './selection';
import { ErrorCard, Skeleton } from './States';
import { adoptStyle } from './adopt';
import css from '../style/tables.lazy.css';

adoptStyle(css);

export interface DataColumn<R> {
  id: string;
  head: string;
  cell: (row: R) => ComponentChildren;
  end?: boolean;
  /** Shown only when chosen. */
  off?: boolean;
  /** The name of the row: always shown, first, and the row's header. */
  name?: boolean;
  /** The server's words for this order; the second is the other way round. */
  order?: { up?: string; down?: string };
}

export interface DataTableProps<R> {
  id: string;
  label: string;
  list: List<R>;
  columns: DataColumn<R>[];
  keyOf: (row: R) => string;
  nameOf: (row: R) => string;
  empty: ComponentChildren;
  order?: string;
  onOrder?: (order: string) => void;
  onOpen?: (row: R) => void;
  actions?: (row: R) => MenuItem[];
  selection?: Selection<R>;
  /** Drawn above the rows while any are marked. */
  bulk?: ComponentChildren;
  total?: number | null;
  /** At the start of the line above the table. */
  tools?: ComponentChildren;
}

export function DataTable<R>(props: DataTableProps<R>) {
  const { list, columns, selection } = props;
  const [on, setOn] = useColumns(props.id, columns);
  const shown = columns.filter((c) => c.name || on.includes(c.id));
  const choosable = columns.filter((c) => !c.name);
  const marked = selection?.picked.size ?? 0;
  return (
    <div class="data-table" data-table={props.id} aria-busy={list.loading}>
      <div class="table-tools">
        <div class="row grow">{props.tools}</div>
        <div class="row">
          {choosable.length > 3 ? <CheckMenu label={t.ui.columns} options={choosable.map((c) => [c.id, c.head])} on={on} onChange={setOn} /> : null}
          <Button slim look="quiet" busy={list.loading} onClick={list.reload}>{t.ui.refresh}</Button>
        </div>
      </div>
      {marked > 0 ? (
        <div class="bulk-bar" role="region" aria-label={t.ui.selected(formatCount(marked))}>
          <strong class="num">{t.ui.selected(formatCount(marked))}</strong>
          {props.bulk}
          <Button slim look="quiet" onClick={selection?.clear}>{t.ui.clearSelection}</Button>
        </div>
      ) : null}
      {list.problem ? <ErrorCard problem={list.problem} onRetry={list.reload} /> : null}
      {list.rows.length > 0 ? <Grid {...props} columns={shown} />
        : list.loading ? <Skeleton lines={8} /> : list.problem ? null : props.empty}
      <Pager list={list} total={props.total ?? null} />
    </div>
  );
}

export function Pager<R>({ list, total }: { list: List<R>; total: number | null }) {
  if (!list.hasNext && !list.hasBack && (total === null || list.rows.length === 0)) return null;
  const [from, to] = list.range;
  return (
    <nav class="pager" aria-label={t.ui.rows(formatCount(from), formatCount(to))}>
      <span class="soft small num" role="status">
        {total !== null && total >= to ? t.ui.rowsOf(formatCount(from), formatCount(to), formatCount(total)) : t.ui.rows(formatCount(from), formatCount(to))}
      </span>
      {list.hasNext || list.hasBack ? (
        <span class="row">
          <Button slim disabled={!list.hasBack} onClick={list.first}>{t.ui.first}</Button>
          <Button slim disabled={!list.hasBack} onClick={list.back}>{t.ui.newer}</Button>
          <Button slim disabled={!list.hasNext} onClick={list.next}>{t.ui.older}</Button>
        </span>
      ) : null}
    </nav>
  );
}

function SortHead<R>({ column, order, onOrder }: { column: DataColumn<R>; order: string | undefined; onOrder: ((order: string) => void) | undefined }) {
  const { up, down } = column.order ?? {};
  if (!column.order || !onOrder) return <>{column.head}</>;
  const sorted = order !== undefined && (order === up ? 'up' : order === down ? 'down' : null);
  const next = sorted === 'down' ? (up ?? down) : (down ?? up);
  return (
    <button type="button" class="sort" onClick={() => next && onOrder(next)}>
      {column.head}
      <span aria-hidden="true" class={sorted ? 'arrow' : 'arrow idle'}>{sorted === 'up' ? '↑' : '↓'}</span>
    </button>
  );
}

function sortOf<R>(column: DataColumn<R>, order: string | undefined): 'ascending' | 'descending' | undefined {
  if (!column.order || order === undefined) return undefined;
  return order === column.order.up ? 'ascending' : order === column.order.down ? 'descending' : undefined;
}

function Grid<R>(props: DataTableProps<R>) {
  const { list, columns, keyOf, selection, onOpen, actions, order, onOrder } = props;
  const [current, setCurrent] = useState(0);
  const last = useRef<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const at = Math.min(current, list.rows.length - 1);
  const mark = (row: R, range: boolean): void => {
    if (!selection) return;
    const key = keyOf(row);
    selection.set(range && last.current !== null ? rangeAdded(selection.picked, list.rows, keyOf, last.current, key) : toggled(selection.picked, key, row));
    last.current = key;
  };
  const focusRow = (to: number): void => {
    const place = Math.max(0, Math.min(list.rows.length - 1, to));
    setCurrent(place);
    (body.current?.children[place] as HTMLElement | undefined)?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    const row = list.rows[at];
    const onRow = event.target instanceof HTMLTableRowElement;
    if (!row || event.defaultPrevented || isTyping(event.target)) return;
    const deeds: Record<string, (() => void) | undefined> = {
      ArrowDown: () => focusRow(at + 1), ArrowUp: () => focusRow(at - 1), Home: () => focusRow(0), End: () => focusRow(list.rows.length - 1),
      PageDown: list.hasNext ? list.next : undefined, PageUp: list.hasBack ? list.back : undefined,
      Enter: onRow && onOpen ? () => onOpen(row) : undefined, ' ': onRow && selection ? () => mark(row, event.shiftKey) : undefined,
    };
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  };
  const pageMarked = selection ? list.rows.every((row) => selection.picked.has(keyOf(row))) : false;
  return (
    <div class="table-wrap" role="region" aria-label={props.label}>
      <p class="sr-only" id={`${props.id}-keys`}>{t.ui.rowKeys}</p>
      <table class="table stacks" aria-describedby={`${props.id}-keys`} role="table">
        <thead role="rowgroup">
          <tr role="row">
            {selection ? (
              <th scope="col" role="columnheader" class="mark">
                <input type="checkbox" aria-label={t.ui.selectPage} checked={pageMarked} onChange={() => selection.set(pageToggled(selection.picked, list.rows, keyOf))} />
              </th>
            ) : null}
            {columns.map((c) => (
              <th key={c.id} scope="col" role="columnheader" class={c.end ? 'end' : ''} aria-sort={sortOf(c, order)}>
                <SortHead column={c} order={order} onOrder={onOrder} />
              </th>
            ))}
            {actions ? <th scope="col" role="columnheader" class="end"><span class="sr-only">{t.common.actions}</span></th> : null}
          </tr>
        </thead>
        <tbody ref={body} role="rowgroup" onKeyDown={keys}>
          {list.rows.map((row, i) => (
            <Row key={keyOf(row)} {...props} row={row} reachable={i === at} onFocus={() => setCurrent(i)} onMark={(range) => mark(row, range)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row<R>({ row, columns, keyOf, nameOf, selection, onOpen, actions, reachable, onFocus, onMark }: DataTableProps<R> & {
  row: R; reachable: boolean; onFocus: () => void; onMark: (range: boolean) => void;
}) {
  const shift = useRef(false);
  const picked = selection?.picked.has(keyOf(row)) ?? false;
  return (
    <tr role="row" tabIndex={reachable ? 0 : -1} class={picked ? 'picked' : ''} onFocusIn={onFocus}>
      {selection ? (
        <td role="cell" class="mark">
          <input
            type="checkbox" tabIndex={-1} aria-label={t.ui.select(nameOf(row))} checked={picked}
            onClick={(event) => {
              shift.current = event.shiftKey;
            }}
            onChange={() => onMark(shift.current)}
          />
        </td>
      ) : null}
      {columns.map((c) => (
        <td key={c.id} role={c.name ? 'rowheader' : 'cell'} data-label={c.head} class={[c.end ? 'end' : '', c.name ? 'name' : ''].join(' ').trim()}>
          {c.name && onOpen ? <button type="button" class="row-link" tabIndex={-1} onClick={() => onOpen(row)}>{c.cell(row)}</button> : c.cell(row)}
        </td>
      ))}
      {actions ? <td role="cell" class="end row-actions"><Menu label={t.ui.menuOf(nameOf(row))} items={actions(row)} /></td> : null}
    </tr>
  );
}
