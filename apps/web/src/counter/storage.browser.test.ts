/** Storage that the browser closes, clears or refuses under an open counter. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { routes } from '@sidep/contracts'
import type { Page } from 'playwright-core'
import { assertAccessible, desktop, shot, startBrowser, until, visit } from '../../test/browser.ts'
import { familyName, sendNow, typePerson } from '../../test/counter-steps.ts'
import { type MockServer, startMockServer } from '../../test/mock-server.ts'
import { safetyMessages } from './messages/safety-messages.ts'
import { storageMessages } from './messages/storage-messages.ts'

const words = storageMessages.fr

interface World {
  readonly page: Page
  readonly server: MockServer
}

const open = async (
  context: { after(close: () => Promise<unknown>): void },
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<World> => {
  const browser = await startBrowser(context)
  const server = await startMockServer()
  server.portal.isSignedIn = true
  context.after(() => server.close())
  const { page } = await visit(browser, { size: desktop })
  await prepare(page)
  await page.goto(`${server.url}/pro/`)
  await familyName(page).waitFor()
  return { page, server }
}

/** Storage that works until it is told to fail, and again afterwards. */
const breakable = async (page: Page): Promise<void> => {
  await page.addInitScript(() => {
    const open = indexedDB.open.bind(indexedDB)
    indexedDB.open = (name: string, version?: number) => {
      if (document.documentElement.dataset.storage === 'broken')
        throw new DOMException('broken', 'UnknownError')
      return open(name, version)
    }
  })
}
const setStorage = (page: Page, state: 'broken' | 'sound'): Promise<void> =>
  page.evaluate((to) => {
    document.documentElement.dataset.storage = to
  }, state)

/** Another page of the same browser deletes the database: this one is told to let go of it. */
const deleteDatabase = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('sidep-counter')
        request.onsuccess = () => resolve()
        request.onerror = () => reject(request.error)
      }),
  )

/** What the page has put on disk, without making a database where there is none. */
const placesOnDisk = (page: Page): Promise<string[]> =>
  page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const opening = indexedDB.open('sidep-counter')
        opening.onupgradeneeded = () => opening.transaction?.abort()
        opening.onerror = () => resolve([])
        opening.onsuccess = () => {
          const keys = opening.result.transaction('sealed').objectStore('sealed').getAllKeys()
          keys.onsuccess = () => {
            opening.result.close()
            resolve(keys.result.map(String))
          }
        }
      }),
  )

const screeningsPosted = ({ server }: World): number =>
  server.posts.filter(({ path }) => path === routes.screenings).length

const record = async (page: Page, name: string): Promise<void> => {
  await familyName(page).fill('')
  await typePerson(page, [name, 'Camille'])
  await page.keyboard.press('Enter')
}

describe('storage that is taken from under the counter', () => {
  it('deleted by another page: the next person is recorded and kept as if nothing had been', async (context) => {
    const world = await open(context)
    const { page, server } = world
    await record(page, 'Avant')
    await page.getByText('Camille AVANT est enregistré(e)').waitFor()
    await deleteDatabase(page)
    server.portal.faults.list = [{ kind: 'unreachable' }]
    await record(page, 'Après')
    await page
      .getByText(/Camille APRÈS/)
      .first()
      .waitFor()
    assert.equal(await page.getByText(words.gone).count(), 0)
    // Kept: it is there after a reload, and goes to the portal.
    server.portal.faults.list = []
    await page.reload()
    await sendNow(page)
    await until(() => [...server.portal.books.screenings.values()].length === 2)
  })

  it('cleared as the browser clears it: what waited to be sent and what was begun are put back', async (context) => {
    const world = await open(context)
    const { page, server } = world
    server.portal.faults.list = [{ kind: 'unreachable' }]
    await record(page, 'Promise')
    await page
      .getByText(/Camille PROMISE/)
      .first()
      .waitFor()
    await familyName(page).fill('Commencée')
    const session = await page.context().newCDPSession(page)
    await session.send('Storage.clearDataForOrigin', {
      origin: server.url,
      storageTypes: 'indexeddb',
    })
    await until(async () => (await placesOnDisk(page)).some((key) => key.startsWith('draft/')))
    await page.reload()
    await familyName(page).waitFor()
    assert.equal(await familyName(page).inputValue(), 'Commencée')
    server.portal.faults.list = []
    await sendNow(page)
    await until(() => server.portal.books.screenings.size === 1)
  })
})

/** Storage that never answers, with a person who is asked whether it may be kept and does not say. */
const silent = async (page: Page): Promise<void> => {
  await page.addInitScript(() => {
    const open = indexedDB.open.bind(indexedDB)
    // Who opens what is about to be deleted waits for whoever has it open, who never closes it.
    const held = open('held')
    held.onsuccess = () => Object.assign(globalThis, { held: held.result })
    indexedDB.deleteDatabase('held')
    indexedDB.open = () => open('held')
    navigator.storage.persist = () => new Promise(() => undefined)
    LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'))
  })
}

describe('storage that fails', () => {
  it('by never answering: the counter opens all the same, and records', async (context) => {
    const { page, server } = await open(context, silent)
    await page.getByText(words.gone).first().waitFor()
    await record(page, 'Muette')
    await page.getByText('Camille MUETTE est enregistré(e)').waitFor()
    assert.equal(server.portal.books.screenings.size, 1)
  })

  it('online: said in words, each entry is sent at once, and it is said no more once storage is back', async (context) => {
    const world = await open(context, breakable)
    const { page, server } = world
    await setStorage(page, 'broken')
    await deleteDatabase(page)
    await familyName(page).fill('Directe')
    await page.getByText(words.gone).first().waitFor()
    await page.getByText(words.goneOnline).waitFor()
    await page.getByText(words.goneDraft).waitFor()
    assert.equal(await page.getByText(/de l’espace/).count(), 0)
    await assertAccessible(page)
    await shot(page, 'storage-gone-online')
    await record(page, 'Directe')
    await page.getByText('Camille DIRECTE est enregistré(e)').waitFor()
    assert.equal(server.portal.books.screenings.size, 1)
    await familyName(page).fill('Suivante')
    await setStorage(page, 'sound')
    await page.getByText(words.gone).first().waitFor({ state: 'detached' })
    // What was begun meanwhile is kept now.
    await page.reload()
    await familyName(page).waitFor()
    assert.equal(await familyName(page).inputValue(), 'Suivante')
  })

  it('offline: nothing is promised, what was typed stays on the screen, and slips are offered', async (context) => {
    const world = await open(context, breakable)
    const { page, server } = world
    await setStorage(page, 'broken')
    await deleteDatabase(page)
    server.portal.faults.list = [{ kind: 'unreachable' }]
    await record(page, 'Perdue')
    const alert = page.getByRole('alert').filter({ hasText: words.notKept })
    await alert.waitFor()
    await alert.getByRole('link', { name: words.slips }).waitFor()
    assert.equal(await familyName(page).inputValue(), 'Perdue')
    await page.getByText(words.goneOffline).first().waitFor()
    await page.getByText(safetyMessages.fr.unkeptOffline).waitFor()
    assert.equal(await page.getByText('Vos saisies sont enregistrées sur ce poste').count(), 0)
    await assertAccessible(page)
    await shot(page, 'storage-gone-offline')
    const asked = screeningsPosted(world)
    server.portal.faults.list = []
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).click()
    await page.getByText('Camille PERDUE est enregistré(e)').waitFor()
    assert.equal(screeningsPosted(world), asked + 1)
    assert.equal(server.portal.books.screenings.size, 1)
  })
})
