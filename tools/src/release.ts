/**
 * `npm run release -- FOLDER [--sign KEY]`: signs the tag, builds the pages twice and compares, packs what ships, says what is in it and
 * where it came from, and signs the sums. The same commit gives the same bytes on every machine: names sorted, times of the commit, nobody's user.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { differing, shippedOf } from './release/shipped-files.ts'
import { type SigningKey, signFile, signingKeyOf, signTag } from './release/sign.ts'
import { provenanceOf, settledSbom } from './release/statements.ts'

const root = resolve(import.meta.dirname, '../..')
const say = (program: string, ...words: string[]): string =>
  execFileSync(program, words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
const git = (...words: string[]): string => say('git', ...words)
const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

const digestsBelow = (folder: string): Map<string, string> =>
  new Map(
    globSync('**', { cwd: folder })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, sha256(readFileSync(join(folder, name)))]),
  )

/** What other builds left behind is no part of this one. */
const keptBetweenBuilds = '.earlier-assets.json'

const build = (folder: string): void => {
  say(
    join(root, 'node_modules/.bin/vite'),
    'build',
    'apps/web',
    '--logLevel',
    'warn',
    '--outDir',
    folder,
    '--emptyOutDir',
  )
  rmSync(join(folder, keptBetweenBuilds), { force: true })
}

/** @throws with the names of files that two builds made differently */
const buildTwice = (folder: string): void => {
  const second = `${folder}.again`
  build(folder)
  build(second)
  const names = differing(digestsBelow(folder), digestsBelow(second))
  rmSync(second, { recursive: true })
  if (names.length > 0) throw new Error(`two builds differ: ${names.join(', ')}`)
}

/** GNU tar, as Debian has it; gzip without a name and a time. */
const pack = (folder: string, name: string, at: Date): Buffer => {
  const seconds = Math.floor(at.getTime() / 1_000)
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=go-w,a+rX']
  const tar = execFileSync(
    'tar',
    [
      '--create',
      '--sort=name',
      '--format=gnu',
      `--mtime=@${seconds}`,
      ...owner,
      '-C',
      folder,
      name,
    ],
    { maxBuffer: 1024 * 1024 * 1024 },
  )
  return gzipSync(tar, { level: 9 })
}

const tagOf = (): string | null => git('tag', '--points-at', 'HEAD').split('\n')[0] || null
const repositoryOf = (): string | null =>
  git('remote').split('\n')[0] ? git('remote', 'get-url', git('remote').split('\n')[0] ?? '') : null

const release = (target: string, key: SigningKey | null): void => {
  if (git('status', '--porcelain') !== '') throw new Error('commit first: a release is of a commit')
  const commit = git('rev-parse', 'HEAD')
  const at = new Date(git('show', '-s', '--format=%cI', 'HEAD'))
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  // Before anything is built: the provenance names it.
  const tag = key === null ? tagOf() : signTag(root, version, key)
  const name = `sidep-${version}`
  const folder = mkdtempSync(join(tmpdir(), 'sidep-release-'))
  try {
    for (const file of shippedOf(git('ls-files').split('\n'))) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true })
      cpSync(join(root, file), join(folder, name, file))
    }
    buildTwice(join(folder, name, 'apps/web/dist'))
    const sbom = settledSbom(
      JSON.parse(
        say('npm', 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev'),
      ),
      commit,
      at,
    )
    const outputs: [string, Buffer | string][] = [
      [`${name}.tar.gz`, pack(folder, name, at)],
      [`${name}.sbom.json`, `${JSON.stringify(sbom, null, 1)}\n`],
    ]
    const subjects = outputs.map(([file, bytes]) => ({ name: file, sha256: sha256(bytes) }))
    const origin = {
      repository: repositoryOf(),
      commit,
      tag,
      lockSha256: sha256(readFileSync(join(root, 'package-lock.json'))),
      nodeVersion: process.version,
    }
    const builder = process.env.SIDEP_BUILDER ?? 'urn:sidep:builder:by-hand'
    const provenance = `${JSON.stringify(provenanceOf(subjects, origin, builder), null, 1)}\n`
    outputs.push([`${name}.provenance.json`, provenance])
    const sums = outputs.map(([file, bytes]) => `${sha256(bytes)}  ${file}\n`).join('')
    mkdirSync(target, { recursive: true })
    for (const [file, bytes] of [...outputs, ['SHA256SUMS', sums] as const]) {
      writeFileSync(join(target, file), bytes)
    }
    console.log(sums.trimEnd())
    if (key !== null) console.log(`signed: ${tag}, ${signFile(target, 'SHA256SUMS', key)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sign: { type: 'string' } },
})
const [target] = positionals
if (target === undefined || existsSync(join(target, 'SHA256SUMS'))) {
  console.error('npm run release -- FOLDER (without a release in it) [--sign KEY]')
  process.exitCode = 64
} else {
  release(resolve(target), values.sign === undefined ? null : signingKeyOf(values.sign))
}
