// A served room, a browser, and a watch on every page: console errors, violations of the content
// policy, requests that leave the origin, scripts that came in with a text.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(join(root, 'web/node_modules/axe-core/axe.min.js'), 'utf8');
export const bin = process.env.GUILDHALL_BIN ?? join(root, 'build/dev/bin');
export const guildhall = join(bin, 'guildhall');

export class Room {
  /** `words`: who holds the keys, for `room init`; given the folder of everything that belongs to this room. */
  constructor(words = () => ['--no-passphrase']) {
    this.folder = mkdtempSync(join(tmpdir(), 'guildhall-e2e-'));
    this.dir = join(this.folder, 'room');
    this.said = this.run('init', this.dir, ...words(this.folder));
  }

  run(...words) {
    const done = spawnSync(guildhall, ['room', ...words], { encoding: 'utf8', timeout: 60_000 });
    if (done.status !== 0) throw new Error(`guildhall room ${words[0]}: ${done.stderr}`);
    return done.stdout.trim();
  }

  async start(...words) {
    this.process = spawn(guildhall, ['room', 'serve', this.dir, '--listen', `127.0.0.1:${this.port ?? 0}`, '--web', join(root, 'web/dist'), ...words]);
    this.log = '';
    this.process.stderr.on('data', (piece) => { this.log += piece; });
    const line = await new Promise((done, failed) => {
      this.process.stdout.once('data', (piece) => done(String(piece)));
      this.process.once('exit', (status) => failed(new Error(`the server ended with ${status}: ${this.log}`)));
    });
    // Once started it keeps its port: a room that is killed comes back where people look for it.
    this.port = Number(/port (\d+)/.exec(line)[1]);
    this.base = `http://127.0.0.1:${this.port}`;
    for (let n = 0; n < 600; n++) {
      const there = await fetch(`${this.base}/healthz`).then((r) => r.ok, () => false);
      if (there) return this;
      await sleep(100);
    }
    throw new Error('the server is not ready');
  }

  /** As a power cut would: nothing is finished, nothing is said. */
  async kill() {
    this.wasKilled = true;
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGKILL');
    await ended;
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    const status = await ended;
    rmSync(this.folder, { recursive: true, force: true });
    return status;
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function until(what, condition, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    await sleep(50);
  }
}

export class Cases {
  constructor() {
    this.passed = 0;
    this.failed = 0;
  }

  check(holds, what, more = '') {
    if (holds) this.passed++;
    else this.failed++;
    console.log(`${holds ? 'ok   ' : 'FAIL '} ${what}${holds || !more ? '' : `: ${more}`}`);
  }

  same(found, wanted, what) {
    const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
    this.check(a === b, what, `${a} instead of ${b}`);
  }
}

/** Each answer of a room comes up to so much later: what a case takes for granted is found by it. */
const kSlowMs = Number(process.env.GUILDHALL_E2E_SLOW ?? 0);

const kLaunch = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

export async function openBrowser() {
  return chromium.launch(kLaunch);
}

/** A browser that keeps its profile in `folder`, as a person's does. */
export async function openProfile(folder) {
  return chromium.launchPersistentContext(folder, { ...kLaunch, viewport: { width: 1440, height: 900 } });
}

/** What every open page says while the server is away: its stream is tried again until it is back. */
const kStreamLost = /ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING) .*\/events$/;

/** One person's browser: a context and a page whose every misstep is kept in `faults`. */
export class Person {
  static async open(browser, room, name, faults) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
    const page = await context.newPage();
    const person = new Person(room, name, context, page, faults);
    await person.watch();
    return person;
  }

  constructor(room, name, context, page, faults) {
    // Whoever is not signed in is told so by this one answer, which the browser notes by itself.
    Object.assign(this, { room, name, context, page, faults, expected: [/status of 401 .*\/api\/v1\/me$/] });
  }

  async watch() {
    const { page, room } = this;
    const fault = (text) => this.faults.push(`${this.name}: ${text}`);
    page.on('pageerror', (error) => fault(`error ${error}`));
    page.on('console', (message) => {
      if (message.type() !== 'error' && !/Content Security Policy|Trusted/.test(message.text())) return;
      const text = `console: ${message.text()} ${message.location().url}`;
      if (room.wasKilled && kStreamLost.test(text)) return;
      if (!this.expected.some((one) => one.test(text))) fault(text);
    });
    page.on('dialog', (dialog) => {
      if (dialog.type() === 'beforeunload') return void dialog.accept();
      fault(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await this.context.exposeFunction('e2eViolation', (text) => fault(`content policy: ${text}`));
    await this.context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.e2eViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    await this.context.route('**/*', async (route) => {
      const url = route.request().url();
      if (url.startsWith(`${room.base}/api/`) && kSlowMs > 0) await sleep(Math.random() * kSlowMs);
      if (url.startsWith(`${room.base}/`) || url.startsWith('data:') || url.startsWith('blob:')) return route.continue();
      fault(`a request left the origin: ${url}`);
      return route.abort();
    });
  }

  async at(hash, ready) {
    await this.page.goto(`${this.room.base}/#/${hash}`);
    if (ready) await this.page.waitForSelector(ready);
  }

  async join(link, name, password) {
    await this.page.goto(link);
    await this.page.waitForSelector('input[type=password]');
    await this.page.getByLabel('name', { exact: false }).first().fill(name);
    await this.page.fill('input[type=password]', password);
    await this.page.keyboard.press('Enter');
    await this.page.waitForSelector('h1:has-text("Projects")');
  }

  /** The API with this person's session, for what is not the matter of a case. */
  async api(method, path, data, headers = {}) {
    const reply = await this.context.request.fetch(`${this.room.base}/api/v1${path}`, {
      method, headers: { Origin: this.room.base, ...headers }, ...(data === undefined ? {} : { data }),
    });
    if (!reply.ok()) throw new Error(`${method} ${path}: ${reply.status()} ${await reply.text()}`);
    const text = await reply.text();
    return text && (reply.headers()['content-type'] ?? '').includes('json') ? JSON.parse(text) : text;
  }
}

const kLooks = [[1440, 900, 'light'], [1440, 900, 'dark'], [390, 844, 'light'], [390, 844, 'dark']];

/** Nothing is loading any more, but for the room's stream, which never ends. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('.skeleton, [aria-busy="true"]')).catch(() => undefined);
  await sleep(500);
}

/** axe and a picture of the page as it stands, wide and narrow, light and dark. */
export async function audit(person, name, cases, shots) {
  const { page } = person;
  const wrong = [];
  for (const [width, height, theme] of kLooks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await sleep(60);
    await page.waitForSelector('h1', { timeout: 5_000 }).catch(() => undefined); // a page that is changing has it soon
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}-${width}-${theme}.png`), fullPage: true });
    }
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document);
      const texts = violations.map((v) => `${v.id} at ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} (${n.any[0]?.message ?? v.help})`).join('; ')}`);
      if (document.documentElement.scrollWidth > window.innerWidth + 1) {
        const beyond = ({ left, right, width }) => width > 0 && (left < -1 || right > window.innerWidth + 1);
        const wide = [...document.querySelectorAll('body *')].filter((one) => beyond(one.getBoundingClientRect()));
        texts.push(`wider than the window: ${wide.slice(-3).map((one) => `${one.tagName}.${one.className}`).join(', ')}`);
      }
      if (window.hacked !== undefined) texts.push(`a text ran as a script: ${window.hacked}`);
      if (document.querySelector('a[href^="javascript:"], iframe, object, embed')) texts.push('an element that a text must not make');
      return texts;
    });
    wrong.push(...found.map((text) => `${width} ${theme}: ${text}`));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  cases.check(wrong.length === 0, `page ${name}: accessible and harmless, wide and narrow, light and dark`, `\n  ${wrong.join('\n  ')}`);
}

/** The watch itself: what it must notice, it notices. */
export async function proveWatch(browser, room, cases) {
  const faults = [];
  const person = await Person.open(browser, room, 'proof', faults);
  await person.at('', 'input[type=password]');
  await person.page.evaluate(() => {
    window.hacked = 'proof';
    document.body.append(Object.assign(document.createElement('img'), { src: 'https://evil.example/x.png' }));
    console.error('proof');
  });
  const other = await person.context.newPage();
  await other.goto('https://evil.example/').catch(() => undefined);
  await other.close();
  for (const what of ['content policy: img-src', 'console: proof', 'left the origin: https://evil.example/']) {
    cases.check(faults.some((text) => text.includes(what)), `the watch notices ${what}`, faults.join('; '));
  }
  await person.page.evaluate(() => {
    window.hacked = 'proof';
    document.body.append(document.createElement('img'));
  });
  const inner = new Cases();
  const said = [];
  inner.check = (holds, what, more) => said.push(`${holds} ${more}`);
  await audit(person, 'proof', inner);
  cases.check(said[0].startsWith('false') && said[0].includes('image-alt') && said[0].includes('ran as a script'), 'the audit notices an image without words and a script', said[0]);
  await person.context.close();
}
