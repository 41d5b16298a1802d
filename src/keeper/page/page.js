// The keeper's page: asks for the state once a second, draws what changed, and sends what is pressed. Text only ever
// becomes text.
'use strict';

const kEveryMs = 1000;
const kWord = 'guildhall-keeper-word';
const at = (id) => document.getElementById(id);
let word = sessionStorage.getItem(kWord) ?? '';
let state = null;
let offsetMs = 0;

/** An element with properties (`class`, `data`) and children; what is null is left out. */
function make(name, properties, ...children) {
  const { data, class: classes, ...rest } = properties ?? {};
  const made = Object.assign(document.createElement(name), rest);
  if (classes) made.className = classes;
  Object.assign(made.dataset, data);
  made.append(...children.filter((child) => child !== null));
  return made;
}

async function call(path, body) {
  const reply = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', 'Guildhall-Page': word },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: 'same-origin', cache: 'no-store',
  });
  const data = await reply.json().catch(() => ({}));
  if (!reply.ok) throw Object.assign(new Error(data.detail ?? `Status ${reply.status}`), { status: reply.status });
  return data;
}

function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = text === '';
}

// ---- words

const time = (ms) => new Date(ms).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
const scopeWords = (order) => (order.whole_room ? 'the whole room' : `project ${order.project}`);
const projectWords = (project) => (project === 0 ? 'The room’s own matters' : `Project ${project}`);
const orderOf = (room, project) => room.orders.find((one) => (project === null ? one.whole_room : !one.whole_room && one.project === project));
const kHolding = { passphrase: 'Keys under a passphrase', pin: 'Keys under a token' };
const kAsked = { passphrase: 'Passphrase of this keeper', pin: 'PIN of this keeper’s token (it counts wrong ones, and locks itself)' };
const kAlarms = {
  'room-asked-to-withdraw': 'the room’s owner asked that keys be withdrawn',
  'missing-key': 'the room asks for a key that this keeper does not have',
  'other-key': 'the room names another key for a project',
  'lease-forged': 'something else answers at the room’s address',
  'lease-other-room': 'another room answers there',
  'lease-replayed': 'the clock of this machine is behind',
  'unknown-node': 'a server of a room that is kept, which nobody said belongs to it',
  'http-connect': 'the room could not be reached',
};

// ---- what is drawn

function button(text, look, key, press) {
  const made = make('button', { type: 'button', class: look, textContent: text, data: { key } });
  made.addEventListener('click', press);
  return made;
}

function stateOf(room) {
  const whole = orderOf(room, null);
  if (whole?.withdrawn) return whole.confirmed ? ['bad', 'Withdrawn: the room is locked'] : ['warn', 'Withdrawn: the room has not confirmed yet'];
  if (whole) return ['warn', 'Restored: the room has not confirmed yet'];
  const { live } = room;
  if (!live || live.last_contact_ms === 0) return ['warn', 'No contact yet'];
  return live.leased.length > 0 && live.leased_until_ms > Date.now() + offsetMs ? ['good', 'Open'] : ['warn', 'No lease now'];
}

function facts(room) {
  const { live } = room;
  const alarms = Object.entries(live?.alarms ?? {});
  const rows = [
    ['Last contact', live?.last_contact_ms ? time(live.last_contact_ms) : 'none yet'],
    ['Leased until', live?.leased.length > 0 ? `${time(live.leased_until_ms)}, ${room.term_ms / 1000} s at a time` : 'nothing is leased'],
    ...(alarms.length > 0 ? [['Alarms', alarms.map(([type, count]) => `${kAlarms[type] ?? type} (${count}×)`).join('; ')]] : []),
  ];
  return make('dl', {}, ...rows.flatMap(([name, value]) => [make('dt', { textContent: name }), make('dd', { textContent: value })]));
}

function confirmed(room) {
  const found = room.live?.confirmed;
  if (!found) return null;
  const done = found.shredded ? 'destroyed' : found.withdrawn ? 'withdrawn' : 'restored';
  return make('details', { data: { key: `${room.url} word` } },
    make('summary', { textContent: `The room’s signed word: ${scopeWords(found)} ${done}, ${time(found.at_ms)}` }),
    make('p', { class: 'soft', textContent: 'What this keeper signed:' }), make('code', { textContent: found.statement }),
    make('p', { class: 'soft', textContent: 'What the room’s vault signed:' }), make('code', { textContent: found.verdict }));
}

function project(room, id) {
  const order = orderOf(room, id);
  const leased = room.live?.leased.includes(id);
  const [tone, text] = order?.shredded ? ['bad', order.confirmed ? 'Key destroyed' : 'Key destroyed, not confirmed yet']
    : order?.withdrawn ? ['bad', order.confirmed ? 'Withdrawn' : 'Withdrawn, not confirmed yet']
    : order ? ['warn', 'Restored, not confirmed yet'] : leased ? ['good', 'Leased'] : ['warn', 'Not leased'];
  const key = `${room.url} ${id}`;
  return make('li', { data: { project: id } },
    make('span', {}, `${projectWords(id)} `, make('span', { class: `state ${tone}`, textContent: text })),
    order?.shredded ? null : order?.withdrawn ? button('Restore', '', `${key} turn`, () => askRestore(room, id)) : button('Withdraw', 'bad', `${key} turn`, () => askWithdraw(room, id)));
}

function card(room) {
  const whole = orderOf(room, null)?.withdrawn === true;
  const [tone, text] = stateOf(room);
  const projects = [...new Set([...(room.live?.wanted ?? []), ...room.orders.filter((one) => !one.whole_room).map((one) => one.project)])].sort((a, b) => a - b);
  const pending = room.orders.some((order) => order.withdrawn && !order.confirmed);
  return make('section', { class: whole ? 'room withdrawn' : 'room', data: { room: room.url } },
    make('div', { class: 'top' },
      make('div', {}, make('h2', { textContent: room.url }), make('span', { class: `state ${tone}`, textContent: text })),
      whole ? button('Restore', 'primary', `${room.url} turn`, () => askRestore(room, null)) : button('Withdraw', 'bad', `${room.url} turn`, () => askWithdraw(room, null))),
    pending ? make('p', { class: 'notice', textContent: `Not confirmed: leases that are out end by themselves within ${room.term_ms / 1000} s. The keeper goes on telling the room.` }) : null,
    room.others.length > 0 ? make('p', { class: 'soft', textContent: `One room with ${room.others.join(', ')}: what you withdraw or restore at one is so at all.` }) : null,
    facts(room),
    projects.length > 0 ? make('details', { data: { key: `${room.url} projects` } },
      make('summary', { textContent: `Keys, ${projects.length}` }), make('ul', {}, ...projects.map((id) => project(room, id)))) : null,
    confirmed(room));
}

/** Draws anew; what was open stays open, and the focus where it was. */
function draw() {
  const focused = document.activeElement?.dataset?.key;
  const open = new Set([...document.querySelectorAll('details[open]')].map((one) => one.dataset.key));
  at('holding').textContent = kHolding[state.asks] ?? 'Keys without a passphrase: whoever reads the keeper’s folder has every key';
  at('rooms').replaceChildren(...(state.rooms.length > 0 ? state.rooms.map(card)
    : [make('p', { class: 'soft', textContent: 'This keeper keeps no room yet: guildhall keeper add-room.' })]));
  at('everything').hidden = state.rooms.length < 2;
  for (const one of document.querySelectorAll('details')) one.open = open.has(one.dataset.key);
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

let drawn = '';
function show(next) {
  const { now_ms, ...rest } = next;
  offsetMs = now_ms - Date.now();
  state = rest;
  // A lease that runs out changes what is shown, and no byte of the answer.
  const text = JSON.stringify(rest) + state.rooms.map((room) => stateOf(room)[1]).join();
  if (text === drawn) return;
  drawn = text;
  draw();
}

// ---- what is pressed

/** Opens the dialog; `asks` names the secret to type. `act` gets it, and may throw what stands there then. */
function ask({ title, text, yes, look, asks, act }) {
  const [dialog, problem, input] = [at('ask'), at('ask-problem'), at('ask-passphrase').querySelector('input')];
  // What it was opened from may be drawn anew meanwhile: the focus goes to what stands there then.
  const from = document.activeElement?.dataset?.key;
  dialog.onclose = () => {
    if (from) document.querySelector(`[data-key="${CSS.escape(from)}"]`)?.focus();
  };
  at('ask-title').textContent = title;
  at('ask-text').textContent = text;
  at('ask-yes').textContent = yes;
  at('ask-yes').className = look;
  at('ask-passphrase').hidden = !asks;
  at('ask-what').textContent = kAsked[asks] ?? '';
  input.value = '';
  problem.hidden = true;
  dialog.querySelector('form').onsubmit = (event) => {
    event.preventDefault();
    at('ask-yes').disabled = true;
    act(input.value).then((next) => {
      dialog.close();
      show(next);
      at('said').textContent = `${title} Done.`;
    }, (error) => {
      problem.textContent = error.message;
      problem.hidden = false;
      input.select();
    }).finally(() => {
      at('ask-yes').disabled = false;
    });
  };
  dialog.showModal();
}

const scope = (room, id) => ({ ...(room ? { room: room.url } : {}), ...(id === null ? {} : { project: id }) });
const named = (room, id) => (!room ? 'every room' : id === null ? room.url : `${projectWords(id)} of ${room.url}`);

function askWithdraw(room, id) {
  ask({
    title: `Withdraw ${named(room, id)}?`,
    text: 'Its keys are dropped at once: nobody can read it, and work in it stops. What people have written stays with them and is sent when you restore.',
    yes: 'Withdraw now', look: 'bad', asks: '',
    act: () => call('/withdraw', scope(room, id)),
  });
}

function askRestore(room, id) {
  ask({
    title: `Restore ${named(room, id)}?`,
    text: 'The room gets its keys again, and people go on where they were.',
    yes: 'Restore', look: 'primary', asks: state.asks,
    act: (secret) => call('/restore', { ...scope(room, id), ...(state.asks ? { [state.asks]: secret } : {}) }),
  });
}

// ---- the beginning

async function look() {
  try {
    show(await call('/status'));
    notice('');
  } catch (error) {
    if (error.status === 401) notice('Open the address that the keeper printed: it lets one browser in, once.');
    else notice(error.status ? error.message : 'The keeper does not answer: it has stopped, or is being started again. What you see may be old.');
  }
}

async function begin() {
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, '', '/');
    try {
      ({ word } = await call('/enter', { token }));
      sessionStorage.setItem(kWord, word);
    } catch {
      // Used already: this tab may have been let in before.
    }
  }
  at('everything').querySelector('button').addEventListener('click', () => askWithdraw(null, null));
  at('ask-no').addEventListener('click', () => at('ask').close());
  await look();
  setInterval(() => void look(), kEveryMs);
}

void begin();
