// A room whose keys are with a keeper, the keeper's page in a browser, and a search for words in everything that a page holds.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guildhall, Person, Room, until } from './rig.mjs';

export const kPhrase = 'an old keeper keeps it well';

const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

function keeperCommand(...words) {
  const done = spawnSync(guildhall, ['keeper', ...words], { encoding: 'utf8', timeout: 60_000 });
  if (done.status !== 0) throw new Error(`guildhall keeper ${words[0]}: ${done.stderr}`);
  return done.stdout;
}

/** A keeper with a passphrase, and a room that is its own; both run. */
export class Kept {
  static async start() {
    const kept = new Kept();
    const room = kept.room = new Room((folder) => {
      kept.dir = join(folder, 'keeper');
      kept.phrase = join(folder, 'phrase');
      writeFileSync(kept.phrase, `${kPhrase}\n`);
      const made = keeperCommand('init', kept.dir, '--passphrase-file', kept.phrase);
      return ['--keeper', /keeper1:\S+/.exec(made)[0]];
    });
    room.port = await freePort();
    const key = room.said.split(/\s+/).find((word) => /^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(word));
    keeperCommand('add-room', kept.dir, '--url', `http://127.0.0.1:${room.port}`, '--room-key', key);
    await kept.serve();
    await room.start();
    await until('the room has its keys', async () => (await kept.health()).room === 'open', 60_000);
    return kept;
  }

  async serve() {
    this.process = spawn(guildhall, ['keeper', 'serve', this.dir, '--passphrase-file', this.phrase, '--page', '0']);
    this.process.stderr.on('data', () => undefined);
    this.said = '';
    this.process.stdout.on('data', (piece) => { this.said += piece; });
    await until('the keeper’s page', async () => this.address, 60_000);
  }

  /** The newest printed. */
  get address() {
    return [...this.said.matchAll(/http:\/\/127\.0\.0\.1:\d+\/#\S+/g)].at(-1)?.[0] ?? null;
  }

  async health() {
    return (await fetch(`${this.room.base}/healthz`)).json();
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    await ended;
    return this.room.stop();
  }
}

/** Somebody at the keeper, with its page open. */
export async function atKeeper(browser, kept, faults) {
  const base = new URL(kept.address).origin;
  const person = await Person.open(browser, { base }, 'at the keeper', faults);
  person.expected.push(/status of (401|422)/);
  await person.page.goto(kept.address);
  await person.page.waitForSelector('.room');
  const press = async (where, what) => {
    await where.getByRole('button', { name: what, exact: true }).first().click();
    await person.page.waitForSelector('dialog[open]');
  };
  const room = person.page.locator('section.room').first();
  return Object.assign(person, {
    ask: (what) => press(room, what),
    confirm: () => person.page.locator('#ask-yes').click(),
    withdraw: async () => {
      await press(room, 'Withdraw');
      const began = Date.now();
      await person.page.locator('#ask-yes').click();
      return began;
    },
    restore: async (phrase = kPhrase) => {
      await press(room, 'Restore');
      await person.page.locator('input[type=password]').fill(phrase);
      await person.page.locator('#ask-yes').click();
    },
    says: (text) => person.page.waitForSelector(`.state:has-text("${text}")`),
  });
}

/** Which of `words` the page still has in its text, fields, title or address. One that is just being left has all of them. */
export const onPage = (page, words) => page.evaluate((all) => {
  const fields = [...document.querySelectorAll('input, textarea')].map((one) => one.value);
  const text = [document.documentElement.outerHTML, document.title, location.href, ...fields].join('\n');
  return all.filter((word) => text.includes(word));
}, words).catch((error) => {
  if (/context was destroyed/.test(error.message)) return words;
  throw error;
});

/** Which of `words` the browser's stores of this origin have readable. */
export const inStores = (page, words) => page.evaluate(async (all) => {
  const done = (request) => new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
  const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  const spell = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
      texts.push(new TextDecoder('utf-8').decode(bytes), new TextDecoder('utf-16le').decode(bytes));
    } else if (value !== null && typeof value === 'object') Object.values(value).forEach(spell);
    else texts.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) spell(await done(database.transaction(store).objectStore(store).getAll()));
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request)).text());
  }
  const whole = texts.join('\n');
  return all.filter((word) => whole.includes(word));
}, words);

/** Which of `words` the page's memory has, garbage collected first: a snapshot of the whole heap. */
export async function inMemory(person, words) {
  const session = await person.context.newCDPSession(person.page);
  let text = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => { text += chunk; });
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return words.filter((word) => text.includes(word));
}
