/** Makes a brotli and a gzip copy beside each file that gets smaller by it, once at build instead of at each request. */
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** Fonts of kind woff2 and pictures are compressed already. */
const compressible = new Set([
  ...['.html', '.js', '.css', '.svg', '.json', '.webmanifest', '.wasm', '.ttf', '.txt'],
])

const isNamedByContent = (path: string): boolean => /[/\\]assets[/\\]/.test(path)

const brotliOf = (bytes: Buffer): Promise<Buffer> =>
  toBrotli(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })

const compressFile = async (path: string): Promise<void> => {
  // A file named by its content, of an earlier build: compressed then.
  if (isNamedByContent(path) && existsSync(`${path}.br`)) return
  const bytes = await readFile(path)
  const copies = [
    { ending: '.br', copy: await brotliOf(bytes) },
    { ending: '.gz', copy: await toGzip(bytes, { level: 9 }) },
  ]
  for (const { ending, copy } of copies) {
    if (copy.length < bytes.length) await writeFile(`${path}${ending}`, copy)
  }
}

/** Compresses every file of a folder that may get smaller. */
export const precompressFolder = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && compressible.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
  await Promise.all(files.map(compressFile))
}

/** Runs last, over what all other plugins have written, the service worker among them. */
export const precompress = (): Plugin => {
  let folder = ''
  return {
    name: 'sidep-precompress',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: () => precompressFolder(folder),
    },
  }
}
