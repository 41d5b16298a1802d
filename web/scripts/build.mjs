// Builds dist/: index.html, one entry script, lazy chunks and one stylesheet, all with hashed names. No inline script or
// style is ever written, so that the server's Content-Security-Policy needs no exception.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const watch = process.argv.includes('--watch');

const htmlPlugin = {
  name: 'html',
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      const entries = Object.entries(result.metafile.outputs).filter(([, o]) => o.entryPoint !== undefined);
      const nameOf = (suffix) => {
        const hit = entries.find(([, o]) => o.entryPoint.endsWith(suffix));
        if (!hit) throw new Error(`no output for ${suffix}`);
        return basename(hit[0]);
      };
      const page = await readFile(join(root, 'src/index.html'), 'utf8');
      const html = page.replace('%SCRIPT%', nameOf('main.tsx')).replace('%STYLE%', nameOf('app.css'));
      await writeFile(join(dist, 'index.html'), html);
      await writeFile(join(dist, 'icon.svg'), await readFile(join(root, 'src/icon.svg')));
      if (!watch) await report(result.metafile, nameOf('main.tsx'));
    });
  },
};

/** Prints what a first visit downloads (entry, its static imports, styles) against what is loaded when needed. */
async function report(metafile, entry) {
  const byName = new Map(Object.entries(metafile.outputs).map(([path, o]) => [basename(path), { path, ...o }]));
  const eager = new Set();
  const visit = (name) => {
    if (eager.has(name)) return;
    eager.add(name);
    for (const i of byName.get(name).imports) if (i.kind === 'import-statement') visit(basename(i.path));
  };
  visit(entry);
  let first = 0;
  let later = 0;
  for (const [name, output] of byName) {
    const size = gzipSync(await readFile(join(root, output.path))).length;
    if (eager.has(name) || name.endsWith('.css')) first += size;
    else later += size;
  }
  console.log(`web: ${(first / 1024).toFixed(1)} KB gzipped at first, ${(later / 1024).toFixed(1)} KB when needed`);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const options = {
  absWorkingDir: root,
  entryPoints: ['src/main.tsx', 'src/style/app.css'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome109', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  minify: !watch,
  sourcemap: false,
  legalComments: 'none',
  metafile: true,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  logLevel: 'warning',
  plugins: [htmlPlugin],
};
if (watch) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
