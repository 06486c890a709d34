import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type RetrievalWaiting, routes, type ScreeningAnswer } from '@sidep/contracts'
import { typedThrough } from '@sidep/identifiers'
import type { Browser, Page } from 'playwright-core'
import { ensureDebianPackages } from '../../../../tools/src/debian.ts'
import { newId, sampleScreening } from '../../../server/src/platform/testing.ts'
import {
  assertAccessible,
  assertInBothColours,
  assertNoSidewaysScrolling,
  desktop,
  escapeFrom,
  shot,
  startBrowser,
  storedByPage,
  until,
  visit,
} from '../../test/browser.ts'
import { scan } from '../../test/hand-scanner.ts'
import { startWebPortal, type WebPortal } from '../../test/portal.ts'
import { fileOptions } from '../shared/reader/reading-options.ts'
import { readPicture } from '../shared/reader/testing.ts'

const run = promisify(execFile)
let portal: WebPortal
let browser: Browser
let folder = ''
const stops: (() => unknown)[] = []

before(async () => {
  ensureDebianPackages(['poppler-utils'])
  const context = { after: (stop: () => unknown) => stops.push(stop) }
  portal = await startWebPortal(context)
  browser = await startBrowser(context)
  folder = await mkdtemp(join(tmpdir(), 'sidep-person-'))
})
after(async () => {
  for (const stop of stops.reverse()) await stop()
  await rm(folder, { recursive: true, force: true })
})

/** The birth date of the sample screening. */
const birthDate = '09031987'

const typeDate = async (page: Page, date: string): Promise<void> => {
  await page.getByRole('textbox', { name: /Jour, mois, année|Day, month, year/ }).fill(date)
  await page.getByRole('button', { name: /Voir mon résultat|See my result/ }).click()
}

/** A date that is wrong, until the page says what the portal answered to it. */
const typeWrongDate = async (page: Page, date: string): Promise<void> => {
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await typeDate(page, date)
  const isPaused = (await answered).status() === 429
  const words = isPaused ? 'Ce lien est en pause' : 'Nous n’avons pas trouvé de résultat'
  await page.getByText(words).first().waitFor()
}

const codesOf = async (pdf: string): Promise<string[]> => {
  const page = pdf.replace(/\.pdf$/, '')
  await run('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, page])
  const found = await readPicture(new Uint8Array(await readFile(`${page}.png`)), fileOptions)
  return found.map(({ text }) => text).sort()
}

test('link, birth date, result: one sentence, both codes, the PDF, the printed page; the code is gone from the address', async () => {
  const { hcert, twoddoc, retrieval } = await portal.certified()
  const { page, requests, complaints } = await visit(browser)
  await page.goto('about:blank')
  await page.goto(retrieval)
  await page.getByRole('heading', { name: 'Date de naissance de la personne testée' }).waitFor()
  assert.equal(page.url(), `${portal.url}/resultat/`)
  await shot(page, 'person-birth-date')
  await assertAccessible(page)

  await page.getByRole('textbox').fill('9/3/1987')
  await page.getByText('Né(e) le 9 mars 1987').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
  await page
    .getByText(/Test antigénique.* du .+\s: négatif\. Le virus n’a pas été détecté/)
    .waitFor()
  await page.getByRole('img', { name: 'Code QR européen de Maël Élouan Le Goff-Kermeur' }).waitFor()
  await page.getByRole('img', { name: /2D-DOC de Maël/ }).waitFor()
  await page.getByText(/^Accepté jusqu’au \S+ \d{1,2}(er)? \S+ \d\d:\d\d$/).waitFor()
  await page.getByText('Passe sanitaire (août 2021) · heure de Paris', { exact: false }).waitFor()
  await shot(page, 'person-result-top')
  await page.getByRole('button', { name: 'Ce que nous savons de vous' }).click()
  await page.getByText(/\bm[^ ]{0,40}@example\.org/).waitFor()
  await page.getByRole('button', { name: 'Détails du test' }).click()
  await page.getByText('URN:UVCI:01:FR:', { exact: false }).waitFor()
  await assertAccessible(page)
  await assertNoSidewaysScrolling(page)

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Télécharger (PDF)' }).click()
  const download = await downloading
  assert.match(
    download.suggestedFilename(),
    /^certificat-le-goff-kermeur-mael-elouan-\d{4}-\d{2}-\d{2}\.pdf$/,
  )
  const downloaded = join(folder, 'downloaded.pdf')
  await download.saveAs(downloaded)
  assert.deepEqual(await codesOf(downloaded), [hcert, twoddoc].sort())

  // What the print dialog would be given, as Chromium renders it for paper.
  await page.evaluate(() => {
    globalThis.print = () => document.body.setAttribute('data-print-asked', '')
  })
  await page.getByRole('button', { name: 'Imprimer' }).click()
  await page.locator('body[data-print-asked]').waitFor()
  const printed = join(folder, 'printed.pdf')
  await writeFile(printed, await page.pdf({ preferCSSPageSize: true, printBackground: true }))
  assert.match((await run('pdfinfo', [printed])).stdout, /Pages: +1\n[\s\S]*A4/)
  assert.deepEqual(await codesOf(printed), [hcert, twoddoc].sort())

  for (const request of requests) {
    assert.ok(request.split(' ')[1]?.startsWith(portal.url), request)
    assert.doesNotMatch(request, new RegExp(retrieval.split('#')[1] ?? '-'))
  }
  assert.deepEqual(complaints, [])
})

/** The page's stored values, but for the link that is kept in its tab. */
const keptBeside = async (page: Page): Promise<string> => {
  const { session, ...rest } = await storedByPage(page)
  return JSON.stringify(rest)
}

test('nothing about the person stays on the device but the link, in its tab, until it is closed; going back does not bring it again', async () => {
  const { retrieval } = await portal.certified()
  const { page, context } = await visit(browser)
  await page.goto(`${portal.url}/`)
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
  const code = retrieval.split('#')[1] ?? '-'
  const kept = await keptBeside(page)
  const inTab = JSON.stringify((await storedByPage(page)).session)
  for (const secret of [code, 'Goff', 'HC1:', 'DC04', '1987', 'api/retrieval']) {
    assert.ok(!kept.includes(secret), secret)
    assert.equal(inTab.includes(secret), secret === code, secret)
  }
  // Another tab of the same browser knows nothing.
  const other = await context.newPage()
  await other.goto(`${portal.url}/resultat/`)
  await other.getByRole('heading', { name: 'Ouvrez le lien que vous avez reçu' }).waitFor()
  await other.close()
  await page.getByRole('button', { name: 'Fermer et effacer l’écran' }).click()
  await page.getByRole('heading', { name: 'Ouvrez le lien que vous avez reçu' }).waitFor()
  assert.deepEqual((await storedByPage(page)).session, {})
  await page.goBack()
  await page.goForward()
  await page.getByRole('heading', { name: 'Ouvrez le lien que vous avez reçu' }).waitFor()
  await shot(page, 'person-no-link')
  await assertAccessible(page)
})

test('a reload asks for the birth date again and not for the link; another way to the page asks for both', async () => {
  const { retrieval } = await portal.certified()
  const { page } = await visit(browser)
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
  await page.reload()
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
  await page.goto(`${portal.url}/`)
  await page.goto(`${portal.url}/resultat/`)
  await page.getByRole('heading', { name: 'Ouvrez le lien que vous avez reçu' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Ouvrez le lien que vous avez reçu' }).waitFor()
})

test('a tap shows a code alone on white, and the picture saved of it is read as the code', async () => {
  const { hcert, twoddoc, retrieval } = await portal.certified()
  // As many pixels as a phone really has.
  const size = { width: 720, height: 1480 }
  const { page, complaints } = await visit(browser, { size })
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  for (const [name, text] of [
    ['européen', hcert],
    ['français', twoddoc],
  ] as const) {
    const open = page.getByRole('button', { name: `Afficher le code ${name} en grand` })
    await open.click()
    const full = page.getByRole('dialog', { name: new RegExp(`Code ${name}`) })
    await full.getByRole('img').waitFor()
    assert.equal(
      await full.evaluate((dialog) => getComputedStyle(dialog).backgroundColor),
      'rgb(255, 255, 255)',
    )
    const { width = 0, height = 0 } = (await full.boundingBox()) ?? {}
    assert.deepEqual({ width, height }, size)
    const found = await readPicture(await page.screenshot(), fileOptions)
    assert.deepEqual(
      found.map((code) => code.text),
      [text],
    )
    await shot(page, `person-full-${name}`)
    await assertAccessible(page)
    await escapeFrom(full)
    // The focus is back where it was.
    assert.equal(await open.evaluate((button) => button === document.activeElement), true)
  }
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Enregistrer l’image' }).click()
  const download = await downloading
  assert.match(download.suggestedFilename(), /^certificat-le-goff-.*\.png$/)
  const picture = join(folder, 'saved.png')
  await download.saveAs(picture)
  const found = await readPicture(new Uint8Array(await readFile(picture)), fileOptions)
  assert.deepEqual(
    found.map((code) => code.text),
    [hcert],
  )
  if (process.env.SHOTS !== undefined)
    await writeFile(join(process.env.SHOTS, 'person-saved.png'), await readFile(picture))
  assert.deepEqual(complaints, [])
})

test('Ctrl P prints the document and not the screen, without the button being pressed', async () => {
  const { hcert, twoddoc, retrieval } = await portal.certified()
  const { page } = await visit(browser)
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  await page.getByRole('img', { name: /2D-DOC/ }).waitFor()
  await page.waitForLoadState('networkidle')
  const printed = join(folder, 'by-key.pdf')
  await until(async () => {
    await writeFile(printed, await page.pdf({ preferCSSPageSize: true, printBackground: true }))
    return (await codesOf(printed)).length === 2
  })
  assert.match((await run('pdfinfo', [printed])).stdout, /Pages: +1\n[\s\S]*A4/)
  assert.deepEqual(await codesOf(printed), [hcert, twoddoc].sort())
  // Back on the screen, the screen.
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
})

test('by day and at night, at 320 px and with text twice as large, nothing sticks out and all of it can be read', async () => {
  const { retrieval } = await portal.certified()
  for (const [name, width, text] of [
    ['320', 320, '100%'],
    ['360', 360, '100%'],
    ['double', 360, '200%'],
    ['double-320', 320, '200%'],
    ['desk', 1366, '100%'],
  ] as const) {
    const { page, context } = await visit(browser, { size: { width, height: 768 } })
    await page.goto(retrieval)
    await page.getByRole('textbox').waitFor()
    await page.evaluate((size) => {
      document.documentElement.style.fontSize = size
    }, text)
    await assertNoSidewaysScrolling(page)
    await typeDate(page, birthDate)
    await page.getByRole('img', { name: /2D-DOC/ }).waitFor()
    await assertInBothColours(page, `person-${name}`)
    await page.getByRole('button', { name: 'Ce que nous savons de vous' }).click()
    await assertNoSidewaysScrolling(page)
    await context.close()
  }
})

test('a wrong birth date gets a kind sentence without a count, ten of them a pause with its end', async () => {
  const { retrieval } = await portal.certified()
  const { page, complaints } = await visit(browser)
  await page.goto(retrieval)
  for (let tried = 1; tried <= 10; tried++) {
    await typeWrongDate(page, `${String(tried).padStart(2, '0')}011950`)
    const text = (await page.getByRole('main').allInnerTexts()).join('\n')
    assert.doesNotMatch(text, /essai|reste|tentative/i)
    if (tried === 1) {
      await shot(page, 'person-wrong-date')
      await assertAccessible(page)
    }
  }
  // The tenth begins it, and is answered as the ones before.
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Ce lien est en pause' }).waitFor()
  await page.getByText(/Il se rouvrira tout seul à \d\d:\d\d/).waitFor()
  await shot(page, 'person-paused')
  await assertAccessible(page)
  // Refusals are answers, not faults of the page; the browser notes their status.
  for (const complaint of complaints) assert.match(complaint, /status of 4(04|29)/)
})

test('who has the phone opens a link that others have paused, with the number sent there', async () => {
  const { retrieval } = await portal.certified()
  const { page } = await visit(browser)
  await page.goto(retrieval)
  for (let tried = 1; tried <= 10; tried++) {
    await typeWrongDate(page, `${String(tried).padStart(2, '0')}011951`)
  }
  if (await page.getByRole('textbox').isVisible()) await typeDate(page, birthDate)
  await page.getByRole('button', { name: 'Recevoir un nombre par SMS' }).click()
  await page.getByRole('textbox', { name: 'Nombre reçu, six chiffres' }).fill('000000')
  const date = page.getByRole('textbox', { name: 'Date de naissance de la personne testée' })
  await date.fill(birthDate)
  await page.getByRole('button', { name: 'Voir mon résultat' }).click()
  await page.getByText('Vérifiez les deux').waitFor()
  await shot(page, 'person-unlock')
  await assertAccessible(page)
  const number = await portal.unlockNumber(retrieval)
  await page.getByRole('textbox', { name: 'Nombre reçu, six chiffres' }).fill(number)
  await page.getByRole('button', { name: 'Voir mon résultat' }).click()
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
})

test('dates that are none are explained next to the field and cost no try', async () => {
  const { retrieval } = await portal.certified()
  const { page, requests } = await visit(browser)
  await page.goto(retrieval)
  for (const [typed, words] of [
    ['', /Écrivez la date de naissance/],
    ['31021987', /n’existe pas dans le calendrier/],
    ['090387', /quatre chiffres/],
    ['au printemps', /en chiffres/],
    ['09032099', /dans le futur/],
  ] as const) {
    await typeDate(page, typed)
    await page.getByText(words).waitFor()
  }
  assert.deepEqual(
    requests.filter((request) => request.includes('/api/retrieval')),
    [],
  )
  await shot(page, 'person-date-fault')
  await typeDate(page, '1987-03-09')
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
})

test('an old link offers one button, and a new one comes', async () => {
  const { retrieval } = await portal.certified()
  portal.clock.advance(200 * 24 * 3_600_000)
  const { page } = await visit(browser)
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Ce lien est trop ancien' }).waitFor()
  await shot(page, 'person-expired')
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Recevoir un nouveau lien' }).click()
  await page.getByRole('heading', { name: 'Un nouveau lien est en route' }).waitFor()
  portal.clock.set(new Date().toISOString())
})

test('a result that is not there yet says when to expect it, and looks again', async () => {
  const { retrieval } = await portal.certified()
  const { page } = await visit(browser)
  const waiting: RetrievalWaiting = {
    state: 'waiting',
    familyName: 'Le Goff-Kermeur',
    firstNames: 'Maël',
    birthDate: '1987-03-09',
    kind: 'antigen',
    sampledAt: '2021-08-13T15:30:00+02:00',
    siteName: 'Pharmacie du Parvis',
    minutesToResult: 15,
    kept: { contact: [], identifyingDataUntil: '2021-11-13', tracesUntil: '2022-02-13' },
  }
  await page.route('**/api/retrieval', (route) => route.fulfill({ json: waiting }), { times: 1 })
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  await page.getByText(/attendu vers 15:45/).waitFor()
  await page.getByRole('button', { name: 'Ce que nous savons de vous' }).click()
  await page.getByText('Aucun téléphone ni e-mail.', { exact: false }).waitFor()
  await shot(page, 'person-waiting')
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Regarder maintenant' }).click()
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
})

test('a positive result says so in plain words, in both languages', async () => {
  for (const language of ['fr', 'en'] as const) {
    const { retrieval } = await portal.certified({ result: 'positive' })
    const { page } = await visit(browser, { language })
    await page.goto(retrieval.replace('#', `?lang=${language}#`))
    await typeDate(page, birthDate)
    const title = language === 'fr' ? 'Résultat positif' : 'Positive result'
    await page.getByRole('heading', { name: title }).waitFor()
    const recovery = language === 'fr' ? 'Certificat de rétablissement' : 'Certificate of recovery'
    await page.getByRole('heading', { name: recovery }).waitFor()
    await assertAccessible(page)
    await shot(page, `person-positive-${language}`)
  }
})

test('the certificate of recovery is asked for on the eleventh day, enlarged, saved, there again later, and ends with its test', async () => {
  const id = newId(portal.clock)
  const { retrieval } = await portal.certified({ id, result: 'positive' })
  const { page, complaints } = await visit(browser, { size: { width: 720, height: 1480 } })
  const openAgain = async () => {
    await page.reload()
    await typeDate(page, birthDate)
  }
  await page.goto(retrieval)
  await typeDate(page, birthDate)
  await page.getByText(/se demande ici à partir du \d\d\/\d\d\/\d{4}/).waitFor()
  const ask = page.getByRole('button', { name: 'Demander le certificat' })
  assert.equal(await ask.count(), 0)

  await portal.pass(11 * 24 * 3_600_000)
  await openAgain()
  await ask.click()
  const code = page.getByRole('img', { name: /^Code QR du certificat de rétablissement de Maël/ })
  await code.waitFor()
  await shot(page, 'person-recovery')
  await assertAccessible(page)
  await assertNoSidewaysScrolling(page)
  const enlarge = page.getByRole('button', { name: 'Afficher le code de rétablissement en grand' })
  await enlarge.click()
  const full = page.getByRole('dialog', { name: 'Certificat de rétablissement' })
  await full.getByRole('img').waitFor()
  await assertAccessible(page)
  const shown = await readPicture(await page.screenshot(), fileOptions)
  await escapeFrom(full)
  const downloading = page.waitForEvent('download')
  await page
    .getByRole('button', { name: 'Enregistrer l’image (Certificat de rétablissement)' })
    .click()
  const download = await downloading
  assert.match(download.suggestedFilename(), /^certificat-retablissement-le-goff-.*\.png$/)
  const picture = join(folder, 'recovery.png')
  await download.saveAs(picture)
  const saved = await readPicture(new Uint8Array(await readFile(picture)), fileOptions)
  assert.match(shown[0]?.text ?? '', /^HC1:/)
  assert.deepEqual(
    saved.map(({ text }) => text),
    shown.map(({ text }) => text),
  )
  const downloadingPdf = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Télécharger (PDF) (Certificat de rétabl' }).click()
  const pdf = await downloadingPdf
  assert.match(pdf.suggestedFilename(), /^certificat-retablissement-le-goff-.*\.pdf$/)
  // On paper is this one, not the test's that Ctrl P prints.
  await page.evaluate(() => {
    globalThis.print = () => {
      dispatchEvent(new Event('beforeprint'))
      const [sheet, ...others] = document.querySelectorAll('.print-sheet')
      document.title = `${others.length} ${sheet?.textContent}`
      dispatchEvent(new Event('afterprint'))
    }
  })
  await page.getByRole('button', { name: 'Imprimer (Certificat de rétablissement)' }).click()
  await page.waitForFunction(() => /^0 .*Premier test positif/s.test(document.title))

  await openAgain()
  await code.waitFor()
  const withdrawal = { id: newId(portal.clock), replaces: 1, reason: 'wrong-person' }
  const path = routes.screeningWithdrawal.replace(':id', id)
  const reply = await portal.send('POST', path, withdrawal, await portal.signIn())
  assert.equal(reply.status, 200, reply.text)
  await openAgain()
  await page.getByText(/Le certificat de rétablissement établi pour ce test n’est plus/).waitFor()
  await shot(page, 'person-recovery-ended')
  await assertAccessible(page)
  assert.deepEqual(complaints, [])
  portal.clock.set(new Date().toISOString())
})

test('a device that is not on the EU list gives the French code alone, with the reason', async () => {
  const { certificate } = await portal.record({ device: 'other', deviceName: 'Test maison' })
  assert.equal(certificate?.hcert, null)
  const { page } = await visit(browser, { size: desktop })
  await page.goto(certificate?.retrieval ?? '')
  await typeDate(page, birthDate)
  await page.getByText(/n’est pas sur la liste commune/).waitFor()
  assert.equal(await page.getByRole('img', { name: /QR/ }).count(), 0)
  await page.getByRole('img', { name: /2D-DOC/ }).waitFor()
  await shot(page, 'person-desktop')
  await assertAccessible(page)
})

test('without a network the typed date stays, and one press tries again', async () => {
  const { retrieval } = await portal.certified()
  const { page, context } = await visit(browser)
  await page.goto(retrieval)
  await page.getByRole('textbox').waitFor()
  await context.setOffline(true)
  await typeDate(page, birthDate)
  await page.getByText('Le serveur ne répond pas.', { exact: false }).waitFor()
  assert.equal(await page.getByRole('textbox').inputValue(), birthDate)
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Réessayer' }).click()
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
})

test('a hand scanner’s link is taken wherever the focus is, through a French keyboard too; nothing of it stays in a field', async () => {
  const { retrieval } = await portal.certified()
  const other = await portal.certified()
  const { page } = await visit(browser, { size: desktop })
  await page.goto(`${portal.url}/resultat/`)
  const code = page.getByRole('textbox', { name: 'Lien ou code' })
  await code.focus()
  await scan(page, other.hcert)
  await page.getByText(/^Ce code n’est pas celui d’un lien vers un résultat/).waitFor()
  assert.equal(await code.inputValue(), '')
  await scan(page, typedThrough(retrieval.slice(0, -4), 'french'))
  await page.getByText(/^Le lecteur de codes n’est pas réglé pour ce clavier/).waitFor()
  await shot(page, 'person-scanner-layout')
  await assertAccessible(page)
  await scan(page, typedThrough(other.retrieval, 'french'))
  const date = page.getByRole('textbox', { name: 'Jour, mois, année' })
  await date.waitFor()
  // The next person's, while the date of the one before is typed.
  await date.focus()
  await page.keyboard.type('0903')
  await scan(page, typedThrough(retrieval, 'caps-lock'))
  // Of another person: nothing of the date begun, and nothing of the code, is in the field.
  await page.waitForFunction(() => document.querySelector('input')?.value === '')
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Résultat négatif' }).waitFor()
})

test('a corrected document says that the old one is no longer accepted; a withdrawn one shows no code', async () => {
  const screening = sampleScreening(portal)
  const { certificate } = (
    await portal.send('POST', routes.screenings, screening)
  ).json<ScreeningAnswer>()
  assert.ok(certificate)
  const { person, device, sampledAt, result } = screening
  const corrected = await portal.send('POST', `${routes.screenings}/${screening.id}/corrections`, {
    id: newId(portal.clock),
    replaces: 1,
    reason: 'name',
    screening: { person: { ...person, familyName: 'Essai-Corrigé' }, device, sampledAt, result },
  })
  assert.equal(corrected.status, 201, corrected.text)
  const { page } = await visit(browser)
  await page.goto(certificate.retrieval)
  await typeDate(page, birthDate)
  await page.getByText(/^Ce document a été corrigé le /).waitFor()
  await page.getByRole('img', { name: 'Code QR européen de Maël Élouan Essai-Corrigé' }).waitFor()
  await shot(page, 'person-corrected')
  await assertAccessible(page)

  const withdrawn = await portal.send('POST', `${routes.screenings}/${screening.id}/withdrawal`, {
    id: newId(portal.clock),
    replaces: 2,
    reason: 'wrong-person',
  })
  assert.equal(withdrawn.status, 200, withdrawn.text)
  await page.goto('about:blank')
  await page.goto(certificate.retrieval)
  await typeDate(page, birthDate)
  await page.getByRole('heading', { name: 'Ce document a été annulé' }).waitFor()
  assert.equal(await page.getByRole('img').count(), 0)
  await shot(page, 'person-withdrawn')
  await assertAccessible(page)
  await assertNoSidewaysScrolling(page)
})
