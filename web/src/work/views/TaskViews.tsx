// What the task shows: every kind of view, and the raw task where a view cannot be shown. Never a blank page.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Json, JsonObject } from '../../api/types';
import { Code } from '../../markdown/Code';
import { ClickImage, Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Segmented } from '../../ui/Button';
import { wordDiff } from '../diff';
import { itemsAt, resolve, stepIndexes, type Form, type View } from '../form';
import { letterAt, orderOf } from '../order';
import { Chat } from './Chat';
import { isObject, plainText, pretty } from './messages';
import { Pane } from './Pane';

export interface ViewContext {
  form: Form;
  data: JsonObject;
  order: number[];
  /** The canonical letter chosen so far: its pane is framed. */
  chosen: Json | undefined;
  /** The current row of a question that is answered row by row. */
  row: string;
}

const kMostTableRows = 500;

function fileId(value: Json | undefined): { id: string; alt: string } | null {
  const id = isObject(value) ? value.file : value;
  const alt = isObject(value) && typeof value.alt === 'string' ? value.alt : '';
  return typeof id === 'string' && /^fil_[0-9A-Za-z]+$/.test(id) ? { id, alt } : null;
}

function TableView({ value, columns }: { value: Json | undefined; columns: string[] }) {
  const rows = Array.isArray(value) ? value.slice(0, kMostTableRows) : [];
  const first = rows[0];
  const names = columns.length > 0 ? columns : isObject(first) ? Object.keys(first) : [];
  const cells = (row: Json): Json[] =>
    Array.isArray(row) ? row : names.map((name) => (isObject(row) ? (row[name] ?? null) : null));
  const show = (cell: Json): string => (typeof cell === 'string' ? cell : cell === null ? '' : JSON.stringify(cell));
  return (
    <div class="md">
      <div class="md-table" tabIndex={0}>
        <table>
          {names.length > 0 ? <thead><tr>{names.map((n) => <th key={n}>{n}</th>)}</tr></thead> : null}
          <tbody>{rows.map((row, i) => <tr key={i}>{cells(row).map((cell, j) => <td key={j}>{show(cell)}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </div>
  );
}

export function Words({ before, after }: { before: string; after: string }) {
  return (
    <div class="marked-text">
      {wordDiff(before, after).map((op, i) =>
        op.op === '=' ? op.text : op.op === '+' ? <ins key={i} class="word">{op.text}</ins> : <del key={i} class="word">{op.text}</del>)}
    </div>
  );
}

function One({ view, value, context }: { view: View; value: Json | undefined; context: ViewContext }): ComponentChildren {
  switch (view.kind) {
    case 'markdown':
      return <Markdown text={plainText(value)} />;
    case 'chat':
      return <Chat value={value} role={view.role} />;
    case 'code':
      return <Code text={plainText(value)} language={view.language} />;
    case 'json':
      return <Code text={pretty(value)} language="json" />;
    case 'diff':
      return <Words before={plainText(value)} after={plainText(resolve(context.data, view.to))} />;
    case 'table':
      return <TableView value={value} columns={view.columns} />;
    case 'trajectory': {
      const rated = context.form.questions.find((q) => q.kind === 'steps' && q.from === view.from);
      const places = new Map((rated ? stepIndexes(rated, context.data) : []).map((index, place) => [index, place]));
      const tools = view.tools ? resolve(context.data, view.tools) : undefined;
      return (
        <div class="stack">
          {tools ? <details><summary>{t.work.tools}</summary><Code text={pretty(tools)} language="json" /></details> : null}
          <Chat value={value} role={view.role} places={places} current={context.row} />
        </div>
      );
    }
    case 'image':
    case 'audio':
    case 'video':
    case 'pdf': {
      const file = fileId(value);
      if (!file) break;
      const source = `/api/v1/files/${file.id}`;
      if (view.kind === 'image') return <ClickImage src={file.id} alt={file.alt} />;
      if (view.kind === 'audio') return <audio controls preload="none" src={source} />;
      if (view.kind === 'video') return <video controls preload="none" src={source} />;
      return <a class="button" href={source} download>{t.work.file}</a>;
    }
  }
  return (
    <div class="stack tight">
      <p class="small soft">{t.work.cannotShow}</p>
      <Code text={pretty(value)} language="json" />
    </div>
  );
}

/** Items side by side on a wide page, behind tabs on a phone. Blind order where a question compares them. */
function Each({ view, context }: { view: View; context: ViewContext }) {
  const [tab, setTab] = useState('0');
  const items = itemsAt(context.data, view.from);
  const judged = context.form.questions.find((q) => q.from === view.from);
  const compared = judged?.kind === 'compare' || judged?.kind === 'rank';
  const order = orderOf(compared ? context.order : undefined, items.length);
  const stacked = judged?.kind === 'steps' || items.length > 4;
  const title = (place: number): string =>
    compared ? t.work.response(place + 1) : judged?.kind === 'steps' ? t.work.step(place + 1) : `${view.label} ${place + 1}`;
  return (
    <>
      {compared ? (
        <div class="phone-tabs">
          <Segmented
            label={view.label} value={tab} onChange={setTab}
            options={order.map((_, place) => [String(place), title(place)] as [string, string])}
          />
        </div>
      ) : null}
      <div class={stacked ? 'stack' : `side-by-side${compared ? ' tabbed' : ''}`}>
        {order.map((index, place) => (
          <div key={index} class={`pane-holder${String(place) === tab ? ' shown' : ''}`} data-step={judged?.kind === 'steps' ? place : undefined}>
            <Pane
              title={title(place)} plain={plainText(items[index])}
              chosen={compared ? context.chosen === letterAt(order, place) : judged?.kind === 'steps' && context.row === String(place)}
            >
              <One view={view} value={items[index]} context={context} />
            </Pane>
          </div>
        ))}
      </div>
    </>
  );
}

export function TaskViews(context: ViewContext) {
  const { form, data } = context;
  const shown = form.views.filter((v) => !v.optional || (resolve(data, v.from) ?? null) !== null);
  return (
    <>
      {form.help ? <Markdown text={form.help} /> : null}
      {shown.map((view) => {
        const value = resolve(data, view.from);
        if (view.each && Array.isArray(value)) return <Each key={view.id} view={view} context={context} />;
        const plain = ['image', 'audio', 'video', 'pdf'].includes(view.kind) ? undefined : typeof value === 'string' ? value : plainText(value);
        return (
          <Pane key={view.id} title={view.label || view.id} {...(plain === undefined ? {} : { plain })}>
            {view.help ? <p class="small soft">{view.help}</p> : null}
            {value === undefined ? <p class="soft">{t.work.noData}</p> : <One view={view} value={value} context={context} />}
          </Pane>
        );
      })}
    </>
  );
}
