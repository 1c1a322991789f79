import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';

const from = (path: string) => resolve(import.meta.dirname, path);

/** Every process of Kiln starts from one of these. */
const entries = {
  cli: 'src-main/cli.ts',
  desktop: 'src-main/desktop.ts',
  'host-main': 'src-main/device/host-main.ts',
  'picture-thread': 'src-main/device/picture/thread.ts',
  'store-thread': 'src-main/store/thread.ts',
};
const input = Object.fromEntries(
  Object.entries(entries)
    .map(([name, path]) => [name, from(path)] as const)
    .filter(([, path]) => existsSync(path)),
);
const out = process.env.KILN_OUT ?? from('out');

export default defineConfig({
  main: {
    build: {
      outDir: resolve(out, 'main'),
      // Bundled, zod loads in a third of the time: its other languages and its unused parts stay out.
      externalizeDeps: { exclude: ['zod'] },
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input,
        // Chunks lie beside the entries, so that a path relative to import.meta.url means the same in all of them.
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunk-[name]-[hash].js',
          // Few files load sooner than many.
          advancedChunks: {
            groups: [{ name: 'model', test: /src-main\/model\/(?!graph-schema|graph-file)/ }],
          },
        },
      },
    },
  },
  // In a sandbox a preload is one CommonJS file.
  preload: {
    build: {
      outDir: resolve(out, 'preload'),
      externalizeDeps: false,
      sourcemap: false,
      minify: false,
      rolldownOptions: {
        input: { preload: from('src-main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: from('src-renderer'),
    build: {
      outDir: resolve(out, 'renderer'),
      emptyOutDir: true,
      // A browser of 2024, and every Electron that Kiln runs in.
      target: 'chrome124',
      sourcemap: false,
      minify: true,
      modulePreload: { polyfill: false },
      // An address of data: would break the page's own rule that everything comes from where it came from.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: from('src-renderer/index.html'),
        // Packages say where a server's part ends; here is no server.
        onLog: (level, log, pass) => log.code === 'MODULE_LEVEL_DIRECTIVE' || pass(level, log),
      },
    },
  },
});
