import assert from 'node:assert/strict';
import test from 'node:test';
import { Problem } from '../api/problem';
import { Held } from './held';

function setUp() {
  const timers: { run: () => void; ms: number }[] = [];
  const sent: string[] = [];
  const held = new Held({
    now: () => 1000,
    setTimer: (run, ms) => timers.push({ run, ms }) - 1,
    clearTimer: (timer) => {
      const at = timers[timer as number];
      if (at) at.run = () => undefined;
    },
  });
  const verdict = (name: string, fails = false) => ({
    assignment: name, text: 'Accepted.',
    send: async (leaving: boolean) => {
      if (fails) throw Problem.network();
      sent.push(leaving ? `${name} leaving` : name);
    },
  });
  return { held, timers, sent, verdict };
}

test('held: nothing is sent within the window, once after it', async () => {
  const { held, timers, sent, verdict } = setUp();
  await held.hold(verdict('one'), 5000);
  assert.deepEqual(sent, []);
  assert.equal(held.state.waiting?.untilMs, 6000);
  timers[0]?.run();
  await Promise.resolve();
  assert.deepEqual(sent, ['one']);
  await held.flush();
  assert.deepEqual(sent, ['one']);
});

test('held: the next verdict sends the one before it first', async () => {
  const { held, sent, verdict } = setUp();
  await held.hold(verdict('one'), 5000);
  await held.hold(verdict('two'), 5000);
  assert.deepEqual(sent, ['one']);
  await held.flush(true);
  assert.deepEqual(sent, ['one', 'two leaving']);
});

test('held: taken back is never sent', async () => {
  const { held, timers, sent, verdict } = setUp();
  await held.hold(verdict('one'), 5000);
  assert.equal(held.takeBack(), 'one');
  timers[0]?.run();
  await held.flush();
  assert.deepEqual(sent, []);
  assert.equal(held.takeBack(), null);
});

test('held: what fails is kept and can be sent again', async () => {
  const { held, sent, verdict } = setUp();
  const failing = verdict('one', true);
  await held.hold(failing, 5000);
  await held.flush();
  assert.ok(held.state.failed?.problem.isNetwork);
  failing.send = async () => void sent.push('one');
  await held.retry();
  assert.deepEqual(sent, ['one']);
  assert.equal(held.state.failed, null);
});
