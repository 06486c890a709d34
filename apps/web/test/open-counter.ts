/** The counter in a browser, against a server with a memory that fails on command. */
import type { Browser, Page } from 'playwright-core'
import type { Language } from '../src/shared/messages/catalogue.ts'
import { desktop, phone, visit } from './browser.ts'
import { type MockServer, startMockServer } from './mock-server.ts'

export const field = (page: Page, name: RegExp) => page.getByRole('textbox', { name })
export const familyName = (page: Page) => field(page, /^Nom de naissance|^Name at birth/)
export const state = (page: Page) =>
  page.getByRole('status', { name: /État du comptoir|State of the counter/ })

export interface OpenCounter {
  readonly page: Page
  readonly server: MockServer
}

export interface CounterOptions {
  readonly size?: { readonly width: number; readonly height: number }
  readonly isSignedIn?: boolean
  readonly language?: Language
  readonly permissions?: string[]
  /** What the computer is set to. */
  readonly timeZone?: string
  /** Where the site is. */
  readonly postalCode?: string
  /** See `visit`. */
  readonly worksOffline?: boolean
  /** What the server has before the page asks. */
  readonly prepare?: (server: MockServer) => void
}

/** A counter with a server of its own; signed in unless told otherwise. */
export const openCounter = async (
  browser: Browser,
  context: { after: (close: () => Promise<unknown>) => void },
  options: CounterOptions = {},
): Promise<OpenCounter> => {
  const { size = desktop, isSignedIn = true, language = 'fr', permissions = [] } = options
  const { timeZone = 'Europe/Paris', postalCode, worksOffline = false, prepare } = options
  const server = await startMockServer()
  server.portal.isSignedIn = isSignedIn
  if (postalCode !== undefined) {
    server.portal.sites = [{ id: '750000001', name: 'Pharmacie du Parvis', postalCode }]
  }
  prepare?.(server)
  const { page, context: visitor } = await visit(browser, {
    size,
    permissions,
    timeZone,
    worksOffline,
  })
  context.after(async () => {
    await visitor.close()
    await server.close()
  })
  await page.goto(`${server.url}/pro/?lang=${language}`)
  if (isSignedIn) await familyName(page).waitFor()
  return { page, server }
}

/** Types a person by keyboard alone, the cursor being in the first field; leaves it on the save button. */
export const typeDupont = async (page: Page): Promise<void> => {
  const { keyboard } = page
  await familyName(page).focus()
  for (const text of ['Dupont', 'Camille', '03041980']) {
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('f')
  await keyboard.press('Enter')
  await keyboard.type('06 12 34 56 78')
  await enterToSave(page)
}

/** The test that is typed `panbio`; before the catalogue has arrived there is «another test» alone. */
export const panbio = (page: Page) => page.getByRole('option', { name: /panbio/i }).first()

/**
 * From the contact to the button that saves: Enter passes over the time, which is now, and over the device where one is
 * kept from the person before.
 */
export const enterToSave = async (page: Page): Promise<void> => {
  const { keyboard } = page
  await keyboard.press('Enter')
  const device = page.getByRole('combobox', { name: /^Test utilisé|^Test used/ })
  if ((await device.inputValue()) === '') {
    await device.and(page.locator(':focus')).waitFor()
    await keyboard.type('panbio')
    await panbio(page).waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await keyboard.press('Enter')
  }
  await page
    .getByRole('button', { name: /^Enregistrer et attendre|^Save and wait/ })
    .and(page.locator(':focus'))
    .waitFor()
}

/** The results of the day are behind their tab. */
export const openDay = (page: Page): Promise<void> =>
  page.getByRole('tab', { name: /^Aujourd’hui|^Today/ }).press('Enter')

/** From a desk to a phone: resolves once the counter is laid out for it, which the page does in its next frame. */
export const narrowToPhone = async (page: Page): Promise<void> => {
  await page.setViewportSize(phone)
  // Also behind a dialog.
  await page
    .getByRole('tab', { name: /^Nouveau dépistage|^New screening/, includeHidden: true })
    .waitFor({ state: 'attached' })
}

/** Places of the counter's store that begin so. */
export const storedPlaces = (page: Page, prefix: string): Promise<string[]> =>
  page.evaluate(
    (start) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('sidep-counter')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const keys = opening.result.transaction('sealed').objectStore('sealed').getAllKeys()
          keys.onerror = () => reject(keys.error)
          keys.onsuccess = () => {
            opening.result.close()
            resolve(keys.result.map(String).filter((key) => key.startsWith(start)))
          }
        }
      }),
    prefix,
  )

/** What this browser keeps of the drafts being typed, opened with its own key. */
export const storedDrafts = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const result = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await result(indexedDB.open('sidep-counter'))
    const stores = database.transaction(['keys', 'sealed'])
    const sealed = stores.objectStore('sealed')
    const places = (await result(sealed.getAllKeys())).map(String)
    const drafts = places.filter((place) => place.startsWith('draft/'))
    const key: CryptoKey = await result(stores.objectStore('keys').get('aes-gcm-1'))
    const records = await Promise.all(
      drafts.map(async (place) => ({ place, ...(await result(sealed.get(place))) })),
    )
    database.close()
    const opened = records.map(({ place, nonce, bytes }) =>
      crypto.subtle.decrypt(
        {
          name: 'AES-GCM',
          iv: nonce,
          additionalData: new TextEncoder().encode(`sidep-counter/${place}`),
        },
        key,
        bytes,
      ),
    )
    return (await Promise.all(opened)).map((bytes) => new TextDecoder().decode(bytes)).join()
  })
