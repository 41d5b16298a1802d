// Cases for the SDKs of OpenAI and Anthropic. On standard input: the room's port, and for each kind
// of provider the names of models with their keys (run.py).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const { port, peers } = JSON.parse(readFileSync(0, 'utf8'));
const words = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
const said = (content) => [{ role: 'user', content }];
let ok = 0;
let notOk = 0;

async function check(name, run) {
  try {
    await run();
    ok += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    notOk += 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
}

/** A client of each kind, and how many requests it has sent. */
function clientOf(Kind, key, more = {}) {
  const sent = { count: 0 };
  const fetch = (...args) => {
    sent.count += 1;
    return globalThis.fetch(...args);
  };
  const base = Kind === OpenAI ? `http://127.0.0.1:${port}/v1` : `http://127.0.0.1:${port}`;
  return [new Kind({ apiKey: key, baseURL: base, fetch, timeout: 30_000, ...more }), sent];
}

async function rejects(promise, Kind, status, sent, count = 1) {
  const error = await promise.then(() => assert.fail('it succeeded'), (caught) => caught);
  assert(error instanceof Kind, `${error?.constructor?.name}: ${error?.message}`);
  assert.equal(error.status, status);
  assert.equal(sent.count, count, 'requests sent');
  return error;
}

/** What both SDKs do, each in its own words. */
const kinds = {
  OpenAI: {
    Kind: OpenAI,
    ask: (client, model, text, more) =>
      client.chat.completions.create({ model, messages: said(text), max_completion_tokens: 300, ...more }),
    stream: (client, model, text, more) =>
      client.chat.completions.stream({ model, messages: said(text), max_completion_tokens: 300, ...more }),
    end: (stream) => stream.finalChatCompletion(),
    text: (reply) => reply.choices[0].message.content,
    calls: (reply) => reply.choices[0].message.tool_calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]),
    reason: (reply) => reply.choices[0].finish_reason,
    ends: ['stop', 'tool_calls', 'length'],
    tools: ['look_up', 'count_up'].map((name) => ({ type: 'function', function: { name, parameters: words } })),
    short: { max_completion_tokens: 3 },
    exhausted: 429,
  },
  Anthropic: {
    Kind: Anthropic,
    ask: (client, model, text, more) => client.messages.create({ model, messages: said(text), max_tokens: 300, ...more }),
    stream: (client, model, text, more) => client.messages.stream({ model, messages: said(text), max_tokens: 300, ...more }),
    end: (stream) => stream.finalMessage(),
    text: (reply) => reply.content.filter((block) => block.type === 'text').map((block) => block.text).join(''),
    calls: (reply) => reply.content.filter((block) => block.type === 'tool_use').map((block) => [block.name, block.input]),
    reason: (reply) => reply.stop_reason,
    ends: ['end_turn', 'tool_use', 'max_tokens'],
    tools: ['look_up', 'count_up'].map((name) => ({ name, input_schema: words })),
    short: { max_tokens: 3 },
    exhausted: 402,
  },
};

async function answers(kind, models) {
  const { Kind, ask, stream, end, text, calls, reason, ends, tools, short } = kind;
  const [client] = clientOf(Kind, models.echo.key);
  assert.equal(text(await ask(client, models.echo.model, 'as I  said, äöü')), 'as I  said, äöü');
  const whole = await end(stream(client, models.echo.model, 'as I  said, äöü'));
  assert.equal(text(whole), 'as I  said, äöü');
  assert.equal(reason(whole), ends[0]);
  const [plain] = clientOf(Kind, models.plain.key);
  assert.equal(reason(await ask(plain, models.plain.model, 'Hello', short)), ends[2]);
  const [caller] = clientOf(Kind, models.tools.key);
  for (const reply of [await ask(caller, models.tools.model, 'look_up and count_up', { tools }),
    await end(stream(caller, models.tools.model, 'look_up and count_up', { tools }))]) {
    assert.deepEqual(calls(reply).map(([name]) => name), ['look_up', 'count_up']);
    assert(calls(reply).every(([, given]) => typeof given.word === 'string'));
    assert.equal(reason(reply), ends[1]);
  }
}

async function typedErrors(kind, models) {
  const { Kind, ask } = kind;
  const fails = async (client, sent, model, Error, status, count) =>
    rejects(ask(client, model, 'Hello'), Error, status, sent, count);
  let [client, sent] = clientOf(Kind, 'ghl_wrong');
  await fails(client, sent, models.plain.model, Kind.AuthenticationError, 401);
  [client, sent] = clientOf(Kind, models.plain.key);
  await fails(client, sent, 'nope', Kind.NotFoundError, 404);
  [client, sent] = clientOf(Kind, models.wrong.key);
  await fails(client, sent, models.wrong.model, Kind.BadRequestError, 400);
  [client, sent] = clientOf(Kind, models.down.key, { maxRetries: 0 });
  await fails(client, sent, models.down.model, Kind.InternalServerError, 500);
}

async function retries(kind, models) {
  const { Kind, ask, text, exhausted } = kind;
  // The gateway tries twice, and then it is the SDK's turn.
  let [client, sent] = clientOf(Kind, models['busy-twice'].key, { maxRetries: 2 });
  assert(text(await ask(client, models['busy-twice'].model, `Hello ${Kind.name}`)));
  assert.equal(sent.count, 2, 'requests sent');
  [client, sent] = clientOf(Kind, models['busy-twice'].key, { maxRetries: 0 });
  await rejects(ask(client, models['busy-twice'].model, `Again ${Kind.name}`), Kind.RateLimitError, 429, sent);
  // An exhausted budget: the SDK would try again, and is told not to.
  [client, sent] = clientOf(Kind, models.poor.key, { maxRetries: 5 });
  const error = await rejects(ask(client, models.poor.model, 'Hello'), Kind.APIError, exhausted, sent);
  if (Kind === OpenAI) assert.equal(error.code, 'insufficient_quota');
  [client, sent] = clientOf(Kind, models.limited.key, { maxRetries: 0 });
  const both = [ask(client, models.limited.model, '1'), ask(client, models.limited.model, '2'), ask(client, models.limited.model, '3')];
  const limited = (await Promise.allSettled(both)).filter((one) => one.status === 'rejected').map((one) => one.reason);
  assert(limited.length >= 1 && limited.every((one) => one instanceof Kind.RateLimitError), limited.join());
  assert(Number(limited[0].headers.get('retry-after-ms')) > 0);
}

async function brokenStreams(kind, models) {
  const { Kind, stream, end } = kind;
  for (const name of ['cut', 'error-event']) {
    const [client, sent] = clientOf(Kind, models[name].key);
    const error = await end(stream(client, models[name].model, 'Hello')).then(() => assert.fail('it succeeded'), (caught) => caught);
    assert(error instanceof Kind.APIError, `${name}: ${error?.constructor?.name}: ${error?.message}`);
    assert.equal(sent.count, 1, 'requests sent');
  }
}

async function aborts(kind, models) {
  const { Kind, ask } = kind;
  const [client] = clientOf(Kind, models.slow.key, { maxRetries: 0 });
  const stream = await ask(client, models.slow.model, 'Hello', { stream: true });
  let pieces = 0;
  for await (const _ of stream) {
    pieces += 1;
    if (pieces === 5) stream.controller.abort();
  }
  assert(pieces >= 5 && pieces < 20, `${pieces} pieces`);
}

for (const [peer, models] of Object.entries(peers)) {
  for (const [name, kind] of Object.entries(kinds)) {
    await check(`${name} at ${peer}: answers, streams, tools`, () => answers(kind, models));
    await check(`${name} at ${peer}: errors have their types`, () => typedErrors(kind, models));
    await check(`${name} at ${peer}: retries`, () => retries(kind, models));
    await check(`${name} at ${peer}: streams that break`, () => brokenStreams(kind, models));
    await check(`${name} at ${peer}: abort`, () => aborts(kind, models));
  }
}

await check('OpenAI: models, embeddings, responses', async () => {
  const { plain, tools } = peers['mock-o'];
  const [client] = clientOf(OpenAI, plain.key);
  const listed = [];
  for await (const model of client.models.list()) listed.push(model.id);
  assert.deepEqual(listed, [plain.model]);
  const vectors = await client.embeddings.create({ model: plain.model, input: ['a river', 'a lake'] });
  assert.equal(vectors.data.length, 2);
  assert.equal(vectors.data[0].embedding.length, 64);
  const ask = { model: plain.model, input: 'Hello', max_output_tokens: 300, store: false };
  const whole = await client.responses.create(ask);
  const streamed = await client.responses.stream(ask).finalResponse();
  assert(whole.output_text && whole.output_text === streamed.output_text);
  const [caller] = clientOf(OpenAI, tools.key);
  const called = await caller.responses.create({ ...ask, model: tools.model, input: 'look_up rivers',
    tools: [{ type: 'function', name: 'look_up', parameters: words, strict: false }] });
  assert.equal(called.output.find((item) => item.type === 'function_call').name, 'look_up');
});

await check('Anthropic: models, count_tokens, thinking', async () => {
  const { plain, thinking } = peers['mock-a'];
  const [client] = clientOf(Anthropic, plain.key);
  const listed = [];
  for await (const model of client.models.list()) listed.push(model.id);
  assert.deepEqual(listed, [plain.model]);
  const counted = await client.messages.countTokens({ model: plain.model, messages: said('Hello there') });
  assert(counted.input_tokens > 0);
  const [thinker] = clientOf(Anthropic, thinking.key);
  const reply = await thinker.messages.stream({ model: thinking.model, messages: said('Of rivers'), max_tokens: 2000 }).finalMessage();
  assert.deepEqual(reply.content.map((block) => block.type), ['thinking', 'text']);
  assert(reply.content[0].signature);
});

console.log(`${ok} ok, ${notOk} not ok`);
process.exitCode = notOk ? 1 : 0;
