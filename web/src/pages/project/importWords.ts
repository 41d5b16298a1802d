// What is wrong with a line, where, and how to mend it, in words.
import { t } from '../../strings/make';
import { csvCell } from '../../imports/csv';
import type { Mapping } from '../../imports/mapping';
import type { ImportError } from '../../imports/run';

export interface Said {
  line: number;
  where: string;
  reason: string;
  mend: string;
}

const nameOf = (path: string): string => path.slice(1).replace(/~1/g, '/').replace(/~0/g, '~');

/** The columns of the file that fill the place which an error names: /data/responses/1/text → Answer B. */
function columnsOf(field: string, mapping: Mapping | null): string[] {
  if (!mapping || !field) return [];
  if (field.startsWith('/gold')) return Object.values(mapping.gold).map(nameOf);
  if (field === '/key' && mapping.key) return [nameOf(mapping.key)];
  if (field === '/priority' && mapping.priority) return [nameOf(mapping.priority)];
  const inside = field.replace(/^\/data/, '');
  const hit = Object.entries(mapping.rules).find(([to]) => inside === to || inside.startsWith(`${to}/`));
  if (!hit) return [];
  const [to, rule] = hit;
  const item = Number(inside.slice(to.length + 1).split('/')[0]);
  const one = rule.paths.length > 1 && Number.isInteger(item) && inside.length > to.length ? rule.paths[item] : undefined;
  return (one ? [one] : rule.paths).map(nameOf);
}

export function say(error: ImportError, mapping: Mapping | null): Said {
  const columns = columnsOf(error.field, mapping).join(', ');
  const known = error.code ? t.make.faults[error.code] : undefined;
  return {
    line: error.line, where: columns || error.field, reason: known?.[0] ?? error.reason,
    mend: known?.[1] ?? (columns ? t.make.mendField(columns) : t.make.mendOther),
  };
}

/** Every wrong line as a table that a spreadsheet opens. */
export function errorsCsv(errors: ImportError[], mapping: Mapping | null): string {
  const r = t.make.run;
  const rows = errors.map((error) => {
    const said = say(error, mapping);
    return [String(said.line), said.where, said.reason, said.mend];
  });
  // With a byte order mark spreadsheets read UTF-8.
  return `\ufeff${[[r.line, r.field, r.reason, r.mend], ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

export function download(text: string, name: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
