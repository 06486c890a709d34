import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What a verifier page imports. */
const page = `
import { loadTrust, openBundle } from '@sidep/trust'
import { purposeFor, verify } from '@sidep/verdict'
Object.assign(globalThis, { loadTrust, openBundle, purposeFor, verify })
`

const bundled = async () => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: page, resolveDir: resolve(import.meta.dirname, '..'), loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    outdir: '.',
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.entries(output?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path)
  return { inputs, text: outputFiles.map(({ text }) => text).join('') }
}

suite('the bundle of a verifier page', async () => {
  const { inputs, text } = await bundled()

  test('holds nothing that makes certificates, signs or issues', () => {
    const making =
      /@peculiar|reflect-metadata|tsyringe|certificates\.ts|key-set\.ts|sign-bundle\.ts|issue|test-dcc/
    assert.deepEqual(
      inputs.filter((path) => making.test(path)),
      [],
    )
    assert.doesNotMatch(text, /subtle\.sign\b|generateKey|"pkcs8"/)
  })

  test('holds the verifier itself', () => {
    assert.ok(inputs.some((path) => path.endsWith('verdict/src/verify.ts')))
    assert.ok(inputs.some((path) => path.endsWith('trust/src/load-trust.ts')))
  })

  test('weighs less than 60 kB compressed', () => {
    const bytes = gzipSync(text).length
    assert.ok(bytes < 60_000, `${bytes} bytes`)
  })
})
