// Real tasks from the folder of shared data, and small files made here. What is not there is said, not passed over.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { root } from './rig.mjs';

const data = process.env.GUILDHALL_DATA ?? join(root, '../shared/data');

function read(path) {
  const whole = join(data, path);
  if (existsSync(whole)) return readFileSync(whole);
  console.log(`note  ${whole} is not there: a made-up task takes its place`);
  return null;
}

const lines = (bytes) => bytes.toString().trim().split('\n').map((line) => JSON.parse(line));

/** A prompt and two models' answers to it. */
export function arenaHard(n) {
  const [questions, first, second] = ['question', 'answers-gpt-3.5-turbo-0125', 'answers-gpt-4-0314'].map((name) => read(`arena-hard/${name}.jsonl`));
  if (!questions || !first || !second) {
    return { prompt: `Question ${n}: what is **2** plus ${n}?`, responses: [{ text: 'It is the first.' }, { text: 'It is the second.' }] };
  }
  const question = lines(questions)[n];
  const answerOf = (bytes) => {
    const found = lines(bytes).find((line) => line.uid === question.uid) ?? lines(bytes).find((line) => line.messages[0].content === question.prompt);
    const { content } = (found ?? lines(bytes)[n]).messages[1];
    return typeof content === 'string' ? content : content.answer;
  };
  return { prompt: question.prompt, responses: [{ text: answerOf(first), model: 'one' }, { text: answerOf(second), model: 'two' }] };
}

/** Rows of a CSV with quoted cells of many lines. */
function csv(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') cell += text[i++];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === ',' || c === '\n')) {
      rows.at(-1).push(cell.replace(/\r$/, ''));
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows.at(-1).push(cell);
  return rows.filter((row) => row.length > 1);
}

export function mercorAce() {
  const bytes = read('mercor-ace/ACE-Food.csv');
  const response = 'Monday: soba-free miso soup with tofu.\n\nTuesday: grilled mackerel with pickles.';
  if (!bytes) return { prompt: 'A week of lunches.', response, rubric: [{ id: 'r1', criterion: 'Has soup', points: 2 }, { id: 'r2', criterion: 'Has rice', points: -1, gate: true }] };
  const [head, ...rows] = csv(bytes.toString());
  const at = (name) => head.indexOf(name);
  const task = rows[0][at('Task ID')];
  const mine = rows.filter((row) => row[at('Task ID')] === task);
  const rubric = mine.map((row, i) => ({ id: row[at('Criterion ID')], criterion: row[at('Description')], points: i % 3 === 2 ? -1 : 1 + i % 4, gate: i === 0 }));
  return { prompt: rows[0][at('Prompt')], response, rubric };
}

/** A run of a tool-using agent, the longest there is. */
export function tauBench() {
  const bytes = read('tau-bench/gpt-4o-airline.json');
  if (!bytes) {
    return { messages: [{ role: 'user', content: 'Cancel it.' }, { role: 'assistant', content: 'I look.' }, { role: 'assistant', content: 'Done.' }] };
  }
  const runs = JSON.parse(bytes).map((run) => run.traj);
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a));
  return { messages: longest };
}

/** A second of a tone, where the recording is missing. */
function tone() {
  const rate = 8000;
  const bytes = Buffer.alloc(44 + 2 * rate);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * rate, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * rate, 40);
  for (let i = 0; i < rate; i++) bytes.writeInt16LE(Math.round(9000 * Math.sin(i / 5)), 44 + 2 * i);
  return bytes;
}

export const recording = () => read('tau2-audio/order_status.wav') ?? tone();

/** A picture of coloured fields, as a PNG. */
export function picture(width = 400, height = 300) {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => (bytes.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (name, body) => {
    const part = Buffer.concat([Buffer.from(name), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc(part));
    return Buffer.concat([length, part, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set([120 + 60 * (Math.floor(x / 80) % 2), 160 - 40 * (Math.floor(y / 60) % 2), 180], y * (1 + 3 * width) + 1 + 3 * x);
  }
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
