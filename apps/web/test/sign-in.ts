import { signInOverHttp } from '@sidep/dev'
import type { Page } from 'playwright-core'

/** Thumbprint (RFC 7638) of the key of a browser; its page makes one when it is first loaded. */
export const deviceOf = async (page: Page, portalUrl: string): Promise<string> => {
  if (!page.url().startsWith(portalUrl)) await page.goto(`${portalUrl}/pro/`)
  const read = () =>
    page.evaluate(async () => {
      const opened = indexedDB.open('sidep-device', 1)
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        opened.onupgradeneeded = () => opened.transaction?.abort()
        opened.onsuccess = () => resolve(opened.result)
        opened.onerror = () => reject(opened.error)
      })
      const asked = database.transaction('keys').objectStore('keys').get('es256-1')
      const pair = await new Promise<CryptoKeyPair>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result)
        asked.onerror = () => reject(asked.error)
      })
      database.close()
      const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
      const text = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }))
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
      return btoa(String.fromCharCode(...digest))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '')
    })
  for (let tries = 0; ; tries += 1) {
    try {
      return await read()
    } catch (error) {
      // The page is still on its way to making it.
      if (tries > 100) throw error
      await page.waitForTimeout(50)
    }
  }
}

export const addCookie = async (page: Page, portalUrl: string, cookie: string): Promise<void> => {
  const [name = '', value = ''] = cookie.split(/=(.*)/s)
  await page.context().addCookies([{ name, value, url: portalUrl }])
}

/** Hands a browser a session of somebody that is bound to its own key, as if they had signed in there. */
export const signInIn = async (
  page: Page,
  portalUrl: string,
  nationalId: string,
): Promise<void> => {
  const device = await deviceOf(page, portalUrl)
  const { cookie } = await signInOverHttp(portalUrl, { nationalId, device })
  await addCookie(page, portalUrl, cookie)
}
