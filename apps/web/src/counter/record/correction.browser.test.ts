/** A record put right, and taken back: online, while the portal is away, and what came back. */
import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import type { ScreeningEntry } from '@sidep/contracts'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  escapeFrom,
  shot,
  startBrowser,
  until,
} from '../../../test/browser.ts'
import { entryOf } from '../../../test/day-of-many.ts'
import type { MockServer } from '../../../test/mock-server.ts'
import {
  familyName,
  narrowToPhone,
  openCounter,
  openDay,
  state,
  storedPlaces,
  typeDupont,
} from '../../../test/open-counter.ts'

const browser = await startBrowser({ after })

const certificate: ScreeningEntry['certificate'] = {
  hcert: 'HC1:NCFOXN*TS0BI$ZD.P9UOL97O4-2HH77HRM3DSPTLRR+%3.ZH9M9ESIGUBA KWML',
  twoddoc: 'DC04FR0300011E2D1E2DB201FRF0JEAN\u001dF1DUPOND',
  uvci: 'URN:UVCI:01:FR:000000000001#K',
  retrieval: 'https://sidep.example/resultat/#1',
}

/** Somebody of today, whose name lost a letter. */
const dupond = (): ScreeningEntry => ({
  ...entryOf({
    index: 1,
    sampledAt: new Date(Date.now() - 3_600_000),
    result: 'negative',
    familyName: 'Dupond',
  }),
  certificate,
  contactHint: '+33 •••• 78',
})

const size = { width: 1366, height: 768 }

const openWith = async (
  context: TestContext,
  entry: ScreeningEntry | null = dupond(),
): Promise<{ page: Page; server: MockServer }> => {
  const { page, server } = await openCounter(browser, context, {
    size,
    prepare: ({ portal }) => {
      if (entry !== null) portal.add(entry)
    },
  })
  await page.getByRole('tab', { name: /^En attente \(/ }).waitFor()
  return { page, server }
}

const dialog = (page: Page) => page.getByRole('dialog')
const question = (page: Page) => page.getByRole('alertdialog')
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true })
const nameField = (page: Page) => dialog(page).getByRole('textbox', { name: 'Nom de naissance' })

/** Opens the record of somebody of the day. */
const openRecord = async (page: Page, name: RegExp): Promise<void> => {
  await openDay(page)
  await page.getByRole('button', { name }).press('Enter')
  await button(page, 'Corriger').waitFor()
}

/** Begins a correction: the cursor is in the first field. */
const begin = async (page: Page): Promise<void> => {
  await button(page, 'Corriger').press('Enter')
  await nameField(page).and(page.locator(':focus')).waitFor()
}

const rename = async (page: Page, name: string): Promise<void> => {
  await nameField(page).fill(name)
  await button(page, 'Corriger').press('Enter')
  await question(page).getByRole('button', { name: 'Oui, corriger' }).press('Enter')
}

const tagged = (page: Page, words: string) =>
  page.locator('.day-row').getByText(words, { exact: true })

describe('a correction', () => {
  it('half typed is there after a reload, and is led to; gone from the device once it was sent', async (context) => {
    const { page, server } = await openWith(context)
    await openRecord(page, /^Certificat de .* DUPOND$/)
    await begin(page)
    await nameField(page).fill('Dupont')
    const kept = () => storedPlaces(page, 'correction-draft/')
    await until(async () => (await kept()).length === 1)
    await page.reload()
    const notice = page.getByRole('region', { name: /^Une correction commencée/ })
    await notice.getByText(/ DUPOND$/).waitFor()
    await assertAccessible(page)
    await shot(page, 'correct-begun')
    await notice.getByRole('button', { name: 'Reprendre la correction' }).press('Enter')
    await dialog(page).getByText('Ce que vous aviez commencé à corriger est là.').waitFor()
    assert.equal(await nameField(page).inputValue(), 'Dupont')
    await button(page, 'Corriger').press('Enter')
    await question(page).getByRole('button', { name: 'Oui, corriger' }).press('Enter')
    await dialog(page)
      .getByText(/^Corrigé\s: le certificat n° 2/)
      .waitFor()
    const [entry] = server.portal.books.screenings.values()
    assert.equal(entry?.person.familyName, 'Dupont')
    await until(async () => (await kept()).length === 0)
    await escapeFrom(dialog(page))
    assert.equal(await notice.count(), 0)
  })

  it('says before what it will do, takes a second key, shows the new code and its number, and is told in the history', async (context) => {
    const { page, server } = await openWith(context)
    await openRecord(page, /^Certificat de .* DUPOND$/)
    await begin(page)
    await dialog(page)
      .getByText('Le certificat n° 1 sera refusé partout dans l’heure ; le n° 2 le remplace.')
      .waitFor()
    await dialog(page)
      .getByText('La personne est prévenue (+33 •••• 78) ; son lien montre le changement.')
      .waitFor()
    await assertAccessible(page)
    await shot(page, 'correct-form')
    await page.emulateMedia({ colorScheme: 'dark' })
    await assertAccessible(page)
    await shot(page, 'correct-form-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    // Nothing put right is nothing to send.
    await button(page, 'Corriger').press('Enter')
    await dialog(page)
      .getByText(/^Rien n’est changé/)
      .waitFor()
    // One key too many changes nothing.
    await nameField(page).fill('Dupont')
    await button(page, 'Corriger').press('Enter')
    await question(page).getByText('Dupond → Dupont').waitFor()
    await assertAccessible(page)
    await shot(page, 'correct-ask')
    await page.keyboard.press('Enter')
    await question(page).waitFor({ state: 'detached' })
    assert.equal(server.portal.books.amendments.size, 0)

    await rename(page, 'Dupont')
    await dialog(page)
      .getByText(/^Corrigé\s: le certificat n° 2 est en vigueur/)
      .waitFor()
    await dialog(page).getByText('Éloïse DUPONT').waitFor()
    await dialog(page).getByRole('button', { name: 'Imprimer' }).waitFor()
    assert.match((await dialog(page).locator('.uvci').textContent()) ?? '', /2#K$/)
    await assertAccessible(page)
    await shot(page, 'correct-done')
    await button(page, 'Historique').press('Enter')
    const told = dialog(page).getByRole('list', { name: 'Historique' })
    await told.getByText(/^Corrigé\s: le nom ou le prénom · Anne LE GOFF$/).waitFor()
    await told.getByText('SMS remis à l’opérateur (correction)').waitFor()

    // A second one, of the result, by keys alone.
    await begin(page)
    await dialog(page).getByRole('radio', { name: 'Négatif' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await button(page, 'Corriger').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await question(page).getByText('Négatif → Positif').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog(page)
      .getByText(/^Corrigé\s: le certificat n° 3 est en vigueur/)
      .waitFor()
    const [entry] = server.portal.books.screenings.values()
    assert.deepEqual(
      [entry?.person.familyName, entry?.result, entry?.change?.version, entry?.change?.reason],
      ['Dupont', 'positive', 3, 'result'],
    )
    // What was not touched stays as it was, to the second.
    assert.equal(entry?.sampledAt, entry?.recordedAt)
    await escapeFrom(dialog(page))
    await tagged(page, 'Corrigé').waitFor()
    await shot(page, 'correct-day')
    await narrowToPhone(page)
    await page.getByRole('button', { name: /^Certificat de .* DUPONT$/ }).press('Enter')
    await begin(page)
    await assertNoSidewaysScrolling(page)
    await assertAccessible(page)
    await shot(page, 'correct-form-phone')
    await page.emulateMedia({ colorScheme: 'dark' })
    await dialog(page).getByText('Ce qui va se passer').scrollIntoViewIfNeeded()
    await shot(page, 'correct-form-phone-dark')
  })

  it('that comes after somebody else’s is refused in words, and goes on from what is in force', async (context) => {
    const { page, server } = await openWith(context)
    await openRecord(page, /^Certificat de .* DUPOND$/)
    await begin(page)
    const [entry] = server.portal.books.screenings.values()
    assert.ok(entry)
    const { person, device, sampledAt } = entry
    const screening = { person, device, sampledAt, result: 'positive' as const }
    server.portal.books.correct(entry.id, { id: 'other', replaces: 1, reason: 'result', screening })
    await rename(page, 'Dupont')
    await dialog(page)
      .getByText(/^Ce dépistage a été changé entre-temps/)
      .waitFor()
    await assertAccessible(page)
    await button(page, 'Relire la saisie').press('Enter')
    await dialog(page)
      .getByText(/^Le certificat n° 2 sera refusé/)
      .waitFor()
    // What was typed is still there.
    assert.equal(await nameField(page).inputValue(), 'Dupont')
    await button(page, 'Corriger').press('Enter')
    await question(page).getByRole('button', { name: 'Oui, corriger' }).press('Enter')
    await dialog(page)
      .getByText(/^Corrigé\s: le certificat n° 3/)
      .waitFor()
    assert.deepEqual(server.portal.books.breaches, [])
  })

  it('while the portal is away is kept over a reload, told honestly, and made once when it is back', async (context) => {
    const { page, server } = await openWith(context)
    await openRecord(page, /^Certificat de .* DUPOND$/)
    server.portal.faults.list = [{ kind: 'unreachable', on: 'everything' }]
    await begin(page)
    await rename(page, 'Dupont')
    await dialog(page)
      .getByText(/^Enregistré sur ce poste/)
      .waitFor()
    await dialog(page)
      .getByText(/^Ce que dit le papier n’est plus juste/)
      .waitFor()
    await dialog(page).getByText('Dupond → Dupont').waitFor()
    // What is known to be wrong is not handed over any more.
    assert.equal(await dialog(page).getByRole('button', { name: 'Imprimer' }).count(), 0)
    await assertAccessible(page)
    await shot(page, 'correct-waits')
    await escapeFrom(dialog(page))
    await tagged(page, 'Correction à transmettre').waitFor()
    await state(page).getByText('1 correction à transmettre').waitFor()
    assert.equal((await storedPlaces(page, 'amendment/')).length, 1)
    await page.reload()
    await familyName(page).waitFor()
    await openDay(page)
    await tagged(page, 'Correction à transmettre').waitFor()
    // The answer to the first request is lost: asked again it is the same.
    server.portal.faults.list = [{ kind: 'answer-lost', on: ['correctScreening'], times: 1 }]
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await tagged(page, 'Corrigé').waitFor()
    await until(async () => (await storedPlaces(page, 'amendment/')).length === 0)
    const { amendments, breaches } = server.portal.books
    assert.deepEqual([amendments.size, breaches], [1, []])
    await page.getByRole('button', { name: /^Certificat de .* DUPONT$/ }).waitFor()
  })

  it('that the portal refuses later stays with its reason, and is made again or given up', async (context) => {
    const { page, server } = await openWith(context)
    await openRecord(page, /^Certificat de .* DUPOND$/)
    server.portal.faults.list = [{ kind: 'unreachable', on: 'everything' }]
    await begin(page)
    await rename(page, 'Dupont')
    await dialog(page)
      .getByText(/^Enregistré sur ce poste/)
      .waitFor()
    await escapeFrom(dialog(page))
    server.portal.faults.list = [
      { kind: 'refused', code: 'SCREENING_CHANGED', on: ['correctScreening'], times: 1 },
    ]
    await page.evaluate(() => dispatchEvent(new Event('online')))
    const back = page.getByRole('region', { name: 'Corrections refusées' })
    await back.getByText(/^Ce dépistage a été changé entre-temps/).waitFor()
    await assertAccessible(page)
    await shot(page, 'correct-refused')
    await page.reload()
    await back.getByRole('button', { name: 'Revoir la correction de Éloïse DUPONT' }).press('Enter')
    await nameField(page).waitFor()
    assert.equal(await nameField(page).inputValue(), 'Dupont')
    await rename(page, 'Dupontel')
    await dialog(page)
      .getByText(/^Corrigé\s: le certificat n° 2/)
      .waitFor()
    await escapeFrom(dialog(page))
    await back.waitFor({ state: 'detached' })
    assert.equal(server.portal.books.amendments.size, 1)
  })

  it('of what never left is made in its place: nothing wrong is issued first', async (context) => {
    const { page, server } = await openWith(context, null)
    server.portal.faults.list = [
      {
        kind: 'refused',
        code: 'UNAVAILABLE',
        retryAfterSeconds: 3_600,
        on: 'everything',
        times: 1,
      },
    ]
    // The portal said when to come back: until then nothing is tried.
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await state(page)
      .getByText(/^Serveur occupé/)
      .waitFor()
    await typeDupont(page)
    await page.keyboard.press('n')
    await dialog(page).waitFor()
    await escapeFrom(dialog(page))
    await openRecord(page, /^Résultat de Camille DUPONT$|Camille DUPONT$/)
    await begin(page)
    await dialog(page)
      .getByText(/^Rien n’est encore parti/)
      .waitFor()
    await rename(page, 'Dupontel')
    await dialog(page).getByText('Corrigé sur ce poste, avant l’envoi.').waitFor()
    assert.equal(server.portal.books.screenings.size, 0)
    assert.deepEqual(await storedPlaces(page, 'amendment/'), [])
  })
})

describe('a withdrawal', () => {
  it('asks why, says what it will do, and leaves neither code nor result to hand over', async (context) => {
    const { page, server } = await openWith(context)
    await openRecord(page, /^Certificat de .* DUPOND$/)
    await button(page, 'Annuler ce dépistage').press('Enter')
    await dialog(page)
      .getByText('Le certificat n° 1 sera refusé partout dans l’heure, et n’est pas remplacé.')
      .waitFor()
    await button(page, 'Annuler ce dépistage').press('Enter')
    await dialog(page).getByText('Dites pourquoi.').waitFor()
    await dialog(page).getByRole('radio', { name: 'Saisi deux fois' }).check({ force: true })
    await assertAccessible(page)
    await shot(page, 'withdraw-form')
    await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'active' })
    await shot(page, 'withdraw-form-forced')
    await page.emulateMedia({ colorScheme: 'dark', forcedColors: 'none' })
    await button(page, 'Annuler ce dépistage').press('Enter')
    await question(page).getByRole('button', { name: 'Oui, annuler' }).press('Enter')
    await dialog(page)
      .getByText(/^Annulé\s: le certificat est refusé/)
      .waitFor()
    assert.equal(await dialog(page).getByRole('img').count(), 0)
    assert.equal(await button(page, 'Corriger').count(), 0)
    await shot(page, 'withdraw-done')
    await escapeFrom(dialog(page))
    await tagged(page, 'Annulé').waitFor()
    const [entry] = server.portal.books.screenings.values()
    assert.deepEqual([entry?.change?.kind, entry?.change?.reason], ['withdrawn', 'entered-twice'])
    await narrowToPhone(page)
    await assertNoSidewaysScrolling(page)
    await tagged(page, 'Annulé').scrollIntoViewIfNeeded()
    await shot(page, 'withdraw-day-phone')
  })

  it('of somebody who waits for a result takes them from the list; no key of a result is taken meanwhile', async (context) => {
    const waiting = entryOf({ index: 2, sampledAt: new Date(Date.now() - 20 * 60_000) })
    const { page, server } = await openWith(context, waiting)
    // The key is for nobody until the list has come.
    await page.getByRole('tab', { name: /^En attente \(1\)/ }).waitFor()
    await page.keyboard.press('F2')
    await button(page, 'Annuler ce dépistage').press('Enter')
    await dialog(page)
      .getByText(/^Le résultat n’est pas encore saisi/)
      .waitFor()
    await page.keyboard.press('n')
    await dialog(page)
      .getByRole('radio', { name: 'Le test n’a pas été fait' })
      .check({ force: true })
    await button(page, 'Annuler ce dépistage').press('Enter')
    await question(page).getByRole('button', { name: 'Oui, annuler' }).press('Enter')
    await dialog(page)
      .getByText(/^Annulé/)
      .first()
      .waitFor()
    await escapeFrom(dialog(page))
    await page.getByText('Personne n’attend de résultat.').waitFor()
    const [entry] = server.portal.books.screenings.values()
    assert.deepEqual([entry?.result, entry?.change?.kind], [null, 'withdrawn'])
  })
})
