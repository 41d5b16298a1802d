// What can be searched in a task, in the order in which it is read.
import type { Json, JsonObject } from '../../api/types';
import { itemsAt, resolve, stepIndexes, type Form, type View } from '../form';
import { orderOf } from '../order';
import type { Unit } from './find';
import { isObject, messageText, plainText, pretty, readMessages } from './messages';

export const kRowsPerPage = 200;
const kFiles = new Set(['image', 'audio', 'video', 'media', 'pdf']);

export const cellText = (cell: Json | undefined): string =>
  typeof cell === 'string' ? cell : cell === null || cell === undefined ? '' : typeof cell === 'object' ? pretty(cell) : String(cell);

/** The names of a table's columns and the cells of its rows. */
export function tableOf(value: Json | undefined, columns: string[]): { names: string[]; rows: Json[]; cells: (row: Json) => (Json | undefined)[] } {
  const rows = Array.isArray(value) ? value : [];
  const first = rows[0];
  const names = columns.length > 0 ? columns : isObject(first) ? Object.keys(first) : [];
  return {
    names, rows,
    cells: (row) => (Array.isArray(row) ? row : isObject(row) ? names.map((name) => row[name]) : [row]),
  };
}

function unitsIn(view: View, value: Json | undefined, id: string, role: string): Unit[] {
  if (value === undefined || kFiles.has(view.kind)) return [];
  if (view.kind === 'table') {
    const { rows, cells, names } = tableOf(value, view.columns);
    return Array.from({ length: Math.ceil(rows.length / kRowsPerPage) }, (_, page) => ({
      id: `${id}.t${page}`,
      text: [...(page === 0 ? names : []), ...rows.slice(page * kRowsPerPage, (page + 1) * kRowsPerPage).flatMap((row) => cells(row).map(cellText))].join('\n'),
    }));
  }
  if (view.kind === 'json') return [{ id, text: pretty(value) }];
  if (view.kind === 'chat' || view.kind === 'trajectory') {
    const messages = readMessages(value, role);
    if (messages.length > 1) return messages.map((m, i) => ({ id: `${id}.m${i}`, text: messageText(m) }));
  }
  return [{ id, text: plainText(value) }];
}

/** The items of a view with `each`, in the order in which they stand on the page. */
export function placesOf(view: View, form: Form, data: JsonObject, given: number[]): { order: number[]; items: Json[]; compared: boolean; steps: boolean } {
  const items = itemsAt(data, view.from);
  const judged = form.questions.find((q) => q.from === view.from);
  const compared = judged?.kind === 'compare' || judged?.kind === 'rank';
  return { items, compared, steps: judged?.kind === 'steps', order: orderOf(compared ? given : undefined, items.length) };
}

export function unitsOf(form: Form, data: JsonObject, given: number[]): Unit[] {
  return form.views.flatMap((view) => {
    const value = resolve(data, view.from);
    if (!view.each || !Array.isArray(value)) return unitsIn(view, value, view.id, view.role);
    const { order, items } = placesOf(view, form, data, given);
    return order.flatMap((index) => unitsIn(view, items[index], `${view.id}.${index}`, view.role));
  });
}

/** Which messages are steps, and which step each is. */
export function stepPlaces(view: View, form: Form, data: JsonObject): { question: string; places: Map<number, number> } | null {
  const rated = form.questions.find((q) => q.kind === 'steps' && q.from === view.from);
  if (!rated) return null;
  return { question: rated.id, places: new Map(stepIndexes(rated, data).map((index, place) => [index, place])) };
}
