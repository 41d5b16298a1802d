// A room that holds one dialogue and nothing else, for the page of live dialogues: the pages of web/dist under their policy, the
// few routes that a task's page asks, and models that answer by what they are told (kWords). No executable is needed.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { root, sleep } from './rig.mjs';

const kTypes = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
  + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** Words in a message that make the models of the fake behave: `fail B`, `cut` (the connection breaks). */
const kAnswers = {
  A: (text) => `You said: *${text}*.\n\n1. First, breathe.\n2. Then measure: $x^2 + 1$.\n\n\`\`\`python\nprint("A")\n\`\`\`\n`,
  B: (text) => `**In short:** ${text.split(' ').reverse().join(' ')}.\n\n| what | how |\n|---|---|\n| one | two |\n`,
  C: (text) => `Three words about ${text}.`,
  D: (text) => `${'A long way round. '.repeat(30)}${text}`,
};

const kMember = { id: 'm1', name: 'Expert', role: 'expert', vendor: '', state: 'active', created_at: '2026-01-01T00:00:00Z' };
const kSettings = {
  overlap: 1, overlap_floor: 1, lease_s: 3600, max_open: 1, review_percent: 0, quota: 0, return_s: 3600, pay_minor: 0, undo_s: 0, adjudicate: false, gold_feedback: false,
  show_suggestions: false, guidelines_required: false, offline: true, preload: false, pay_currency: 'EUR', pay_per: 'hour',
};

export class TalkRoom {
  /** `question`: members of the dialogue that differ from the usual. */
  constructor(question = {}) {
    this.question = {
      id: 'talk', kind: 'dialogue', label: 'Talk with both', required: true, slots: ['A', 'B'], min_turns: 2, max_turns: 8,
      rate: { label: 'How good is it?', min: 1, max: 5 }, may: ['edit', 'regenerate', 'branch'], ...question,
    };
    this.nodes = [];
    this.draft = null;
    this.submitted = null;
    /** Answers come to a stand in the middle while this is set. */
    this.hold = false;
    this.streams = 0;
    this.asked = [];
    this.keys = new Set();
    /** Refuses what is sent to the dialogue with this status and type, once set. */
    this.refuse = null;
  }

  async start() {
    this.server = createServer((request, reply) => void this.answer(request, reply).catch(() => reply.destroy()));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.base = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }
  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  node(parent, kind, slot, text, state, edited_from = null) {
    const made = { id: `n${this.nodes.length + 1}`, parent, kind, slot, state, text, edited_from, at: new Date(1.8e12 + this.nodes.length * 1000).toISOString() };
    this.nodes.push(made);
    return made;
  }

  get assignment() {
    return {
      id: 'a1', kind: 'work', state: 'leased', project: { id: 'p1', title: 'Dialogues on care' }, task: { id: 't1', data: { goal: 'Ask about a *sleepless* patient. Find where the advice is wrong.' } },
      template_version: 1, guidelines_version: 0, lease: { token: 'token', expires_at: new Date(Date.now() + 3.6e6).toISOString() }, presentation: { order: [] }, draft: this.draft,
    };
  }
  get project() {
    return {
      id: 'p1', title: 'Dialogues on care', state: 'open', template: { kind: 'custom', version: 1 }, guidelines_version: 0, guidelines_seen: 0, guidelines_must: 0,
      settings_version: 1, settings: kSettings, created_at: '2026-01-01T00:00:00Z', role: 'expert',
    };
  }
  get submission() {
    return {
      id: 's1', task: 't1', assignment: 'a1', member: 'm1', vendor: '', state: 'submitted', revision: 1, submitted_at: '2026-01-01T00:00:00Z', active_ms: 60_000,
      guidelines_version: 0, template_version: 1,
    };
  }
  get form() {
    return {
      base: 'custom', title: 'Talk', help: '', views: [{ id: 'goal', kind: 'markdown', from: '/goal', label: 'What to find out' }],
      questions: [this.question, { id: 'verdict', kind: 'one', label: 'Was the advice safe?', required: true, options: ['safe', 'unsafe'] }, { id: 'justification', kind: 'text', label: 'Why?' }],
    };
  }

  async answer(request, reply) {
    const { pathname } = new URL(request.url, this.base);
    if (!pathname.startsWith('/api/v1') && pathname !== '/healthz') return this.page(pathname, reply);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
    const path = pathname.replace('/api/v1', '');
    if (path === '/room/events') {
      reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
      return reply.write('event: room\ndata: {"room":"open"}\n\n');
    }
    if (/\/dialogue\//.test(path)) return this.dialogue(path.split('/').at(-1), body, request, reply);
    const routes = {
      'GET /healthz': () => ({ room: 'open', since: null }),
      'GET /me': () => ({ member: kMember, room: { title: 'Fake', insecure_demo: false, insecure_no_sandbox: false, locked: false } }),
      'GET /journal-key': () => ({ id: 'k', key: Buffer.alloc(32, 7).toString('base64url') }),
      'GET /projects/p1': () => this.project,
      'GET /projects/p1/template': () => ({ version: 1, form: this.form }),
      'GET /assignments': () => ({ items: this.submitted || this.nodes.length === 0 ? [] : [this.assignment], next: null }),
      'POST /projects/p1/assignments': () => (this.submitted ? null : this.assignment),
      'GET /projects/p1/today': () => ({ since: '', submitted: 0, active_ms: 0, other_ms: 0, earned_minor: 0, currency: 'EUR' }),
      'GET /assignments/a1': () => this.assignment,
      'POST /assignments/a1/heartbeat': () => ({ lease: this.assignment.lease }),
      'GET /assignments/a1/dialogue': () => ({ nodes: this.nodes, streaming: this.streams > 0 }),
      'PUT /assignments/a1/draft': () => {
        this.draft = { revision: body.revision, answers: body.answers };
        return { revision: body.revision };
      },
      'POST /assignments/a1/submission': () => {
        this.submitted = body.answers;
        return this.submission;
      },
      'GET /submissions/s1': () => ({ ...this.submission, answers: this.submitted, reviews: [], revisions: [], dialogue: { nodes: this.nodes } }),
    };
    const found = routes[`${request.method} ${path}`];
    const data = found ? found() : { items: [], next: null, ids: [] };
    reply.writeHead(data === null ? 204 : 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    reply.end(data === null ? undefined : JSON.stringify(data));
  }

  async dialogue(what, body, request, reply) {
    this.asked.push({ what, body, key: request.headers['idempotency-key'] });
    const json = (status, data) => {
      reply.writeHead(status, { 'Content-Type': 'application/json' });
      reply.end(JSON.stringify(data));
    };
    if (this.refuse) return json(this.refuse.status, { type: `/problems/${this.refuse.type}`, title: 'Refused' });
    if (this.streams > 0) return json(409, { type: '/problems/dialogue-busy', title: 'An answer is still being written' });
    if (what === 'edits') {
      const from = this.nodes.find((node) => node.id === body.node);
      return json(200, this.node(from.parent, 'edit', from.slot, body.text, 'complete', from.id));
    }
    const user = what === 'turns' ? this.node(body.parent, 'user', null, body.text, 'complete') : this.nodes.find((node) => node.id === body.node);
    const slots = body.slots ?? ['A', 'B', 'C', 'D'].filter((slot) => this.question.slots.includes(slot));
    const replies = slots.map((slot) => this.node(user.id, 'reply', slot, '', 'streaming'));
    await this.stream(user, replies, what === 'turns' ? [user, ...replies] : replies, reply);
  }

  /** Every model a few letters at a time, in turn; one that leaves is noticed. */
  async stream(user, replies, fresh, reply) {
    this.streams++;
    let left = false;
    reply.on('close', () => {
      left = true;
    });
    const send = (event, data) => left || reply.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    reply.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    send('nodes', { nodes: fresh });
    const again = this.nodes.filter((node) => node.parent === user.id && node.kind === 'reply').length > this.question.slots.length;
    const words = new Map(replies.map((node) => [node, kAnswers[node.slot](user.text) + (again ? ' (anew)' : '')]));
    const done = (node, state, why) => {
      Object.assign(node, { state, ...(why ? { why } : {}) });
      words.delete(node);
      send('done', { node: node.id, state, ...(why ? { why } : {}) });
    };
    while (words.size > 0 && !left) {
      for (const [node, rest] of words) {
        const piece = rest.slice(0, 7);
        node.text += piece;
        words.set(node, rest.slice(7));
        send('text', { node: node.id, text: piece });
        if (!again && user.text.includes(`fail ${node.slot}`) && node.text.length > 20) done(node, 'error', 'The model took too long.');
        else if (rest.length <= 7) done(node, 'complete');
      }
      if (/\bcut\b/.test(user.text) && !again && replies[0].text.length > 30) reply.destroy();
      await sleep(4);
      while (this.hold && !left && replies.every((node) => node.text.length > 20)) await sleep(10);
    }
    for (const node of words.keys()) node.state = 'cancelled';
    this.streams--;
    send('end', {});
    reply.end();
  }

  async page(pathname, reply) {
    const file = pathname === '/' ? '/index.html' : pathname;
    const bytes = await readFile(join(root, 'web/dist', file)).catch(() => null);
    reply.writeHead(bytes ? 200 : 404, { 'Content-Type': `${kTypes[extname(file)] ?? 'text/plain'}; charset=utf-8`, 'Content-Security-Policy': kPolicy });
    reply.end(bytes ?? 'not here');
  }
}
