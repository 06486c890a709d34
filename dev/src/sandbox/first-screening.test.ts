import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { apiPage } from '@sidep/contracts/openapi'
import { startSandbox } from './index.ts'

/** As somebody copies it from the page. */
const fromPage = (id: string): string => {
  const [, shown = ''] =
    new RegExp(`<code id="${id}">([^<]*)</code>`).exec(apiPage('1.0.0', 'everyone')) ?? []
  return shown.replace(/&#(\d+);/g, (_mark, code) => String.fromCharCode(Number(code)))
}

test('the script on the page for developers records a screening, with the page and nothing else', async () => {
  const sandbox = await startSandbox({ port: 0, now: () => Date.now() })
  try {
    const python = spawn('python3', ['-', sandbox.url], { stdio: ['pipe', 'pipe', 'pipe'] })
    python.stdin.end(fromPage('first-screening'))
    const [said, complaint] = await Promise.all([
      text(python.stdout),
      text(python.stderr),
      once(python, 'exit'),
    ])
    assert.match(said, /^recorded URN:UVCI:01:FR:[0-9A-Z]+#[0-9A-Z]\n$/, complaint)
  } finally {
    await sandbox.close()
  }
})
