import assert from 'node:assert/strict';
import test from 'node:test';
import { curlText, fileName, readCsv, readLines } from './records';

test('records: CSV with quotes, commas and line breaks in cells', () => {
  const { head, rows } = readCsv('a,b\r\n1,"x, ""y""\nz"\r\n2,\r\n3,c', 2);
  assert.deepEqual(head, ['a', 'b']);
  assert.deepEqual(rows, [['1', 'x, "y"\nz'], ['2', '']]);
  assert.deepEqual(readCsv('', 5), { head: [], rows: [] });
});

test('records: lines are shown one by one, broken ones as they are', () => {
  assert.deepEqual(readLines('{"a":1}\n\nno json\n{"b":2}', 2), ['{\n  "a": 1\n}', 'no json']);
});

test('records: a command to fetch the file, without a title in it', () => {
  assert.equal(fileName('csv', 'dlv_0123456789abc'), 'csv-01234567.csv');
  assert.equal(curlText('https://room.example', 'dlv_1', 'x.jsonl'), 'curl --fail -H "Authorization: Bearer $TOKEN" -o x.jsonl https://room.example/api/v1/deliveries/dlv_1/records');
});
