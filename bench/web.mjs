// The figures of the pages, in Chromium against a room on this machine:
//
//   node bench/web.mjs [FIGURE…] [--tasks 1000000] [--repeat 500] [--runs 5]
//
// Figures: opening, keypress, typing, between, memory, lists; all of them when none is named. Each prints a line of JSON.
// The executables are those in $GUILDHALL_BIN (build/release/bin), the pages those of web/dist. Controls: a key that the
// page does not know must paint nothing new, and a page that keeps every task must be seen to grow.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

process.env.GUILDHALL_BIN ??= new URL('../build/release/bin', import.meta.url).pathname;
const { openBrowser, Person, Room, root, sleep } = await import('../tests/e2e/rig.mjs');

const words = process.argv.slice(2);
const option = (name, otherwise) => (words.includes(`--${name}`) ? Number(words[words.indexOf(`--${name}`) + 1]) : otherwise);
const options = { tasks: option('tasks', 1_000_000), repeat: option('repeat', 500), runs: option('runs', 5) };
const named = words.filter((word, n) => !word.startsWith('--') && !words[n - 1]?.startsWith('--'));
const kPassword = 'correct horse battery staple';
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const round = (n) => Math.round(n * 10) / 10;

function report(figure, values) {
  const commit = execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const load = Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
  console.log(JSON.stringify({ figure, ...values, commit, cores: cpus().length, load }));
}

/** A project whose tasks an expert works on, and the expert's browser. */
async function stage(room, browser, template, tasks, settings = {}) {
  const faults = [];
  const owner = await Person.open(browser, room, 'owner', faults);
  await owner.join(room.run('link', room.dir, '--email', `owner${Math.random()}@example.org`, '--public-url', room.base), 'Olga Owner', kPassword);
  const project = (await owner.api('POST', '/projects', { title: 'Bench', template, settings })).id;
  const lines = tasks.map((data, n) => JSON.stringify({ key: `k${n}`, data })).join('\n');
  await owner.api('POST', `/projects/${project}/tasks`, Buffer.from(`${lines}\n`), { 'Content-Type': 'application/x-ndjson' });
  await owner.api('PATCH', `/projects/${project}`, { state: 'open' });
  const { link } = await owner.api('POST', '/members', { role: 'expert', name: 'Ada Expert', email: `ada${Math.random()}@example.org`, projects: [project] });
  const expert = await Person.open(browser, room, 'expert', faults);
  await expert.join(link, 'Ada Expert', kPassword);
  return { owner, expert, project, faults };
}

/** About 100 KB: prose, code, formulas and a table, as real tasks have them. */
function longText(bytes) {
  const piece = '## A section\n\nThe **quick** brown fox jumps over the lazy dog, [again](https://example.org/x) and again.\n\n' +
    '```python\ndef area(r):\n    return 3.14159 * r ** 2\n```\n\nSince $a^2 + b^2 = c^2$, it follows.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n';
  return piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
}
const pair = (bytes, n = 0) => ({ prompt: `Which is better? (${n})`, responses: [{ text: longText(bytes / 2) }, { text: longText(bytes / 2).replaceAll('fox', 'cat') }] });

/** Event Timing: from the key to the paint after it, in steps of 8 ms, as the browser itself measures it. */
async function watchKeys(page) {
  await page.evaluate(() => {
    window.painted = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown' || entry.name === 'input') window.painted.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false });
  });
}
const paintsOf = async (page, pressed) => {
  await sleep(500);
  const slow = await page.evaluate(() => window.painted.splice(0));
  // What is not listed painted within the threshold of 16 ms.
  return [...slow, ...new Array(Math.max(0, pressed - slow.length)).fill(16)];
};
async function throttled(page, rate) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  return session;
}

const figures = {
  async opening({ room, browser }) {
    const { expert, project } = await stage(room, browser, 'preference', [pair(100_000)]);
    const shown = [];
    const { page } = expert;
    const desk = ['work', project, 'work'].join('/');
    for (let n = 0; n < options.runs; n++) {
      await page.goto('about:blank');
      const began = Date.now();
      await page.goto(`${room.base}/#/${desk}`, { waitUntil: 'commit' });
      await page.waitForSelector('.actions');
      // Interactive: a key is taken and its answer is on the page.
      await page.keyboard.press('1');
      await page.waitForSelector('.answering [aria-pressed=true], .answering [aria-checked=true]');
      shown.push(Date.now() - began);
      await page.keyboard.press('2');
    }
    report('opening', { task_bytes: 100_000, ms: shown, median_ms: median(shown), what: 'from the address to the first answered key, page and task loaded anew' });
  },

  async keypress({ room, browser }) {
    const { expert, project } = await stage(room, browser, 'preference', [pair(100_000)]);
    const { page } = expert;
    await expert.at(`work/${project}/work`, '.actions');
    await sleep(1500);
    await watchKeys(page);
    const session = await throttled(page, 4);
    const keys = ['1', '2', '3', '1', '2'];
    for (const key of [...keys, ...keys, ...keys, ...keys]) {
      await page.keyboard.press(key);
      await sleep(300);
    }
    const paints = await paintsOf(page, 20);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    report('keypress', { cpu: '4x slower', median_ms: median(paints), p95_ms: quantile(paints, 0.95), most_ms: Math.max(...paints), pressed: 20 });
  },

  async typing({ room, browser }) {
    const { expert, project } = await stage(room, browser, 'demonstration', [{ prompt: longText(20_000) }]);
    const { page } = expert;
    await expert.at(`work/${project}/work`, '.actions');
    const field = page.locator('.answering textarea').first();
    await field.fill('word '.repeat(10_000));
    await field.focus();
    await page.keyboard.press('End');
    await sleep(2000);
    for (const rate of [1, 4]) {
      const session = await throttled(page, rate);
      await watchKeys(page);
      for (let n = 0; n < 60; n++) await page.keyboard.type('abc '[n % 4], { delay: 60 });
      const paints = await paintsOf(page, 60);
      await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      report('typing', { text_bytes: 50_000, cpu: `${rate}x slower`, median_ms: median(paints), p95_ms: quantile(paints, 0.95), most_ms: Math.max(...paints) });
    }
  },

  async between({ room, browser }) {
    const tasks = Array.from({ length: 40 }, (_, n) => pair(8_000, n));
    const { expert, project } = await stage(room, browser, 'preference', tasks);
    const { page } = expert;
    await expert.at(`work/${project}/work`, '.actions');
    const waits = [];
    for (let n = 0; n < 30; n++) {
      await answer(page);
      await sleep(400);
      // From the key to the frame that shows the next task.
      const wait = page.evaluate(() => new Promise((done) => {
        const shown = () => performance.getEntriesByName('task-shown').length;
        const listen = (event) => {
          if (event.key !== 'Enter') return;
          window.removeEventListener('keydown', listen, { capture: true });
          const [began, old] = [performance.now(), shown()];
          const look = () => requestAnimationFrame(() => (shown() > old ? done(performance.now() - began) : look()));
          look();
        };
        window.addEventListener('keydown', listen, { capture: true });
      }));
      await page.keyboard.press('Control+Enter');
      waits.push(await wait);
    }
    report('between', { median_ms: round(median(waits)), p95_ms: round(quantile(waits, 0.95)), most_ms: round(Math.max(...waits)), tasks: waits.length });
  },

  async memory({ room, browser }) {
    const tasks = Array.from({ length: options.repeat + 10 }, (_, n) => pair(4_000, n));
    const { expert, project } = await stage(room, browser, 'preference', tasks, { undo_s: 0 });
    const { page } = expert;
    await expert.at(`work/${project}/work`, '.actions');
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const measure = async () => {
      for (let n = 0; n < 3; n++) await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      const of = (name) => metrics.find((m) => m.name === name).value;
      return { heap_mb: round(of('JSHeapUsedSize') / 1e6), nodes: of('Nodes'), listeners: of('JSEventListeners') };
    };
    const marks = {};
    for (let n = 1; n <= options.repeat; n++) {
      await answer(page);
      const shown = await shownTasks(page);
      await page.keyboard.press('Control+Enter');
      await (await page.waitForFunction((old) => performance.getEntriesByName('task-shown').length > old, shown)).dispose();
      if (n === 50 || n === options.repeat) marks[n] = await measure();
    }
    // The control: a page that keeps something of each task grows, and this must be seen.
    await page.evaluate(() => { window.kept = Array.from({ length: 500 }, () => new Array(2000).fill(0).map(Math.random)); });
    const grown = await measure();
    report('memory', { after: marks, grows_by_mb: round(marks[options.repeat].heap_mb - marks[50].heap_mb), control_mb: round(grown.heap_mb - marks[options.repeat].heap_mb) });
  },

  async lists({ browser }) {
    const folder = mkdtempSync(join(process.env.GUILDHALL_BENCH_DIR ?? tmpdir(), 'guildhall-web-bench-'));
    const room = new Room();
    try {
      rmSync(room.dir, { recursive: true, force: true });
      execFileSync(join(process.env.GUILDHALL_BIN, 'bench-seed'), [room.dir, '--people', join(folder, 'people'), '--tasks', String(options.tasks)], { stdio: 'ignore' });
      const project = readFileSync(join(folder, 'people'), 'utf8').split('\n')[0].split(' ')[0];
      await room.start();
      const owner = await Person.open(browser, room, 'owner', []);
      await owner.join(room.run('link', room.dir, '--email', 'owner@example.org', '--public-url', room.base), 'Olga Owner', kPassword);
      const { page } = owner;
      const times = {};
      for (const query of ['', '?order=newest', '?state=done', '?order=priority', '?state=open&order=priority']) {
        const shown = [];
        for (let n = 0; n < options.runs; n++) {
          await owner.at(`projects/${project}/settings`, 'h1');
          await sleep(300);
          shown.push(await page.evaluate((target) => new Promise((done) => {
            performance.clearMarks();
            const began = performance.now();
            location.hash = target;
            const look = () => {
              const [mark] = performance.getEntriesByName('list-shown');
              if (mark) done(mark.startTime - began);
              else setTimeout(look, 5);
            };
            look();
          }), `#/projects/${project}/tasks${query}`));
        }
        times[query || 'oldest first'] = round(median(shown));
      }
      report('lists', { tasks: options.tasks, median_ms: times });
    } finally {
      await room.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const shownTasks = (page) => page.evaluate(() => performance.getEntriesByName('task-shown').length);

/** The first response, clearly. By script alone: what a locator finds, the browser driver holds on to, and that would be measured. */
async function answer(page) {
  await page.keyboard.press('1');
  const clearly = (want) => {
    const button = [...document.querySelectorAll('.answering button')].find((one) => one.textContent.includes('Clearly'));
    return button && (want === 'key' ? button.querySelector('kbd')?.textContent.trim() : [button.ariaPressed, button.ariaChecked].includes('true'));
  };
  const key = await (await page.waitForFunction(clearly, 'key')).jsonValue();
  await page.keyboard.press(key.toLowerCase());
  await (await page.waitForFunction(clearly, 'on')).dispose();
}

const browser = await openBrowser();
let room = null;
try {
  for (const [name, measure] of Object.entries(figures)) {
    if (named.length > 0 && !named.includes(name)) continue;
    if (name !== 'lists' && !room) room = await new Room().start();
    await measure({ room, browser });
  }
} finally {
  await browser.close();
  if (room) await room.stop();
}
