import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  phone,
  shot,
  startBrowser,
  startBrowserWithCamera,
  visit,
} from '../../test/browser.ts'
import { writeFakeCamera } from '../../test/fake-camera.ts'
import { type MockServer, startMockServer } from '../../test/mock-server.ts'
import { dataMatrix } from '../shared/documents/data-matrix.ts'
import { type Language, languages, translator } from '../shared/messages/catalogue.ts'
import { messages } from './messages.ts'

const browser = await startBrowser({ after })
let server: MockServer

const gs = '\u001d'
const insText = `IS01${'0'.repeat(22)}S1269054958815780S21.2.250.1.213.1.4.10S3CORINNE ANNE${gs}S4LE GOFF${gs}S5FS614-05-1969S763220`

const field = (page: Page, name: RegExp) => page.getByRole('textbox', { name })
const familyName = (page: Page) => field(page, /^Nom de naissance|^Name at birth/)
const state = (page: Page) =>
  page.getByRole('status', { name: /État du comptoir|State of the counter/ })

/** A counter with a server of its own; signed in unless told otherwise. */
const counter = async (
  context: { after: (close: () => Promise<unknown>) => void },
  options: {
    readonly size?: { readonly width: number; readonly height: number }
    readonly isSignedIn?: boolean
    readonly language?: Language
    /** One with a camera, say. */
    readonly browser?: Browser
    readonly permissions?: string[]
  } = {},
): Promise<Page> => {
  const { size = desktop, isSignedIn = true, language = 'fr', permissions = [] } = options
  server = await startMockServer()
  server.isSignedIn = isSignedIn
  const { page, context: visitor } = await visit(options.browser ?? browser, {
    size,
    permissions,
  })
  // Tries after failures spread out with full jitter, up to a minute apart (shared/api, backoffMilliseconds).
  page.setDefaultTimeout(75_000)
  context.after(async () => {
    await visitor.close()
    await server.close()
  })
  await page.goto(`${server.url}/pro/?lang=${language}`)
  if (isSignedIn) await familyName(page).waitFor()
  return page
}

/** Types a person by keyboard alone, the cursor being in the first field; leaves it on the save button. */
const type = async (page: Page): Promise<void> => {
  const { keyboard } = page
  await familyName(page).focus()
  for (const text of ['Dupont', 'Camille', '03041980']) {
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('f')
  await keyboard.press('Enter')
  await keyboard.type('06 12 34 56 78')
  await keyboard.press('Enter')
  await keyboard.type('panbio')
  await page.getByRole('option').first().waitFor()
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await keyboard.press('Enter')
  await page
    .getByRole('button', { name: /^Enregistrer et attendre|^Save and wait/ })
    .and(page.locator(':focus'))
    .waitFor()
}

const eventually = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUpAt = performance.now() + 75_000
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error('this did not happen')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const storedPlaces = (page: Page, prefix: string): Promise<string[]> =>
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
const storedDrafts = (page: Page): Promise<string> =>
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

describe('every screen of the counter', () => {
  for (const language of languages)
    for (const [device, size] of [
      ['desktop', desktop],
      ['phone', phone],
    ] as const)
      it(`is accessible in ${language} on a ${device}, and nothing sticks out`, async (context) => {
        const t = translator(messages, language)
        const page = await counter(context, { size, isSignedIn: false, language })
        const button = (name: string) => page.getByRole('button', { name, exact: true })
        const text = (label: string) => page.getByRole('textbox', { name: label })
        const look = async (name: string): Promise<void> => {
          await assertAccessible(page)
          await assertNoSidewaysScrolling(page)
          await shot(page, `counter-${name}-${language}-${device}`)
        }
        const ecps = page.getByRole('link', { name: t('doorEcps') })
        await ecps.waitFor()
        await look('sign-in')
        server.sites = [
          { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
          { id: '750000002', name: 'Centre de dépistage de la gare', postalCode: '75010' },
        ]
        await ecps.press('Enter')
        const site = page.getByRole('button', { name: /Pharmacie du Parvis/ })
        await site.waitFor()
        await look('site')
        await site.press('Enter')
        await text(t('familyName')).waitFor()
        await look('empty')
        await button(t('more')).press('Enter')
        await page
          .getByRole('radiogroup', { name: t('symptoms') })
          .getByRole('radio', { name: t('symptomsPresent') })
          .press('Space')
        await text(t('birthDate')).fill('31/02/1980')
        await text(t('contact')).fill('06 12')
        await button(t('saveAndWait')).press('Enter')
        await page.getByText(t('fault_DATE_NOT_REAL')).waitFor()
        await look('faults')
        await button(t('clear')).press('Enter')
        await type(page)
        await page.keyboard.press('Enter')
        await page.getByText(t('saved', { name: 'Camille DUPONT' })).waitFor()
        const waitingTab = page.getByRole('tab', { name: t('waitingCount', { count: 1 }) })
        if (await waitingTab.isVisible()) await waitingTab.press('Enter')
        await look('waiting')
        await button(t('readResultOf', { name: 'Camille DUPONT' })).press('Enter')
        await page.getByRole('dialog', { name: t('resultTitle') }).waitFor()
        await look('result')
        await page.keyboard.press('p')
        await page.getByRole('alertdialog').waitFor()
        await look('confirm')
        await button(t('positiveConfirmYes')).press('Enter')
        await page.getByRole('img', { name: t('euCode') }).waitFor()
        await look('document')
        await page.keyboard.press('Escape')
        const again = button(t('showDocumentOf', { name: 'Camille DUPONT' }))
        await again.scrollIntoViewIfNeeded()
        await look('today')
      })
})

describe('typing at the counter', () => {
  it('takes a pasted or a scanned INS DataMatrix for the identity, and goes on to the contact', async (context) => {
    const page = await counter(context)
    await familyName(page).focus()
    // A keyboard-wedge scanner: fast keys, the separator as Ctrl+], Enter at the end.
    for (const part of insText
      .split(gs)
      .flatMap((text, index) => (index === 0 ? [text] : ['Control+]', text]))) {
      if (part === 'Control+]') await page.keyboard.press(part)
      else await page.keyboard.type(part)
    }
    await page.keyboard.press('Enter')
    await page.getByText('Identité lue dans le DataMatrix INS.').waitFor()
    assert.equal(await familyName(page).inputValue(), 'LE GOFF')
    assert.equal(await field(page, /^Prénoms/).inputValue(), 'CORINNE ANNE')
    assert.equal(await field(page, /^Date de naissance/).inputValue(), '14/05/1969')
    await field(page, /^Téléphone/)
      .and(page.locator(':focus'))
      .waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await familyName(page).inputValue(), '')

    await familyName(page).evaluate((input, text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', text)
      input.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      )
    }, insText)
    await page.getByText('Identité lue dans le DataMatrix INS.').waitFor()
    assert.equal(await familyName(page).inputValue(), 'LE GOFF')
  })
  it('reads an INS DataMatrix held before the camera, through the reader that the verifier has', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'sidep-ins-'))
    context.after(() => rm(folder, { recursive: true }))
    const video = join(folder, 'ins.y4m')
    await writeFakeCamera(video, dataMatrix(insText))
    const withCamera = await startBrowserWithCamera(context, video)
    const page = await counter(context, { browser: withCamera, permissions: ['camera'] })
    await page.getByRole('button', { name: /INS/ }).click()
    await page.getByText('Identité lue dans le DataMatrix INS.').waitFor()
    assert.equal(await familyName(page).inputValue(), 'LE GOFF')
    assert.equal(await field(page, /^Prénoms/).inputValue(), 'CORINNE ANNE')
    assert.equal(await field(page, /^Date de naissance/).inputValue(), '14/05/1969')
    assert.equal(await page.getByRole('dialog').count(), 0)
    await field(page, /^Téléphone/)
      .and(page.locator(':focus'))
      .waitFor()
  })
  it('an inconclusive result is recorded without a certificate, and says what to do', async (context) => {
    const page = await counter(context)
    await type(page)
    await page.keyboard.press('i')
    await page.getByText('Pas de certificat pour un résultat indéterminé').waitFor()
    assert.equal(await page.getByRole('img', { name: /Certificat/ }).count(), 0)
    assert.equal(await page.getByRole('button', { name: 'Imprimer' }).count(), 0)
    await assertAccessible(page)
    await shot(page, 'inconclusive')
    await page.keyboard.press('Enter')
    await familyName(page).and(page.locator(':focus')).waitFor()
    assert.deepEqual(
      [...server.screenings.values()].map(({ result, certificate }) => [result, certificate]),
      [['inconclusive', null]],
    )
  })
  it('says what is wrong on leaving a field, not while typing, and undoes with Escape', async (context) => {
    const page = await counter(context)
    const birthDate = field(page, /^Date de naissance/)
    await birthDate.focus()
    await page.keyboard.type('31021980')
    assert.equal(await page.getByText('Cette date n’existe pas.').count(), 0)
    await page.keyboard.press('Tab')
    await page.getByText('Cette date n’existe pas.').waitFor()
    assert.equal(await birthDate.getAttribute('aria-invalid'), 'true')
    await birthDate.focus()
    await page.keyboard.press('Escape')
    assert.equal(await birthDate.inputValue(), '')
  })
  it('brings what was typed back after a reload, under the same id', async (context) => {
    const page = await counter(context)
    await familyName(page).focus()
    await page.keyboard.type('Dupont')
    await eventually(async () => (await storedDrafts(page)).includes('Dupont'))
    await page.reload()
    await familyName(page).waitFor()
    assert.equal(await familyName(page).inputValue(), 'Dupont')
  })
  it('explains what an unlisted test means for the certificate, and asks for its name', async (context) => {
    const page = await counter(context)
    await page.getByRole('combobox', { name: /^Test utilisé/ }).fill('autre')
    await page.getByRole('option', { name: /^Autre test/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText(/mais pas le certificat européen/).waitFor()
    await field(page, /^Nom du test/).waitFor()
  })
})

describe('when sending fails', () => {
  it('the answer lost on the way is asked for again under the same id: one screening, nothing lost', async (context) => {
    const page = await counter(context)
    server.fault = { kind: 'break', when: 'after' }
    await type(page)
    await page.keyboard.press('Enter')
    await page.getByText('Vos saisies sont enregistrées sur ce poste').waitFor()
    await state(page).getByText('1 dépistage à transmettre').waitFor()
    await shot(page, 'counter-failing-desktop')
    await assertAccessible(page)
    assert.equal(server.screenings.size, 1)
    server.fault = null
    await page.reload()
    await state(page).getByText('Connecté · Pharmacie du Parvis').waitFor()
    await page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' }).waitFor()
    await page.waitForFunction(() => !document.body.textContent?.includes('à transmettre'))
    assert.equal(server.screenings.size, 1)
    assert.ok(server.posts.length >= 2)
    assert.equal(new Set(server.posts.map(({ body }) => JSON.stringify(body))).size, 1)
    assert.deepEqual(await storedPlaces(page, 'outbox/'), [])
  })
  it('a server that asks for patience is not asked sooner, not even after a reload by hand', async (context) => {
    const page = await counter(context)
    server.fault = { kind: 'problem', code: 'UNAVAILABLE', retryAfterSeconds: 3 }
    await type(page)
    await page.keyboard.press('Enter')
    await state(page)
      .getByText(/^Serveur occupé, nouvel essai à \d\d:\d\d/)
      .waitFor()
    await page.getByText('Code pour l’assistance : K7Q-2MD').waitFor()
    const refusedAt = server.posts[0]?.at ?? 0
    server.fault = null
    await page.waitForFunction(() => !document.body.textContent?.includes('à transmettre'))
    assert.equal(server.screenings.size, 1)
    assert.ok((server.posts[1]?.at ?? 0) - refusedAt >= 3000)
  })
  it('a refused field is said beside itself, has the focus, and can be sent again under the same id', async (context) => {
    const page = await counter(context)
    server.fault = {
      kind: 'problem',
      code: 'REQUEST_INVALID',
      faults: [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_TOO_OLD' }],
    }
    await type(page)
    await page.keyboard.press('Enter')
    await page.getByText('Cette date est trop ancienne.').waitFor()
    await field(page, /^Date de naissance/)
      .and(page.locator(':focus'))
      .waitFor()
    server.fault = null
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
    await page.getByText('Camille DUPONT est enregistré(e)').waitFor()
    const ids = server.posts.map(
      ({ body }) => typeof body === 'object' && body !== null && 'id' in body && body.id,
    )
    assert.equal(new Set(ids).size, 1)
  })
  it('an entry refused later waits to be corrected, with its faults', async (context) => {
    const page = await counter(context)
    server.fault = { kind: 'break', when: 'before' }
    await type(page)
    await page.keyboard.press('Enter')
    await page.getByText('Vos saisies sont enregistrées sur ce poste').waitFor()
    await state(page).getByText('1 dépistage à transmettre').waitFor()
    server.fault = {
      kind: 'problem',
      code: 'REQUEST_INVALID',
      faults: [{ pointer: '/device', code: 'DEVICE_NOT_VALID_THEN' }],
    }
    await page.getByRole('button', { name: 'Corriger la saisie de Camille DUPONT' }).press('Enter')
    await page.getByText('Ce test n’était pas sur la liste européenne à cette date.').waitFor()
    assert.equal(await familyName(page).inputValue(), 'Dupont')
    // It left the outbox; a place for what is being corrected is kept again.
    await page.waitForFunction(() => !document.body.textContent?.includes('à transmettre'))
    assert.ok((await storedPlaces(page, 'outbox/')).length <= 1)
    await shot(page, 'counter-correcting-desktop')
    server.fault = null
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
    await page.getByText('Camille DUPONT est enregistré(e)').waitFor()
    assert.equal(server.screenings.size, 1)
  })
  it('a session that ends while one types loses nothing: sign in again, and it is sent', async (context) => {
    const page = await counter(context)
    server.isSignedIn = false
    await type(page)
    await page.keyboard.press('Enter')
    await state(page)
      .getByText(/^Session terminée/)
      .waitFor()
    await familyName(page).fill('Moreau')
    await shot(page, 'counter-session-ended-desktop')
    await assertAccessible(page)
    await page.getByRole('link', { name: 'Se reconnecter par e-CPS' }).press('Enter')
    await state(page).getByText('Connecté · Pharmacie du Parvis').waitFor()
    await page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' }).waitFor()
    assert.equal(await familyName(page).inputValue(), 'Moreau')
    await eventually(() => server.screenings.size === 1)
  })
  it('the whole counter works without a network: reload, type, record, and send when it is back', async (context) => {
    const page = await counter(context)
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.getByText('Personne n’attend de résultat.').waitFor()
    server.isDown = true
    await page.reload()
    await state(page)
      .getByText(/^Hors ligne/)
      .waitFor()
    await type(page)
    await page.keyboard.press('Enter')
    await state(page).getByText('1 dépistage à transmettre').waitFor()
    await page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' }).press('Enter')
    await page.keyboard.press('n')
    await page.getByText('Le résultat est enregistré sur ce poste', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await shot(page, 'counter-offline-desktop')
    server.isDown = false
    await page.getByRole('button', { name: 'Essayer maintenant' }).press('Enter')
    await page.getByRole('button', { name: 'Certificat de Camille DUPONT' }).waitFor()
    assert.deepEqual(
      [...server.screenings.values()].map(({ result }) => result),
      ['negative'],
    )
    // It is put away a moment after the certificate is shown.
    await eventually(async () => (await storedPlaces(page, 'outbox/')).length === 0)
  })
})

describe('the waiting room', () => {
  for (const language of languages)
    for (const [device, size] of [
      ['desktop', desktop],
      ['phone', phone],
    ] as const)
      it(`lets one type meanwhile and sends it once signed in, in ${language} on a ${device}`, async (context) => {
        const t = translator(messages, language)
        const page = await counter(context, { size, isSignedIn: false, language })
        const waiting = { state: 'waiting', hasTicket: true, pollAfterSeconds: 1 } as const
        server.room = { ...waiting, position: 812, waitSeconds: 170 }
        await page.getByRole('link', { name: t('doorEcps') }).press('Enter')
        await state(page)
          .getByText(t('stateWaitingRoomFor', { count: 3 }))
          .waitFor()
        await assertAccessible(page)
        await assertNoSidewaysScrolling(page)
        await shot(page, `counter-room-${language}-${device}`)
        await type(page)
        await page.keyboard.press('Enter')
        await state(page)
          .getByText(t('toSend', { count: 1 }))
          .waitFor()

        // A reload keeps the place, the entry and what is being typed.
        await familyName(page).fill('Martin')
        // A key is on disk some milliseconds after it was pressed; a script reloads sooner than any hand.
        await eventually(async () => (await storedDrafts(page)).includes('Martin'))
        await page.reload()
        await state(page)
          .getByText(t('toSend', { count: 1 }))
          .waitFor()
        assert.equal(await familyName(page).inputValue(), 'Martin')
        assert.equal(server.posts.length, 0)

        // In the middle of a name nobody is taken away: the way to the door is offered.
        server.room = { ...server.room, state: 'admitted', position: 0, waitSeconds: 0 }
        await page.getByRole('alert').getByText(t('roomTurnTitle')).waitFor()
        await assertAccessible(page)
        await assertNoSidewaysScrolling(page)
        await shot(page, `counter-turn-${language}-${device}`)
        await page.getByRole('button', { name: t('roomGo') }).press('Enter')
        await state(page)
          .getByText(t('stateConnected', { site: 'Pharmacie du Parvis' }))
          .waitFor()
        assert.equal(await familyName(page).inputValue(), 'Martin')
        await eventually(() => server.screenings.size === 1)
        await state(page)
          .getByText(t('toSend', { count: 1 }))
          .waitFor({ state: 'detached' })
      })
})

describe('two tabs of one counter', () => {
  it('have a draft each', async (context) => {
    const page = await counter(context)
    await familyName(page).fill('Dupont')
    const second = await page.context().newPage()
    await second.goto(`${server.url}/pro/`)
    await familyName(second).waitFor()
    assert.equal(await familyName(second).inputValue(), '')
  })
})

describe('what this device keeps', () => {
  it('is under a key that scripts cannot export', async (context) => {
    const page = await counter(context)
    const extractable = await page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const opening = indexedDB.open('sidep-counter')
          opening.onsuccess = () => {
            const keys = opening.result.transaction('keys').objectStore('keys').getAll()
            keys.onsuccess = () => {
              opening.result.close()
              resolve(keys.result.some((key: CryptoKey) => key.extractable))
            }
          }
        }),
    )
    assert.equal(extractable, false)
  })
})
