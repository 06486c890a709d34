/** The device key where it lives: in Chromium, against the real server. */
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { SessionView } from '@sidep/contracts'
import { startTestCluster, testSites } from '@sidep/server/platform/testing.ts'
import { build } from 'esbuild'
import { startBrowser } from '../../../test/browser.ts'
import type { DeviceKey } from './device-key.ts'

declare global {
  var device: {
    readonly open: () => Promise<DeviceKey | null>
    readonly renew: () => Promise<{ readonly status: number; readonly body: unknown }>
    readonly stored: () => Promise<CryptoKeyPair>
  }
}

const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { openDB } from 'idb'
        import { bytesToBase64url, textToBase64url } from '@sidep/encoding'
        import { openDeviceKey } from './device-key.ts'
        const encode = (value) => textToBase64url(JSON.stringify(value))
        globalThis.device = {
          open: openDeviceKey,
          stored: async () => (await openDB('sidep-device', 1)).get('keys', 'es256-1'),
          renew: async () => {
            const key = await openDeviceKey()
            const start = await (await fetch('/api/session/renewal')).json()
            const iat = Math.floor(Date.parse(start.serverTime) / 1000)
            const header = { typ: 'sidep-renewal+jwt', alg: 'ES256', jwk: key.publicKey }
            const claims = { aud: location.origin, sid: start.sessionId, iat, jti: crypto.randomUUID() }
            const text = encode(header) + '.' + encode(claims)
            const signature = await key.sign(new TextEncoder().encode(text))
            const proof = text + '.' + bytesToBase64url(signature)
            const response = await fetch('/api/session/renewal', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ proof }),
            })
            return { status: response.status, body: await response.json() }
          },
        }`,
      resolveDir: resolve(import.meta.dirname),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  })
  return outputFiles.map(({ text }) => text).join('\n')
}

test('a browser’s key cannot be exported, survives a reload, and renews the session bound to it; another browser’s does not', async (context) => {
  const cluster = await startTestCluster()
  context.after(() => cluster.close())
  const portal = await cluster.portal()
  const { url } = portal.server
  const script = await bundle()
  const browser = await startBrowser(context)
  const openPage = async () => {
    const browsing = await browser.newContext()
    const page = await browsing.newPage()
    await page.route(`${url}/device-test`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><script type="module" src="/device-test.js"></script>',
      }),
    )
    await page.route(`${url}/device-test.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    )
    const visit = async () => {
      await page.goto(`${url}/device-test`)
      await page.waitForFunction('globalThis.device !== undefined')
    }
    await visit()
    return { browsing, page, visit }
  }

  const mine = await openPage()
  const thumbprint = await mine.page.evaluate(async () => (await device.open())?.thumbprint ?? '')
  assert.match(thumbprint, /^[A-Za-z0-9_-]{43}$/)
  await mine.visit()
  assert.equal(
    await mine.page.evaluate(async () => (await device.open())?.thumbprint ?? ''),
    thumbprint,
  )
  const exported = await mine.page.evaluate(async () => {
    const { privateKey } = await device.stored()
    return crypto.subtle.exportKey('jwk', privateKey).then(
      () => 'exported',
      (error: Error) => error.name,
    )
  })
  assert.equal(exported, 'InvalidAccessError')

  const signedInAt = portal.clock.now()
  const cookie = await portal.cookieAt(testSites.parvis, {
    device: thumbprint,
    signedInAt,
    renewBy: new Date(signedInAt.getTime() + 1_200_000),
  })
  const [name = '', value = ''] = cookie.split('=')
  const session = { name, value, url, httpOnly: true, sameSite: 'Lax' } as const
  await mine.browsing.addCookies([session])
  portal.clock.advance(2 * 3_600_000)
  const renewed = await mine.page.evaluate(() => device.renew())
  assert.equal(renewed.status, 200)
  assert.equal((renewed.body as SessionView).device, thumbprint)

  const thief = await openPage()
  await thief.browsing.addCookies([session])
  const refused = await thief.page.evaluate(() => device.renew())
  assert.equal(refused.status, 403)
  assert.equal((refused.body as { code: string }).code, 'SESSION_PROOF_INVALID')
})
