import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import {
  assertAccessible,
  desktop,
  phone,
  shot,
  startBrowser,
  startBrowserWithCamera,
  until,
  untilWorksOffline,
} from '../../test/browser.ts'
import { readEarly, sendNow } from '../../test/counter-steps.ts'
import { writeFakeCamera } from '../../test/fake-camera.ts'
import {
  familyName,
  field,
  openCounter,
  openDay,
  state,
  storedDrafts,
  storedPlaces,
  typeDupont,
} from '../../test/open-counter.ts'
import { dataMatrix } from '../shared/documents/data-matrix.ts'

const browser = await startBrowser({ after })

const gs = '\u001d'
const insText = `IS01${'0'.repeat(22)}S1269054958815780S21.2.250.1.213.1.4.10S3CORINNE ANNE${gs}S4LE GOFF${gs}S5FS614-05-1969S763220`

describe('typing at the counter', () => {
  it('takes a pasted or a scanned INS DataMatrix for the identity, and goes on to the contact', async (context) => {
    const { page } = await openCounter(browser, context)
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
    const { page } = await openCounter(withCamera, context, { permissions: ['camera'] })
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
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    await page.keyboard.press('i')
    await page.getByText('Pas de certificat pour un résultat indéterminé').waitFor()
    assert.equal(await page.getByRole('img', { name: /Certificat/ }).count(), 0)
    assert.equal(await page.getByRole('button', { name: 'Imprimer' }).count(), 0)
    await assertAccessible(page)
    await shot(page, 'inconclusive')
    await page.keyboard.press('Enter')
    await familyName(page).and(page.locator(':focus')).waitFor()
    assert.deepEqual(
      [...server.portal.books.screenings.values()].map(({ result, certificate }) => [
        result,
        certificate,
      ]),
      [['inconclusive', null]],
    )
  })
  it('says what is wrong on leaving a field, not while typing, and undoes with Escape', async (context) => {
    const { page } = await openCounter(browser, context)
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
    const { page } = await openCounter(browser, context)
    await familyName(page).focus()
    await page.keyboard.type('Dupont')
    await until(async () => (await storedDrafts(page)).includes('Dupont'))
    await page.reload()
    await familyName(page).waitFor()
    assert.equal(await familyName(page).inputValue(), 'Dupont')
  })
  it('the screen may be turned or made narrow: what has the focus keeps it', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.add({
      id: '0199c1b0-0000-7000-8000-000000000001',
      state: 'final',
      person: { familyName: 'Dupont', firstNames: 'Camille', birthDate: '1980-04-03', sex: 'F' },
      kind: 'antigen',
      disease: '840539006',
      device: '1232',
      deviceName: null,
      sampledAt: new Date().toISOString(),
      recordedAt: new Date().toISOString(),
      result: 'inconclusive',
      certificate: null,
    })
    await page.reload()
    await openDay(page)
    const row = page.getByRole('button', { name: 'Résultat de Camille DUPONT' })
    await row.focus()
    for (const size of [phone, desktop]) {
      await page.setViewportSize(size)
      await page
        .getByRole('tab', { name: 'Nouveau dépistage' })
        .waitFor({ state: size === phone ? 'visible' : 'detached' })
      // Two frames: what the page does after it has drawn is done.
      await page.evaluate(
        () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
      )
      assert.equal(await row.and(page.locator(':focus')).count(), 1)
    }
  })
  it('explains what an unlisted test means for the certificate, and asks for its name', async (context) => {
    const { page } = await openCounter(browser, context)
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
    const { page, server } = await openCounter(browser, context)
    server.portal.faults.list = [{ kind: 'answer-lost' }]
    await typeDupont(page)
    await page.keyboard.press('Enter')
    await page.getByText('Vos saisies sont enregistrées sur ce poste').waitFor()
    await state(page).getByText('1 dépistage à transmettre').waitFor()
    await shot(page, 'counter-failing-desktop')
    await assertAccessible(page)
    assert.equal(server.portal.books.screenings.size, 1)
    server.portal.faults.list = []
    await page.reload()
    await state(page).getByText('Connecté · Pharmacie du Parvis').waitFor()
    await page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' }).waitFor()
    await page.waitForFunction(() => !document.body.textContent?.includes('à transmettre'))
    assert.equal(server.portal.books.screenings.size, 1)
    assert.ok(server.posts.length >= 2)
    assert.equal(new Set(server.posts.map(({ body }) => JSON.stringify(body))).size, 1)
    // It is put away a moment after the page no longer counts it.
    await until(async () => (await storedPlaces(page, 'outbox/')).length === 0)
  })
  it('a server that asks for patience is not asked sooner', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.faults.list = [{ kind: 'refused', code: 'UNAVAILABLE', retryAfterSeconds: 3 }]
    await typeDupont(page)
    await page.keyboard.press('Enter')
    // In one look: the page tries again after three of its seconds.
    await page.waitForFunction(() => {
      const text = (document.body.textContent ?? '').replace(/\s+/g, ' ')
      return (
        /Serveur occupé, nouvel essai à \d\d:\d\d/.test(text) &&
        text.includes('Code pour l’assistance : K7Q-2MD')
      )
    })
    const refusedAt = server.posts[0]?.at ?? 0
    server.portal.faults.list = []
    await page.waitForFunction(() => !document.body.textContent?.includes('à transmettre'))
    assert.equal(server.portal.books.screenings.size, 1)
    assert.ok((server.posts[1]?.at ?? 0) - refusedAt >= 3000)
  })
  it('a refused field is said beside itself, has the focus, and can be sent again under the same id', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.faults.list = [
      {
        kind: 'refused',
        code: 'REQUEST_INVALID',
        faults: [{ pointer: '/person/birthDate', code: 'BIRTH_DATE_TOO_OLD' }],
      },
    ]
    await typeDupont(page)
    await page.keyboard.press('Enter')
    await page.getByText('Cette date est trop ancienne.').waitFor()
    await field(page, /^Date de naissance/)
      .and(page.locator(':focus'))
      .waitFor()
    server.portal.faults.list = []
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
    await page.getByText('Camille DUPONT est enregistré(e)').waitFor()
    const ids = server.posts.map(
      ({ body }) => typeof body === 'object' && body !== null && 'id' in body && body.id,
    )
    assert.equal(new Set(ids).size, 1)
  })
  it('an entry refused later waits to be corrected, with its faults', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.faults.list = [{ kind: 'unreachable' }]
    await typeDupont(page)
    await page.keyboard.press('Enter')
    await page.getByText('Vos saisies sont enregistrées sur ce poste').waitFor()
    await state(page).getByText('1 dépistage à transmettre').waitFor()
    server.portal.faults.list = [
      {
        kind: 'refused',
        code: 'REQUEST_INVALID',
        faults: [{ pointer: '/device', code: 'DEVICE_NOT_VALID_THEN' }],
      },
    ]
    await page.getByRole('button', { name: 'Corriger la saisie de Camille DUPONT' }).press('Enter')
    await page.getByText('Ce test n’était pas sur la liste européenne à cette date.').waitFor()
    assert.equal(await familyName(page).inputValue(), 'Dupont')
    // It left the outbox; a place for what is being corrected is kept again.
    await page.waitForFunction(() => !document.body.textContent?.includes('à transmettre'))
    assert.ok((await storedPlaces(page, 'outbox/')).length <= 1)
    await shot(page, 'counter-correcting-desktop')
    server.portal.faults.list = []
    await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
    await page.getByText('Camille DUPONT est enregistré(e)').waitFor()
    assert.equal(server.portal.books.screenings.size, 1)
  })
  it('a session that ends while one types loses nothing: sign in again, and it is sent', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.isSignedIn = false
    await typeDupont(page)
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
    await until(() => server.portal.books.screenings.size === 1)
  })
  it('the whole counter works without a network: reload, type, record, and send when it is back', async (context) => {
    const { page, server } = await openCounter(browser, context, { worksOffline: true })
    await untilWorksOffline(page)
    await page.getByText('Personne n’attend de résultat.').waitFor()
    server.isDown = true
    await page.reload()
    await state(page)
      .getByText(/^Hors ligne/)
      .waitFor()
    await typeDupont(page)
    await page.keyboard.press('Enter')
    await state(page).getByText('1 dépistage à transmettre').waitFor()
    await page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' }).press('Enter')
    await readEarly(page, 'n')
    await page.getByText('Le résultat est enregistré sur ce poste', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await shot(page, 'counter-offline-desktop')
    server.isDown = false
    await sendNow(page)
    await openDay(page)
    await page.getByRole('button', { name: 'Certificat de Camille DUPONT' }).waitFor()
    assert.deepEqual(
      [...server.portal.books.screenings.values()].map(({ result }) => result),
      ['negative'],
    )
    // It is put away a moment after the certificate is shown.
    await until(async () => (await storedPlaces(page, 'outbox/')).length === 0)
  })
})

describe('two tabs of one counter', () => {
  it('have a draft each', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await familyName(page).fill('Dupont')
    const second = await page.context().newPage()
    await second.goto(`${server.url}/pro/`)
    await familyName(second).waitFor()
    assert.equal(await familyName(second).inputValue(), '')
  })
  const sites = [
    { id: '750000001', name: 'Pharmacie du Parvis', postalCode: '75004' },
    { id: '750000002', name: 'Centre de la gare', postalCode: '75010' },
  ]
  it('learn at once of another site, chosen in one of them', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.sites = sites
    server.portal.chosen = '750000002'
    const second = await page.context().newPage()
    await second.goto(`${server.url}/pro/`)
    await familyName(second).waitFor()
    await page.getByRole('button', { name: 'Continuer à Centre de la gare' }).press('Enter')
    await state(page).getByText('Connecté · Centre de la gare').waitFor()
  })
  it('record nothing under a site that their screen does not show: it waits for its own', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.sites = sites
    await typeDupont(page)
    server.portal.chosen = '750000002'
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Continuer à Centre de la gare' }).press('Enter')
    await state(page).getByText('Connecté · Centre de la gare').waitFor()
    await page
      .getByText(/1 dépistage saisi par .*Pharmacie du Parvis.* attend sa reconnexion/)
      .waitFor()
    assert.equal(server.portal.books.screenings.size, 0)
    // Nothing is lost: back at its site, it goes there.
    server.portal.chosen = '750000001'
    await page.reload()
    await until(() => server.portal.books.screenings.size === 1)
  })
})

describe('what this device keeps', () => {
  it('is under a key that scripts cannot export', async (context) => {
    const { page } = await openCounter(browser, context)
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
