// One whole task of every built-in template, and of a form of one's own with every kind of question, answered and sent by
// keyboard alone; then what the server holds is compared with what was pressed. Marks are also drawn with mouse and finger.
import { arenaHard, mercorAce, picture, recording, tauBench } from './inputs.mjs';
import { layers } from './layers.mjs';
import { until } from './rig.mjs';

/** A project of this form with one task, and the expert in front of it. */
export class Bench {
  constructor(manager, expert, member, cases) {
    Object.assign(this, { manager, expert, member, cases, page: expert.page });
  }

  async make(title, template, data) {
    const { id } = await this.manager.api('POST', '/projects', { title, template, settings: { overlap: 1, review_percent: 0, undo_s: 0 } });
    this.project = id;
    await this.manager.api('POST', `/projects/${id}/members`, { member: this.member });
    const task = typeof data === 'function' ? await data(id) : data;
    const done = await this.manager.api('POST', `/projects/${id}/tasks?on_error=refuse`, Buffer.from(`${JSON.stringify({ key: 'k', data: task })}\n`), { 'Content-Type': 'application/x-ndjson' });
    if (JSON.parse(typeof done === 'string' ? done : JSON.stringify(done)).imported !== 1) throw new Error(`${title}: ${JSON.stringify(done)}`);
    await this.manager.api('PATCH', `/projects/${id}`, { state: 'open' });
    await this.expert.at(`work/${id}/work`, '.actions');
    const { items } = await this.expert.api('GET', `/assignments?mine&project=${id}`);
    this.assignment = await this.expert.api('GET', `/assignments/${items[0].id}`);
    await this.page.mouse.move(0, 0);
    return this.assignment.task.data;
  }

  async upload(project, name, type, bytes) {
    const file = await this.manager.api('POST', `/projects/${project}/files`, bytes, { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` });
    return (typeof file === 'string' ? JSON.parse(file) : file).id;
  }

  /** The key that is printed on a button of a question. */
  async keyOf(question, label) {
    const button = this.page.locator(`#q-${question} button`).filter({ has: this.page.locator('kbd') }).filter({ hasText: label }).first();
    // The form comes with a chunk of its own, and texts are read without waiting.
    await button.waitFor({ timeout: 10_000 }).catch(() => undefined);
    const caps = await button.locator('kbd').allInnerTexts();
    if (caps.length === 0) throw new Error(`no key is printed on “${label}” of ${question}`);
    return caps;
  }

  /** Presses what is printed there. */
  async press(question, label, times = 1) {
    const caps = await this.keyOf(question, label);
    for (let n = 0; n < times; n++) for (const cap of caps) await this.page.keyboard.press(cap);
  }

  async keys(...names) {
    for (const name of names) await this.page.keyboard.press(name);
  }

  async type(text) {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Escape');
  }

  focused() {
    return this.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName);
  }

  /** Sends, and gives what the server then holds. */
  async submit() {
    await this.page.keyboard.press('Control+Enter');
    const found = await until('the submission', async () => {
      const { items } = await this.manager.api('GET', `/projects/${this.project}/submissions`);
      if (items.length > 0) return items[0];
      const missing = await this.page.locator('.question.missing .mend').allInnerTexts();
      if (missing.length > 0) throw new Error(`not sent: ${missing.join(' / ')}`);
      return null;
    });
    const { answers } = await this.manager.api('GET', `/submissions/${found.id}`);
    return answers;
  }
}

async function preference(bench) {
  const { page, cases } = bench;
  await bench.make('Arena', 'preference', arenaHard(3));
  const first = String.fromCharCode(97 + bench.assignment.presentation.order[0]);
  await bench.press('choice', 'Response 1 is better');
  await bench.press('choice', 'Slightly');
  const open = () => page.locator('#q-justification textarea').count();
  cases.same(await open(), 0, 'a slight preference asks for no reason');
  await bench.press('choice', 'Far');
  await page.waitForSelector('#q-justification textarea');
  cases.same(await bench.focused(), 'BODY', 'a strong one opens it, and takes nobody’s focus');
  await bench.press('choice', 'Slightly');
  await page.waitForSelector('#q-justification textarea', { state: 'detached' });
  await bench.keys('j');
  await page.keyboard.type('as said'); // without a pause
  cases.same(await page.locator('#q-justification textarea').inputValue(), 'as said', 'j opens the folded reason before the next key');
  await bench.keys('Control+a', 'Backspace', 'Escape');
  await bench.press('choice', 'Far');
  await bench.keys('j');
  await bench.type('The first is $O(n)$.');
  cases.same(await bench.submit(), { choice: first, strength: 3, justification: 'The first is $O(n)$.' }, 'preference by keyboard: what was pressed is what is kept');
}

async function rubric(bench) {
  const { page, cases } = bench;
  const task = await bench.make('ACE', 'rubric', mercorAce());
  const kinds = [['Met', true], ['Not met', false], ['Cannot assess', null]];
  const keys = [];
  for (const [label] of kinds) keys.push((await bench.keyOf('criteria', new RegExp(`^${label}`)))[0]);
  const wanted = {};
  const given = task.rubric.map((row, i) => (i === 0 ? 0 : i % 3));
  await page.evaluate(() => {
    window.mutations = 0;
    new MutationObserver((all) => { window.mutations += all.length; }).observe(document.querySelector('.reading'), { subtree: true, childList: true, attributes: true, characterData: true });
  });
  for (const [i, row] of task.rubric.entries()) {
    await page.keyboard.press(keys[given[i]]);
    wanted[row.id] = kinds[given[i]][1];
  }
  // Back to the second row, another verdict there, and forward again.
  if (task.rubric.length > 1) {
    await bench.keys(...Array.from({ length: task.rubric.length }, () => 'ArrowUp'), 'ArrowDown', keys[0]);
    wanted[task.rubric[1].id] = true;
  }
  cases.same(await page.evaluate(() => window.mutations), 0, `${task.rubric.length} verdicts draw nothing of the task anew`);
  const rows = task.rubric.filter((row) => wanted[row.id] !== null);
  const gate = rows.some((row) => row.gate && wanted[row.id] === (row.points < 0));
  const sum = (some) => some.reduce((all, row) => all + row.points, 0);
  const score = gate ? 0 : Math.min(1, Math.max(0, sum(rows.filter((r) => wanted[r.id])) / sum(rows.filter((r) => r.points > 0))));
  cases.check((await page.locator('.score').innerText()).includes(score.toFixed(2)), `the live score is ${score.toFixed(2)}`, await page.locator('.score').innerText());
  cases.same(await bench.submit(), { criteria: wanted }, 'rubric by keyboard');
}

async function demonstration(bench) {
  const { page, cases } = bench;
  await bench.make('Write', 'demonstration', { prompt: arenaHard(5).prompt });
  await bench.keys('Control+Enter');
  await page.waitForSelector('.question.missing .mend');
  cases.same(await page.locator('.mend').allInnerTexts(), ['“Your response”: write an answer.'], 'an error names its question and how to mend it');
  await bench.keys('n');
  const long = 'A line of an answer with $x^2$ in it.\n'.repeat(1400);
  await page.evaluate((text) => {
    const area = document.activeElement;
    area.setRangeText(text);
    area.dispatchEvent(new Event('input', { bubbles: true }));
    window.drawn = 0;
    const count = (all) => { window.drawn += all.length; };
    new MutationObserver(count).observe(document.querySelector('.reading'), { subtree: true, childList: true, attributes: true, characterData: true });
  }, long);
  await bench.keys('Control+End');
  await bench.type('The end.');
  cases.same(await page.evaluate(() => window.drawn), 0, 'typing in a text of 50 KB draws nothing of the task anew');
  cases.same(await bench.submit(), { response: `${long}The end.` }, 'demonstration by keyboard');
}

async function authoring(bench) {
  const { cases } = bench;
  await bench.make('Author', 'authoring', { brief: 'A hard question on tenancy.' });
  await bench.keys('n');
  await bench.type('May the landlord enter?');
  await bench.keys('n');
  await bench.type('Only with notice.');
  await bench.press('rubric', 'Add one');
  await bench.page.keyboard.type('Names the notice period');
  await bench.keys('Tab');
  await until('the field of the points', async () => (await bench.focused()) === 'Points' || (await bench.keys('Tab')));
  await bench.type('4');
  await bench.press('rubric', 'Add one');
  await bench.page.keyboard.type('Invents a law');
  await bench.keys('Tab');
  await bench.keys('Control+Enter');
  await bench.page.waitForSelector('.mend');
  cases.check((await bench.page.locator('.mend').innerText()).includes('no. 2'), 'the row that is not complete is named', await bench.page.locator('.mend').innerText());
  await until('the field of the points', async () => (await bench.focused()) === 'Points' || (await bench.keys('Tab')));
  await bench.type('-3');
  const rubric = [{ criterion: 'Names the notice period', points: 4 }, { criterion: 'Invents a law', points: -3 }];
  cases.same(await bench.submit(), { prompt: 'May the landlord enter?', ideal: 'Only with notice.', rubric }, 'authoring by keyboard');
}

async function steps(bench) {
  const { page, cases } = bench;
  const data = { prompt: 'What is $3 \\cdot 4 + 2$, halved?', steps: ['$3 \\cdot 4 = 12$', '$12 + 2 = 15$', '$15 / 2 = 7.5$'] };
  await bench.make('Steps', { base: 'steps', stop_at_first_error: true }, data);
  const beyond = () => page.locator('#q-ratings .criterion.beyond').count();
  await bench.press('ratings', 'Wrong');
  cases.same(await beyond(), 2, 'behind the first wrong step none is asked');
  await bench.keys('ArrowUp');
  await bench.press('ratings', 'Right');
  cases.same(await beyond(), 0, 'and it can be undone');
  await bench.press('ratings', 'Wrong');
  await bench.keys('j');
  await bench.type('$12 + 2 = 14$');
  cases.same(await bench.submit(), { ratings: [1, -1], correction: '$12 + 2 = 14$' }, 'steps by keyboard');
}

async function trajectory(bench) {
  const { cases } = bench;
  const task = await bench.make('Run', 'trajectory', tauBench());
  const count = task.messages.filter((m) => m.role === 'assistant').length;
  const labels = ['Right', 'Neutral', 'Wrong'];
  const keys = [];
  for (const label of labels) keys.push((await bench.keyOf('steps', label))[0]);
  const wanted = [];
  for (let n = 0; n < count; n++) {
    await bench.keys(keys[n % 3]);
    wanted.push(1 - (n % 3));
  }
  await bench.press('overall', 'In part');
  await bench.press('failures', 'Used the wrong tool');
  await bench.press('failures', 'Broke a rule');
  await bench.press('failures', 'Used the wrong tool');
  await bench.press('failures', 'Misread');
  await bench.keys('j');
  await bench.type('It refunded against the policy.');
  const answers = { steps: wanted, overall: 'partial', failures: ['broke_policy', 'misread_result'], justification: 'It refunded against the policy.' };
  cases.same(await bench.submit(), answers, `trajectory of ${task.messages.length} messages and ${count} steps by keyboard`);
}

async function choice(bench) {
  await bench.make('Choose', 'choice', { prompt: 'Is the sky blue?' });
  await layers(bench);
  await bench.press('choice', 'Cannot tell');
  await bench.press('choice', 'Yes');
  bench.cases.same(await bench.submit(), { choice: 'yes' }, 'choice by keyboard');
}

async function spans(bench) {
  const { page, cases } = bench;
  const { text } = arenaHard(7).responses[0];
  const task = await bench.make('Passages', 'spans', { text: `😀 ${text} So it goes on, word after word, to its end.` });
  const points = [...task.text];
  await bench.keys('n');
  await bench.keys('ArrowRight', 'ArrowRight', ...Array.from({ length: 5 }, () => 'Shift+ArrowRight'));
  await bench.press('spans', 'Unclear');
  await bench.keys('Enter');
  await bench.type('which one?');
  await bench.keys('n'); // nothing is open any more; the text is reached by its own key
  await bench.page.evaluate(() => document.activeElement?.blur());
  const go = await page.locator('#q-spans > legend kbd').allInnerTexts();
  await bench.keys(...go, 'Control+Home', ...Array.from({ length: 4 }, () => 'ArrowRight'), ...Array.from({ length: 9 }, () => 'Shift+ArrowRight'));
  await bench.press('spans', 'Harmful');
  await bench.keys(...Array.from({ length: 6 }, () => 'ArrowRight'), 'Shift+Control+ArrowRight');
  await bench.press('spans', 'Wrong');
  await page.waitForSelector('#q-spans mark[data-ends="Wrong"]');
  cases.check((await page.locator('#q-spans mark.overlapped').count()) > 0, 'overlapping passages show as such');
  const rows = (n) => page.waitForFunction((count) => document.querySelectorAll('#q-spans .marked-row').length === count, n);
  await rows(3);
  await bench.keys('Delete');
  await rows(2);
  const answers = await bench.submit();
  cases.same(answers, { spans: [{ start: 2, end: 7, label: 'unclear', note: 'which one?' }, { start: 4, end: 13, label: 'harmful' }] }, `passages by keyboard, in code points: “${points.slice(2, 7).join('')}”`);
}

const kLabels = [{ value: 'cat', label: 'Cat' }, { value: 'dog', label: 'Dog' }];
const near = (a, b, by) => Math.abs(a - b) <= by;

export async function boxes(bench) {
  const { page, cases } = bench;
  const own = { views: [{ id: 'image', kind: 'image', from: '/image' }], questions: [{ id: 'boxes', kind: 'boxes', from: '/image', required: true, labels: kLabels }] };
  const data = async (project) => ({ image: await bench.upload(project, 'fields.png', 'image/png', picture()) });
  await bench.make('Boxes by key', 'boxes', async (project) => ({ ...(await data(project)), prompt: 'Every animal.', labels: kLabels }));
  await page.waitForSelector('.stage img');
  await bench.press('boxes', 'New box');
  await page.waitForFunction(() => document.activeElement?.dataset.box === '0');
  await bench.keys('ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Control+ArrowLeft');
  await bench.press('boxes', 'Dog');
  await bench.keys('Enter');
  await bench.type('its tail');
  await bench.press('boxes', 'New box');
  await page.waitForFunction(() => document.activeElement?.dataset.box === '1');
  await bench.press('boxes', 'New box');
  await page.waitForFunction(() => document.activeElement?.dataset.box === '2');
  await bench.press('boxes', 'Cat');
  await bench.keys('Shift+Tab');
  cases.check((await bench.focused()).startsWith('Box 2'), 'Tab goes through the boxes, and each says what and where it is', await bench.focused());
  await bench.keys('Delete');
  await page.waitForFunction(() => document.querySelectorAll('.box').length === 2);
  const answers = await bench.submit();
  const wanted = [{ x: 0.369, y: 0.36, w: 0.29, h: 0.28, label: 'dog', note: 'its tail' }, { x: 0.43, y: 0.43, w: 0.3, h: 0.3, label: 'cat' }];
  cases.same(answers, { boxes: wanted }, 'boxes by keyboard');
  await bench.make('Boxes by hand', own, data);
  await drawnBoxes(bench);
}

/** Mouse and finger: what is kept is what was drawn. */
async function drawnBoxes(bench) {
  const { page, cases } = bench;
  await page.waitForSelector('.stage img');
  await page.waitForFunction(() => document.querySelector('.stage img')?.naturalWidth > 0);
  await page.locator('.stage').scrollIntoViewIfNeeded();
  const area = await page.locator('.stage').boundingBox();
  const at = (x, y) => [area.x + x * area.width, area.y + y * area.height];
  const drag = async (from, to) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
    await page.mouse.move(...to);
    await page.mouse.up();
  };
  await drag(at(0.1, 0.1), at(0.3, 0.4));
  await page.waitForSelector('[data-box="0"]');
  await drag(at(0.2, 0.2), at(0.3, 0.25)); // moves it by 0.1, 0.05
  await until('the box is moved', async () => (await page.locator('[data-box="0"]').getAttribute('aria-label')).includes('20 % from the left'));
  await drag(at(0.4, 0.45), at(0.5, 0.5)); // its lower right corner
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  await touch('touchStart', [at(0.6, 0.6)]);
  for (const n of [0.65, 0.7, 0.8]) await touch('touchMove', [at(n, n)]);
  await touch('touchEnd', []);
  await page.waitForSelector('[data-box="1"]');
  const size = await page.evaluate(() => {
    const handle = document.querySelector('.handle')?.getBoundingClientRect();
    return Math.min(handle?.width ?? 0, handle?.height ?? 0);
  });
  cases.check(size >= 24, `handles are ${size} px wide`);
  const { boxes: kept } = await bench.submit();
  const wanted = [[0.2, 0.15, 0.3, 0.35], [0.6, 0.6, 0.2, 0.2]];
  const good = kept.length === 2 && kept.every((box, i) => [box.x, box.y, box.w, box.h].every((n, k) => near(n, wanted[i][k], 0.006)));
  cases.check(good, 'boxes drawn, moved and resized by mouse, and drawn by finger, are kept as drawn', JSON.stringify(kept));
}

export async function segments(bench) {
  const { page, cases } = bench;
  const own = { views: [{ id: 'media', kind: 'audio', from: '/media' }], questions: [{ id: 'segments', kind: 'segments', from: '/media', required: true, labels: kLabels }] };
  const data = async (project) => ({ media: await bench.upload(project, 'speech.wav', 'audio/wav', recording()) });
  const now = () => page.evaluate(() => Math.round(document.querySelector('video.player').currentTime * 1000));
  await bench.make('Segments by key', 'segments', async (project) => ({ ...(await data(project)), labels: kLabels }));
  await page.waitForFunction(() => Number(document.querySelector('.timeline')?.dataset.length) > 0);
  await page.waitForSelector('.wave path');
  await bench.press('segments', 'Segment starts');
  await bench.press('segments', 'Play or pause');
  await until('some sound', async () => (await now()) > 300);
  await bench.press('segments', 'Play or pause');
  await page.waitForFunction(() => document.querySelector('video.player').paused);
  const end = await now();
  await bench.press('segments', 'Segment ends');
  await page.waitForSelector('[data-segment="0"]');
  await bench.press('segments', 'Dog');
  await until('the segment has the focus', async () => (await bench.focused())?.startsWith('Segment 1') || (await bench.keys('Tab')));
  await bench.keys('Shift+ArrowLeft', 'ArrowRight', 'Control+ArrowRight');
  await bench.keys('Enter'); // plays it
  await page.waitForFunction(() => !document.querySelector('video.player').paused);
  await page.waitForFunction(() => document.querySelector('video.player').paused);
  cases.check((await now()) >= end - 100 && (await now()) < end + 1500, 'just the segment is played', `${await now()} of ${end}`);
  cases.same(await bench.submit(), { segments: [{ start_ms: 200, end_ms: end, label: 'dog' }] }, 'segments by keyboard, marked while it plays');
  await bench.make('Segments by hand', own, data);
  await drawnSegments(bench);
}

async function drawnSegments(bench) {
  const { page, cases } = bench;
  await page.waitForFunction(() => Number(document.querySelector('.timeline')?.dataset.length) > 0);
  await page.locator('.timeline').scrollIntoViewIfNeeded();
  const area = await page.locator('.timeline').boundingBox();
  const length = Number(await page.locator('.timeline').getAttribute('data-length'));
  const at = (x) => [area.x + x * area.width, area.y + area.height / 2];
  const drag = async (from, to) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 4 });
    await page.mouse.up();
  };
  await drag(at(0.2), at(0.4));
  await page.waitForSelector('[data-segment="0"]');
  await drag(at(0.3), at(0.5)); // moves it
  await page.waitForFunction(() => parseFloat(document.querySelector('[data-segment="0"]').style.left) > 35);
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  await touch('touchStart', [at(0.7)]);
  for (const n of [0.75, 0.8, 0.9]) await touch('touchMove', [at(n)]);
  await touch('touchEnd', []);
  await page.waitForSelector('[data-segment="1"]');
  const { segments: kept } = await bench.submit();
  const wanted = [[0.4, 0.6], [0.7, 0.9]];
  const good = kept.length === 2 && kept.every((s, i) => near(s.start_ms, wanted[i][0] * length, 0.01 * length) && near(s.end_ms, wanted[i][1] * length, 0.01 * length));
  cases.check(good, 'segments drawn and moved by mouse, and drawn by finger, are kept as drawn', `${JSON.stringify(kept)} of ${length}`);
}

/** A form of one's own, with every kind of question. */
const every = {
  title: 'Every kind', help: 'A form of **one’s own**.',
  views: [{ id: 'text', kind: 'markdown', from: '/text' }, { id: 'versions', kind: 'chat', from: '/versions', each: true }],
  questions: [
    { id: 'one', kind: 'one', label: 'One', required: true, options: ['red', { value: 'blue', label: 'Blue', key: 's' }] },
    { id: 'many', kind: 'many', label: 'Many', min_items: 2, max_items: 2, options: Array.from({ length: 22 }, (_, i) => `m${i + 1}`) },
    { id: 'rating', kind: 'rating', label: 'Rating', min: 0, max: 5, na: true, min_label: 'bad', max_label: 'good' },
    { id: 'better', kind: 'compare', label: 'Better', from: '/versions', tie: false, strength: 2 },
    { id: 'order', kind: 'rank', label: 'Order', required: true, options: ['first', 'second', 'third'], ties: true },
    { id: 'words', kind: 'text', label: 'Words', required: true, min_length: 5, preview: true },
    { id: 'lines', kind: 'text', label: 'Lines', list: true },
    { id: 'amount', kind: 'number', label: 'Amount', min: 0, max: 10, unit: 'kg' },
    { id: 'grades', kind: 'rubric', label: 'Grades', from: '/rubric', cannot_assess: false },
    { id: 'moves', kind: 'steps', label: 'Moves', from: '/moves' },
    { id: 'marks', kind: 'spans', label: 'Marks', from: '/text', labels: ['good', 'bad'], overlap: false },
    { id: 'proof', kind: 'file', label: 'Proof', accept: ['text/plain'] },
    { id: 'rows', kind: 'group', label: 'Rows', questions: [{ id: 'kind', kind: 'one', label: 'Kind', required: true, options: ['a', 'b'] }, { id: 'note', kind: 'text', label: 'Note' }] },
  ],
};

async function everyKind(bench) {
  const { page, cases } = bench;
  await bench.make('Every kind', every, {
    text: 'Some words to mark.', versions: [{ text: 'Left' }, { text: 'Right' }], rubric: [{ id: 'r1', criterion: 'Clear', points: 2 }], moves: ['up', 'down'],
  });
  const place = String.fromCharCode(97 + (bench.assignment.presentation?.order?.[1] ?? 1));
  await bench.press('one', 'Blue');
  const two = await bench.keyOf('many', /^m22/);
  cases.same(two.length, 2, `where the keyboard runs out a key has two presses: ${two.join(' ')}`);
  await bench.press('many', /^m22/);
  await bench.press('many', /^m3/);
  await bench.press('rating', 'Does not apply');
  cases.same(await page.locator('#q-rating [aria-pressed=true]').count(), 1, '“does not apply” has a key of its own');
  await bench.press('rating', 'Does not apply');
  await bench.press('rating', /^4/);
  await bench.press('better', 'Response 2 is better');
  await bench.press('better', /^2/);
  for (const item of ['third', 'first', 'second']) await bench.press('order', item);
  await bench.keys('n');
  cases.same(await bench.focused(), 'Words', 'n goes to the next open question');
  await bench.type('Some $x$ words');
  await until('the lines', async () => (await bench.focused()) === 'Lines, line 1' || (await lineField(bench)));
  await page.keyboard.type('one line');
  await bench.keys('Enter');
  await bench.type('another');
  await until('the amount', async () => (await bench.focused()) === 'Amount' || (await bench.keys('Tab')));
  await page.keyboard.type('11');
  await page.waitForSelector('#q-amount [role=alert]');
  cases.same(await page.locator('#q-amount [role=alert]').innerText(), 'Please give a number from 0 to 10.', 'a number out of bounds says so at once');
  await bench.keys('Backspace', 'Backspace');
  await bench.type('1.5');
  await bench.press('grades', /^Met/);
  await bench.press('moves', 'Right');
  await bench.press('moves', 'Wrong');
  await markBad(bench);
  await until('the file', async () => (await bench.focused()) === 'Proof' || (await bench.keys('Tab')));
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), bench.keys(' ')]);
  await chooser.setFiles({ name: 'prüfung 😀.txt', mimeType: 'text/plain', buffer: Buffer.from('seen') });
  await page.waitForSelector('#q-proof a[download]');
  await bench.press('rows', 'Add one');
  await until('option b of the row', async () => (await page.evaluate(() => document.activeElement?.textContent)) === 'b' || (await bench.keys('ArrowRight')));
  await bench.keys(' ');
  await until('the note of the row', async () => (await bench.focused()) === 'Note' || (await bench.keys('Tab')));
  await bench.type('fine');
  const answers = await bench.submit();
  const [file] = answers.proof;
  cases.check(file.name === 'prüfung 😀.txt' && file.bytes === 4, 'the file is there', JSON.stringify(file));
  delete answers.proof;
  cases.same(answers, {
    one: 'blue', many: ['m22', 'm3'], rating: 4, better: place, better_strength: 2, order: [['third'], ['first'], ['second']], words: 'Some $x$ words',
    lines: ['one line', 'another'], amount: 1.5, grades: { r1: true }, moves: [1, -1], marks: [{ start: 5, end: 10, label: 'bad' }], rows: [{ kind: 'b', note: 'fine' }],
  }, 'a form of one’s own with every kind of question by keyboard');
}

async function lineField(bench) {
  await until('the button for a line', async () => (await bench.page.evaluate(() => document.activeElement?.textContent)) === 'Add a line' || (await bench.keys('Tab')));
  await bench.keys('Enter');
}

async function markBad(bench) {
  await bench.page.evaluate(() => document.activeElement?.blur());
  const go = await bench.page.locator('#q-marks > legend kbd').allInnerTexts();
  if (go.length > 0) await bench.keys(...go);
  else await until('the text', async () => (await bench.focused())?.startsWith('Marks') || (await bench.keys('Tab')));
  await bench.keys('Control+Home', ...Array.from({ length: 5 }, () => 'ArrowRight'), ...Array.from({ length: 5 }, () => 'Shift+ArrowRight'));
  await bench.press('marks', 'bad');
  await bench.keys(...Array.from({ length: 3 }, () => 'Shift+ArrowLeft'));
  await bench.press('marks', 'good');
  bench.cases.check((await bench.page.locator('#q-marks .said').innerText()).includes('may not overlap'), 'what may not overlap is not taken, and why is said');
  await bench.keys('Escape');
}

/** Whether the server knows a kind of question; said aloud where it does not. */
async function knows(bench, kind) {
  const form = { views: [{ id: 'file', kind: 'image', from: '/file' }], questions: [{ id: 'q', kind, from: '/file', labels: ['a'] }] };
  try {
    await bench.manager.api('POST', '/projects', { title: `Is ${kind} known?`, template: form });
    return true;
  } catch (error) {
    console.log(`note  the server does not know questions of kind ${kind} yet: ${String(error).slice(0, 160)}`);
    return false;
  }
}

export async function keyboardOnly(people, cases, only = '') {
  const { manager, ada } = people;
  const bench = new Bench(manager, ada, (await ada.api('GET', '/me')).member.id, cases);
  const whole = { preference, rubric, demonstration, authoring, steps, trajectory, choice, spans, everyKind };
  if (await knows(bench, 'boxes')) whole.boxes = boxes;
  if (await knows(bench, 'segments')) whole.segments = segments;
  for (const [name, run] of Object.entries(whole)) {
    if (only && only !== name) continue;
    try {
      await run(bench);
    } catch (error) {
      cases.check(false, `${name} by keyboard`, error.stack);
    }
  }
}
