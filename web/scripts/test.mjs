// Bundles every src/**/*.test.ts and runs them in one Node.js process. The last line is "N passed, N failed, N skipped".
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function findTests(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await findTests(path)));
    else if (/\.test\.tsx?$/.test(entry.name)) found.push(path);
  }
  return found.sort();
}

const tests = await findTests(join(root, 'src'));
const out = await mkdtemp(join(tmpdir(), 'guildhall-web-test-'));
try {
  const bundle = join(out, 'all.mjs');
  await esbuild.build({
    stdin: { contents: [join(root, 'src/strings/whole.ts'), ...tests].map((t) => `import ${JSON.stringify(t)};`).join('\n'), resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outfile: bundle,
    logLevel: 'warning',
  });
  const run = spawnSync(process.execPath, ['--test-reporter=tap', bundle], { encoding: 'utf8', maxBuffer: 64 << 20 });
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(run.stdout)?.[1] ?? 0);
  const passed = count('pass');
  const failed = count('fail') + count('cancelled');
  const broken = run.status !== 0 || passed === 0;
  process.stdout.write(broken ? run.stdout : run.stdout.replace(/^(?!ok|not ok).*\n/gm, ''));
  process.stderr.write(run.stderr);
  console.log(`${passed} passed, ${Math.max(failed, broken ? 1 : 0)} failed, ${count('skipped')} skipped`);
  process.exitCode = broken ? 1 : 0;
} finally {
  await rm(out, { recursive: true, force: true });
}
