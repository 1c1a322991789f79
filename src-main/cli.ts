import { enableCompileCache } from 'node:module';

// Compiled code is kept between starts (in the system's folder for temporary files), for this process and, through the
// environment, for its hosts. It must be said before the first import, so the command itself is imported afterwards.
const { directory } = enableCompileCache?.() ?? {};
if (directory) process.env.NODE_COMPILE_CACHE ??= directory;
await import('./cli-early.ts');
await import('./cli-process.ts');
