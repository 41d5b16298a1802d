// The first records of a dataset as text, taken apart for the page. CSV is read with its quotes and line breaks in quotes.

export interface CsvPreview {
  head: string[];
  rows: string[][];
}

export function readCsv(text: string, most: number): CsvPreview {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length && rows.length <= most; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      row.push(cell);
      cell = '';
    } else if (c === '\n') {
      rows.push([...row, cell.replace(/\r$/, '')]);
      [row, cell] = [[], ''];
    } else cell += c;
  }
  if ((cell || row.length > 0) && rows.length <= most) rows.push([...row, cell]);
  return { head: rows[0] ?? [], rows: rows.slice(1, most + 1) };
}

/** One JSON text for each line; a line that is none is shown as it is. */
export function readLines(text: string, most: number): string[] {
  return text.split('\n').filter((line) => line.trim()).slice(0, most).map((line) => {
    try {
      return JSON.stringify(JSON.parse(line), null, 2);
    } catch {
      return line;
    }
  });
}

/** A name that says what it is; titles are content and stay out of it. */
export const fileName = (format: string, id: string): string => `${format}-${id.replace(/^[a-z]+_/, '').slice(0, 8)}.${format === 'csv' ? 'csv' : 'jsonl'}`;

export function curlText(origin: string, delivery: string, name: string): string {
  return `curl --fail -H "Authorization: Bearer $TOKEN" -o ${name} ${origin}/api/v1/deliveries/${delivery}/records`;
}
