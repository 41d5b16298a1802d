import assert from 'node:assert/strict';
import test from 'node:test';
import type { VirtualKey } from '../../../api/models';
import { curlOf } from './curl';
import { keyState } from './keyState';

test('a key: valid until its time, and never again once it is revoked', () => {
  const key = (revoked: boolean, expires_at: string | null) => ({ revoked, expires_at }) as VirtualKey;
  const now = Date.parse('2026-05-01T00:00:00Z');
  assert.deepEqual(
    [key(false, null), key(false, '2026-05-01T00:00:01Z'), key(false, '2026-05-01T00:00:00Z'), key(true, null), key(true, '2020-01-01T00:00:00Z')].map((one) => keyState(one, now)),
    ['valid', 'valid', 'expired', 'revoked', 'revoked'],
  );
});

test('a key: the line to try it is one command, whatever the model is called', () => {
  const line = curlOf('https://room.example', 'ghl_x', "o'brien; rm -rf / $(id)");
  assert.ok(line.startsWith("curl https://room.example/v1/chat/completions -H 'Authorization: Bearer ghl_x' "));
  const body = line.slice(line.indexOf(' -d ') + 4);
  // As a shell reads it: quoted pieces, and a quote between them.
  assert.ok(/^'[^']*'(?:\\''[^']*')*$/.test(body), body);
  assert.equal((JSON.parse(body.slice(1, -1).replaceAll("'\\''", "'")) as { model: string }).model, "o'brien; rm -rf / $(id)");
});
