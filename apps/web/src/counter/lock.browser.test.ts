/** Protecting a counter and unlocking it in a real browser, with an authenticator of its own and without. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  phone,
  shot,
  startBrowser,
  until,
  untilWorksOffline,
  visit,
} from '../../test/browser.ts'
import {
  bookletsIn,
  code,
  familyName,
  screeningsIn,
  sendNow,
  signIn,
  size,
  typeNegative,
} from '../../test/counter-steps.ts'
import { startStoryPortal } from '../../test/story-portal.ts'

/**
 * A device that recognises its person, as Windows Hello or Touch ID do (Chrome DevTools Protocol, WebAuthn). This one
 * shuts for good after a few tries of somebody else; real ones ask for the device's own code then.
 */
const withAuthenticator = async (page: Page, { hasPrf = true, isUserVerified = true } = {}) => {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  })
  return {
    recognises: (isUserVerified: boolean) =>
      session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    remove: () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  }
}

const lockFolder = 'continuity/lock/'

/** The record of the lock, as the disk has it; a thief copies no less. */
const copyLock = (page: Page): Promise<unknown> =>
  page.evaluate(async (folder) => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const request = indexedDB.open('sidep-counter')
      request.onsuccess = () => done(request.result)
      request.onerror = () => failed(request.error)
    })
    const store = database.transaction('sealed').objectStore('sealed')
    const range = IDBKeyRange.bound(folder, `${folder}\uffff`)
    const sealed = await new Promise<{ nonce: Uint8Array; bytes: ArrayBuffer }>((done) => {
      const request = store.getAll(range)
      request.onsuccess = () => done(request.result[0])
    })
    database.close()
    return { nonce: [...sealed.nonce], bytes: [...new Uint8Array(sealed.bytes)] }
  }, lockFolder)

const lockBytes = async (page: Page): Promise<number> => {
  const copy = (await copyLock(page)) as { readonly bytes: readonly number[] }
  return copy.bytes.length
}

/** Puts a copy back in the place of what is there. */
const putLockBack = (page: Page, copy: unknown): Promise<void> =>
  page.evaluate(
    async ([folder, kept]) => {
      const { nonce, bytes } = kept as { nonce: number[]; bytes: number[] }
      const database = await new Promise<IDBDatabase>((done, failed) => {
        const request = indexedDB.open('sidep-counter')
        request.onsuccess = () => done(request.result)
        request.onerror = () => failed(request.error)
      })
      const store = database.transaction('sealed', 'readwrite').objectStore('sealed')
      const range = IDBKeyRange.bound(folder, `${folder}\uffff`)
      await new Promise<void>((done) => {
        const places = store.getAllKeys(range)
        places.onsuccess = () => {
          const sealed = { nonce: new Uint8Array(nonce), bytes: new Uint8Array(bytes).buffer }
          const put = store.put(sealed, places.result[0])
          put.onsuccess = () => done()
        }
      })
      database.close()
    },
    [lockFolder, copy] as const,
  )

const protect = (page: Page) => page.getByRole('button', { name: 'Protéger ce poste' })
const sign = (page: Page) => page.getByRole('button', { name: 'Signer' })
const signedCode = (page: Page) => page.getByRole('img', { name: 'Certificat provisoire (QR)' })

test('a passkey of the device: made in a calm moment, unlocks without any network after a reload, gives another key each time; a copy of the disk put back opens nothing of after it', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const {
    page,
    context: visitor,
    complaints,
  } = await visit(browser, { size: desktop, worksOffline: true })
  await withAuthenticator(page)
  await size(portal, 1)
  await signIn(page, portal)
  await protect(page).press('Enter')
  const use = page.getByRole('button', { name: 'Utiliser ce poste' })
  await use.and(page.locator(':focus')).waitFor()
  await shot(page, 'lock-device')
  await assertAccessible(page)
  await page.keyboard.press('Enter')
  await page.getByText('Ce comptoir est prêt').waitFor()
  // What was pressed is gone; one goes on at the first field.
  await page
    .getByRole('textbox', { name: 'Nom de naissance' })
    .and(page.locator(':focus'))
    .waitFor()
  await until(async () => (await bookletsIn(portal)) === 1)
  await untilWorksOffline(page)
  await page.getByText('Personne n’attend de résultat.').waitFor()
  const copy = await copyLock(page)

  // 18:00: everything is down, and the browser was closed.
  await portal.stop()
  await visitor.setOffline(true)
  await page.reload()
  await typeNegative(page, ['Le Goff', 'Éloïse'])
  await sign(page).and(page.locator(':focus')).waitFor()
  await shot(page, 'lock-unlock-device')
  await assertAccessible(page)
  await page.keyboard.press('Enter')
  await signedCode(page).waitFor()
  await page.keyboard.press('Escape')
  assert.notDeepEqual(await copyLock(page), copy)

  await portal.restart()
  await size(portal, 3)
  await visitor.setOffline(false)
  await sendNow(page)
  await until(async () => (await bookletsIn(portal)) === 2)
  const [row] = await portal.sql()<{ keys: number }[]>`
    select count(distinct counter_key_id)::int as keys from booklet`
  assert.equal(row?.keys, 2, 'what was unlocked is for no other booklet')

  await portal.stop()
  await visitor.setOffline(true)
  await page.reload()
  await typeNegative(page, ['Nguyễn', 'Văn An'])
  await sign(page).press('Enter')
  await signedCode(page).waitFor()
  await page.keyboard.press('Escape')
  // A thief with the earlier copy of the disk, and with the finger.
  await putLockBack(page, copy)
  await page.reload()
  await typeNegative(page, ['Moreau', 'Zoé'])
  await sign(page).press('Enter')
  await page.getByRole('dialog').getByRole('link', { name: 'Fiches papier' }).waitFor()
  assert.equal(await signedCode(page).count(), 0)
  assert.deepEqual(
    complaints.filter((text) => !/ERR_|Failed to fetch|Failed to load/.test(text)),
    [],
  )
})

test('signed out by the outage: the booklet goes on under the passkey; wrong tries are counted by the device, whatever is put back on the disk; signing out destroys its keys, and the next day asks for no new lock', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const { page, context: visitor } = await visit(browser, { size: desktop, worksOffline: true })
  const device = await withAuthenticator(page)
  await signIn(page, portal)
  await protect(page).press('Enter')
  await page.getByRole('button', { name: 'Utiliser ce poste' }).press('Enter')
  await page.getByText('Ce comptoir est prêt').waitFor()
  await until(async () => (await bookletsIn(portal)) === 1)
  await untilWorksOffline(page)
  await page.getByText('Personne n’attend de résultat.').waitFor()

  await visitor.clearCookies()
  await page.reload()
  await page.getByRole('link', { name: /e-CPS/ }).waitFor()
  await portal.stop()
  await page.reload()
  await page.getByRole('button', { name: 'Continuer avec le carnet' }).press('Enter')
  const go = page.getByRole('dialog').getByRole('button', { name: 'Continuer avec le carnet' })
  await go.and(page.locator(':focus')).waitFor()
  await shot(page, 'lock-alone')
  await assertAccessible(page)
  await page.keyboard.press('Enter')
  await familyName(page).waitFor()
  await typeNegative(page, ['Le Goff', 'Éloïse'])
  await signedCode(page).waitFor()
  await page.keyboard.press('Escape')

  // Somebody else comes, who can read the disk and write it.
  const copy = await copyLock(page)
  const refused = page.getByText('Ce poste ne vous a pas reconnu')
  for (const isRecognised of [false, true]) {
    await page.reload()
    await device.recognises(isRecognised)
    await page.getByRole('button', { name: 'Continuer avec le carnet' }).press('Enter')
    await go.press('Enter')
    await refused.waitFor()
    await go.and(page.locator(':focus')).waitFor()
    assert.deepEqual(await copyLock(page), copy, 'the page counts nothing that could be set back')
    await putLockBack(page, copy)
  }
  await shot(page, 'lock-refused')
  await assertAccessible(page)

  await portal.restart()
  await signIn(page, portal)
  await sendNow(page)
  // A page that has just been opened may not have said yet what waits: signing out before it is sent would be asked about.
  await until(async () => (await screeningsIn(portal)) === 1)
  await page.getByText(/à transmettre/).waitFor({ state: 'detached' })
  const full = await lockBytes(page)
  await page.getByRole('button', { name: 'Se déconnecter' }).press('Enter')
  await page.getByRole('heading', { name: 'Déconnexion' }).waitFor()
  await page.getByRole('button', { name: 'Se déconnecter' }).press('Enter')
  await page.getByRole('heading', { name: 'Se connecter au comptoir' }).waitFor()
  // A key behind the lock takes some 440 bytes.
  assert.ok(full - (await lockBytes(page)) > 400)
  await signIn(page, portal)
  await until(async () => (await bookletsIn(portal)) >= 2)
  assert.equal(await protect(page).count(), 0)
  await page.getByText(/^Sans portail · carnet/).waitFor()
})

test('no passkey here: a code that is easy is refused, a phrase is proposed, kept, and unlocks however it is typed', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const { page, context: visitor } = await visit(browser, { size: phone, worksOffline: true })
  const stranger = await withAuthenticator(page, { isUserVerified: false })
  await signIn(page, portal)
  await protect(page).press('Enter')
  const use = page.getByRole('button', { name: 'Utiliser ce poste' })
  await use.press('Enter')
  await page.getByText('Ce poste ne vous a pas reconnu').waitFor()
  // One that gives no secrets: the offer turns into a code by itself.
  await stranger.remove()
  await withAuthenticator(page, { hasPrf: false })
  await use.press('Enter')
  await page.getByText('Ce poste ou ce navigateur ne peut pas garder la clé.').waitFor()
  const first = page.getByLabel('Nouveau code')
  const again = page.getByLabel('Le même code, encore une fois')
  const keep = page.getByRole('button', { name: 'Garder ce code' })
  await first.fill('904527')
  await keep.press('Enter')
  await page.getByText(/^Trop court/).waitFor()
  await first.fill('pharmacie 2026')
  await page.getByText('Solidité : trop facile').waitFor()
  await page.getByText(/^Trop facile à deviner/).waitFor()
  await shot(page, 'lock-code-phone')
  await assertAccessible(page)
  await assertNoSidewaysScrolling(page)
  await page.getByRole('button', { name: 'Proposer une phrase' }).press('Enter')
  await page.getByText('Solidité : forte').waitFor()
  const phrase = await first.inputValue()
  assert.match(phrase, /^\S+ \S+ \S+ \S+$/)
  assert.equal(await first.getAttribute('type'), 'text', 'it has to be copied down')
  await shot(page, 'lock-phrase-phone')
  await again.fill(code)
  await keep.press('Enter')
  await page.getByText('Les deux codes diffèrent.').waitFor()
  const otherwise = phrase.toUpperCase().replaceAll(' ', '-')
  await again.fill(otherwise)
  await keep.press('Enter')
  await page.getByText('Ce comptoir est prêt').waitFor()
  await until(async () => (await bookletsIn(portal)) === 1)
  await untilWorksOffline(page)
  await visitor.setOffline(true)
  await page.setViewportSize(desktop)
  await page.reload()
  await typeNegative(page, ['Le Goff', 'Éloïse'])
  const asked = page.getByLabel('Code', { exact: true })
  await asked.fill(phrase.normalize('NFD').replaceAll(' ', ''))
  await asked.press('Enter')
  await signedCode(page).waitFor()
})
