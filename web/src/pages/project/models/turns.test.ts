import assert from 'node:assert/strict';
import test from 'node:test';
import { turnsOf } from './turns';

const told = (messages: { role: string; text: string }[]) => messages.map((m) => [m.role, m.text]);
const stream = (...events: unknown[]): string => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

test('an exchange as turns: chat completions, whole and streamed', () => {
  const request = JSON.stringify({ model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: [{ type: 'text', text: 'Hello' }] }] });
  const whole = turnsOf(request, JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' } }] }));
  assert.deepEqual(told(whole.asked), [['system', 'Be brief.'], ['user', 'Hello']]);
  assert.deepEqual(told(whole.answered), [['assistant', 'Hi']]);
  const piece = (index: number, content: string) => ({ choices: [{ index, delta: { content } }] });
  const streamed = turnsOf(request, `${stream(piece(0, 'Hi'), piece(1, 'Good'), piece(0, ' you'), piece(1, ' day'))}data: [DONE]\n\n`);
  assert.deepEqual(told(streamed.answered), [['assistant', 'Hi you'], ['assistant', 'Good day']]);
  assert.equal(streamed.error, null);
});

test('an exchange as turns: messages, with a system text, thoughts and calls in pieces', () => {
  const turns = turnsOf(JSON.stringify({ system: [{ type: 'text', text: 'Be kind.' }], messages: [{ role: 'user', content: 'Weather?' }] }), stream(
    { type: 'message_start', message: { role: 'assistant' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Look it up.' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'One ' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'moment.' } },
    { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'c', name: 'weather', input: {} } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"city":' } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '"Rome"}' } },
  ));
  assert.deepEqual(told(turns.asked), [['system', 'Be kind.'], ['user', 'Weather?']]);
  const [answer] = turns.answered;
  assert.equal(turns.answered.length, 1);
  assert.deepEqual([answer?.thought, answer?.text, answer?.calls[0]?.name, answer?.calls[0]?.tree], ['Look it up.', 'One moment.', 'weather', { city: 'Rome' }]);
});

test('an exchange as turns: responses', () => {
  const output = [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Four.' }] },
    { type: 'function_call', call_id: 'c1', name: 'add', arguments: '{"a":2}' },
  ];
  const request = JSON.stringify({ instructions: 'Count.', input: [{ role: 'user', content: 'Two and two?' }, { type: 'function_call_output', call_id: 'c0', output: 'done' }] });
  for (const reply of [JSON.stringify({ output }), stream({ type: 'response.output_text.delta', delta: 'Fo' }, { type: 'response.completed', response: { output } })]) {
    const turns = turnsOf(request, reply);
    assert.deepEqual(turns.asked.map((m) => m.role), ['system', 'user', 'tool']);
    assert.equal(turns.asked[2]?.results[0]?.text, 'done');
    assert.deepEqual(turns.answered.map((m) => m.thought || m.text || m.calls[0]?.name), ['Hm.', 'Four.', 'add']);
  }
  assert.deepEqual(told(turnsOf(JSON.stringify({ input: 'Only this' }), stream({ type: 'response.output_text.delta', delta: 'Broken ' }, { type: 'response.output_text.delta', delta: 'off' })).answered), [['assistant', 'Broken off']]);
});

test('an exchange as turns: refusals are said, whole and in mid-stream', () => {
  assert.equal(turnsOf('{}', JSON.stringify({ error: { message: 'No such model', code: 404 } })).error, 'No such model');
  const broken = turnsOf('{}', stream({ choices: [{ index: 0, delta: { content: 'Half' } }] }, { error: { message: 'The provider went away' } }));
  assert.deepEqual([broken.answered[0]?.text, broken.error], ['Half', 'The provider went away']);
});

test('an exchange as turns: whatever comes, nothing is thrown', () => {
  const odd = ['', 'null', '[]', '7', '{', 'data: {', 'data: null', '{"choices":[null,{"message":7}]}', '{"messages":[null,[],{"role":3}]}', '{"output":[null,3]}',
    'data: {"choices":[null,{"delta":null},{"delta":{"tool_calls":[null,{"function":null}]}}]}', 'data: {"type":"content_block_delta","delta":null}', '{"error":"plain"}'];
  for (const request of odd) for (const reply of odd) assert.ok(Array.isArray(turnsOf(request, reply).answered));
});
