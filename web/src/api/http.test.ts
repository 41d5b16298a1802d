import assert from 'node:assert/strict';
import test from 'node:test';
import { onAccessProblem, open, request, url, type Transport } from './http';
import { Problem, parseRetryAfter } from './problem';

function server(answers: (Response | Error)[]) {
  const seen: RequestInit[] = [];
  const waits: number[] = [];
  const transport: Transport = {
    fetch: (_, init) => {
      seen.push(init);
      const next = answers.shift();
      return next instanceof Response ? Promise.resolve(next) : Promise.reject(next ?? new Error('nothing prepared'));
    },
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    now: () => 0,
  };
  const keys = () => seen.map((init) => (init.headers as Record<string, string>)['Idempotency-Key']);
  return { transport, seen, waits, keys };
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

test('http: a write whose reply is lost is repeated under the same key', async () => {
  const s = server([new TypeError('network'), json(201, { id: 'x' })]);
  const reply = await request<{ id: string }>('POST', '/x', { body: { a: 1 } }, s.transport);
  assert.equal(reply.data.id, 'x');
  const [first, second] = s.keys();
  assert(first && first.length >= 16);
  assert.equal(first, second);
});

test('http: the server’s refusal is not repeated and says why', async () => {
  const s = server([json(422, { type: '/problems/invalid-template', title: 'No', field: '/template/views/0' })]);
  await assert.rejects(request('POST', '/x', {}, s.transport), (error) => {
    assert(error instanceof Problem);
    return error.kind === 'invalid-template' && error.field === '/template/views/0';
  });
  assert.equal(s.seen.length, 1);
});

test('http: Retry-After is kept to, unless it is too long to sit through', async () => {
  const s = server([json(503, {}, { 'Retry-After': '2' }), json(200, {})]);
  await request('GET', '/x', {}, s.transport);
  assert.deepEqual(s.waits, [2000]);
  const long = server([json(503, {}, { 'Retry-After': '60' })]);
  await assert.rejects(request('GET', '/x', {}, long.transport));
  assert.deepEqual(long.waits, []);
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:05 GMT', 1000), 4000);
});

test('http: 401 and 423 are told to the application', async () => {
  const told: number[] = [];
  const end = onAccessProblem((problem) => told.push(problem.status));
  for (const status of [401, 423, 404]) {
    await assert.rejects(request('GET', '/x', {}, server([json(status, {})]).transport));
  }
  end();
  assert.deepEqual(told, [401, 423]);
});

test('http: flags stand bare in the query and nothing empty is sent', () => {
  assert.equal(url('/assignments', { mine: true, project: null, cursor: '' }), '/api/v1/assignments?mine');
  assert.equal(url('/x', { state: 'open,done', limit: 5 }), '/api/v1/x?state=open%2Cdone&limit=5');
});

test('http: a stream is asked for once, under the key given; a refusal is told to the application too', async () => {
  const body = { token: 't', text: 'hello' };
  const s = server([new Response('event: end\ndata: {}\n\n'), new TypeError('network'), json(423, { type: '/problems/locked' })]);
  const told: number[] = [];
  const stop = onAccessProblem((problem) => told.push(problem.status));
  assert(await open('/a/turns', { body, idempotencyKey: 'k' }, s.transport) instanceof ReadableStream);
  assert.deepEqual(s.keys(), ['k']);
  assert.equal((s.seen[0]?.headers as Record<string, string>).Accept, 'text/event-stream');
  await assert.rejects(open('/a/turns', { body }, s.transport), (error) => error instanceof Problem && error.isNetwork);
  await assert.rejects(open('/a/turns', { body }, s.transport), (error) => error instanceof Problem && error.status === 423 && error.path === '/a/turns');
  stop();
  assert.deepEqual(told, [423]);
  assert.equal(s.waits.length, 0, 'never a second try by itself');
});
