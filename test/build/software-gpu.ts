import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/** Why WebGPU cannot be tried here on a graphics card in software, or null. The one that npm brings is for Linux on x64. */
export const noSoftwareGpu: string | null =
  process.platform === 'linux' && process.arch === 'x64'
    ? null
    : `the software adapter that npm brings does not run on ${process.platform}-${process.arch}`;
if (noSoftwareGpu) console.warn(`SKIPPED, tests of WebGPU: ${noSoftwareGpu}`);

const wanted = ['libvk_swiftshader.so', 'libvulkan.so.1'];
/** `RTLD_NODELETE` of Linux, which Node has no name for: the library stays though it is no addon. */
const staysLoaded = 0x1000;

/**
 * From now on this process, and those that it starts, find a graphics card: SwiftShader, out of the package that brings
 * the browser of the tests. Call it before onnxruntime looks for one.
 */
export function offerSoftwareGpu(): void {
  const folder = unpacked();
  const icd = path.join(folder, 'icd.json');
  process.env.VK_DRIVER_FILES = icd;
  process.env.VK_ICD_FILENAMES = icd; // the same for loaders of before 2022
  process.env.XDG_RUNTIME_DIR ??= folder;
  // For processes that are started; it is read only once, so here the loader is loaded by hand.
  const others = process.env.LD_LIBRARY_PATH;
  process.env.LD_LIBRARY_PATH = others ? `${folder}:${others}` : folder;
  try {
    process.dlopen({ exports: {} }, path.join(folder, 'libvulkan.so.1'), os.constants.dlopen.RTLD_NOW | staysLoaded);
  } catch (error) {
    if (!String(error).includes('did not self-register')) throw error;
  }
}

/** Once for each version of the package, beside the other things that tests unpack. */
function unpacked(): string {
  const packed = path.join(packageFolder(), 'bin/swiftshader.tar.br');
  const { version } = JSON.parse(readFileSync(path.join(packageFolder(), 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = path.join(os.tmpdir(), `kiln-swiftshader-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(path.join(folder, 'icd.json'))) return folder;
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true, mode: 0o700 });
  for (const [name, bytes] of filesIn(brotliDecompressSync(readFileSync(packed))))
    if (wanted.includes(name)) writeFileSync(path.join(making, name), bytes);
  const ICD = { api_version: '1.1.0', library_path: path.join(folder, wanted[0]!) };
  writeFileSync(path.join(making, 'icd.json'), JSON.stringify({ file_format_version: '1.0.0', ICD }));
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(path.join(folder, 'icd.json'))) throw error; // another process was faster
  }
  return folder;
}

/** The package's entry lies somewhere below; its own list of what it exports does not name the folder. */
function packageFolder(): string {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const name = path.join('@sparticuz', 'chromium');
  return entry.slice(0, entry.lastIndexOf(name) + name.length);
}

/** Of a tar archive of plain files: blocks of 512 bytes, names at 0, sizes in octal digits at 124. */
function* filesIn(tar: Buffer): Generator<readonly [name: string, bytes: Buffer]> {
  const text = (at: number, length: number) => tar.toString('latin1', at, at + length).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    yield [path.basename(text(at, 100)), tar.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
