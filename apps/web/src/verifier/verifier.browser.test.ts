import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { deflate, encodeBase45 } from '@sidep/encoding'
import type { Browser, Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  shot,
  startBrowser,
  startBrowserWithCamera,
  storedByPage,
  visit,
} from '../../test/browser.ts'
import { writeFakeCamera } from '../../test/fake-camera.ts'
import { startWebPortal, type WebPortal } from '../../test/portal.ts'
import { nextCode, readVerdict, typeCode } from '../../test/verifier-steps.ts'
import { codeDrawing, codeSvg } from '../shared/documents/code-svg.ts'
import { dataMatrix } from '../shared/documents/data-matrix.ts'
import { qrCode } from '../shared/documents/qr-code.ts'

let portal: WebPortal
let browser: Browser
let folder = ''
const stops: (() => unknown)[] = []

before(async () => {
  const context = { after: (stop: () => unknown) => stops.push(stop) }
  portal = await startWebPortal(context)
  browser = await startBrowser(context)
  folder = await mkdtemp(join(tmpdir(), 'sidep-verifier-'))
})
after(async () => {
  for (const stop of stops.reverse()) await stop()
  await rm(folder, { recursive: true, force: true })
})

const open = async (page: Page, language: 'fr' | 'en' = 'fr'): Promise<void> => {
  await page.goto(`${portal.url}/verifier/?lang=${language}`)
  await page.getByText(language === 'fr' ? /^Données du/ : /^Data of/).waitFor()
}

/** Words and codes of health that no part of the page may hold. */
const healthWords =
  /négati|negati|positi|antig|pcr|covid|panbio|260415000|260373001|LP217198|945584|840539006/i

for (const kind of ['qr', 'datamatrix'] as const) {
  test(`a ${kind} before the camera is accepted for 72 h: name and birth date, nothing of health, nobody asked, nothing kept`, async (context) => {
    const { hcert, twoddoc } = await portal.certified({
      sampledAt: portal.clock.now().toISOString(),
    })
    const video = join(folder, `${kind}.y4m`)
    await writeFakeCamera(video, kind === 'qr' ? qrCode(hcert) : dataMatrix(twoddoc))
    const withCamera = await startBrowserWithCamera(context, video)
    const { page, requests, complaints } = await visit(withCamera, { permissions: ['camera'] })
    await open(page)
    assert.match(await readVerdict(page), /Valide/)
    // The first scan also loaded the reader and the offline copy; the second finds everything there.
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.waitForLoadState('networkidle')
    const stored = await storedByPage(page)
    requests.length = 0
    await page.reload()
    const requestsOfLoad = new Set(requests)
    const text = await readVerdict(page)
    assert.match(text, kind === 'qr' ? /Le Goff-Kermeur\s+Maël Élouan/ : /LE GOFF KERMEUR/)
    assert.match(text, /09\/03\/1987/)
    assert.match(text, /Valable jusqu’au .+ \(72 h\)/)
    assert.doesNotMatch(await page.content(), healthWords)
    await shot(page, `verifier-${kind}-accepted`)
    await assertAccessible(page)

    for (const request of requestsOfLoad) assert.match(request, /^GET http:\/\/localhost:\d+\//)
    await page.waitForLoadState('networkidle')
    requests.length = 0
    await nextCode(page)
    await page.getByText('Placez le code dans le cadre').waitFor()
    await shot(page, `verifier-${kind}-scanning`)
    assert.deepEqual(requests, [])
    assert.deepEqual(await storedByPage(page), stored)
    assert.deepEqual(complaints, [])
  })
}

describe('typed texts', () => {
  test('a certificate is accepted, a positive one is not valid without a word of why', async () => {
    const { page, complaints } = await visit(browser)
    await open(page)
    const good = await portal.certified()
    await typeCode(page, good.hcert)
    assert.match(await readVerdict(page), /Valide/)
    await nextCode(page)
    await typeCode(page, good.twoddoc)
    assert.match(await readVerdict(page), /Valide/)
    await nextCode(page)

    const positive = await portal.certified({ result: 'positive' })
    await typeCode(page, positive.hcert)
    const text = await readVerdict(page)
    assert.match(text, /Non valide/)
    assert.match(text, /ne remplit pas les règles/)
    assert.doesNotMatch(await page.content(), healthWords)
    await shot(page, 'verifier-refused')
    await assertAccessible(page)
    assert.deepEqual(complaints, [])
  })

  test('one changed character is a forgery or unreadable, never valid', async () => {
    const { page } = await visit(browser)
    await open(page)
    const { twoddoc } = await portal.certified()
    await typeCode(page, twoddoc.replace('KERMEUR', 'KERMEUX'))
    assert.match(await readVerdict(page), /Non valide[\s\S]*La signature est fausse/)
  })

  test('hostile texts end in a verdict, and the page goes on', async () => {
    const { page, complaints } = await visit(browser)
    await open(page)
    const bomb = `HC1:${encodeBase45(deflate(new Uint8Array(8_000_000)))}`
    for (const text of [
      'bonjour',
      'HC1:',
      `HC1:${'A'.repeat(9_000)}`,
      bomb.slice(0, 9_990),
      '<img src=x onerror=alert(1)>',
      '"><script>alert(1)</script>',
      'https://example.org/',
      '\u202e🙂\u0000\ud800',
      `DC04${'\u001d'.repeat(3_000)}`,
      'DC04FR000001FFFFFFFFB201FR<GS><US>',
      '{"__proto__": {"x": 1}}',
    ]) {
      await typeCode(page, text)
      assert.match(await readVerdict(page), /Illisible|Non valide/, text.slice(0, 40))
      await nextCode(page)
    }
    await shot(page, 'verifier-typed')
    assert.deepEqual(complaints, [])
  })

  test('a SMART Health Card is named as another kind of code', async () => {
    const { page } = await visit(browser)
    await open(page)
    await typeCode(page, 'shc:/567629095243206034602924374044')
    assert.match(await readVerdict(page), /Autre code[\s\S]*autre type/)
  })

  test('an empty field says what to do and moves nowhere', async () => {
    const { page } = await visit(browser)
    await open(page)
    await typeCode(page, '  \n ')
    await page.getByText('Collez d’abord le texte du code.').waitFor()
    assert.equal(await page.getByRole('alertdialog').count(), 0)
  })
})

test('a photo of a code is read on the device; one without a code, and a file that is no photo, say so', async () => {
  const { page, requests } = await visit(browser)
  await open(page)
  const { hcert } = await portal.certified()
  const drawing = await browser.newPage()
  await drawing.setContent(codeSvg(codeDrawing(qrCode(hcert), 4), 'code', 90))
  const picture = await drawing.screenshot()
  await drawing.setContent('')
  const blank = await drawing.screenshot()
  await drawing.close()
  const choose = page.locator('input[type=file]')
  // The offline copy is fetched beside; what is counted afterwards is the reading's own.
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForLoadState('networkidle')

  await choose.setInputFiles({ name: 'blank.png', mimeType: 'image/png', buffer: blank })
  await page.getByText(/Aucun code n’a été trouvé/).waitFor()
  await choose.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no') })
  await page.getByText(/n’est pas une image lisible/).waitFor()
  requests.length = 0
  await choose.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture })
  assert.match(await readVerdict(page), /Valide/)
  assert.deepEqual(requests, [])
})

test('the verdict goes away by itself, and stays when asked to', async () => {
  const { page } = await visit(browser)
  await page.clock.install()
  await open(page)
  const { hcert } = await portal.certified()
  // The page's seconds are counted here: this machine's may all pass before the first look.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000)
  await typeCode(page, hcert)
  for (const seconds of [6, 5, 4, 3, 2, 1]) {
    await page.getByText(`Suivant dans ${seconds} s`).waitFor()
    await page.clock.runFor(1_000)
  }
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })

  await typeCode(page, hcert)
  await page.getByRole('button', { name: 'Garder à l’écran' }).click()
  await page.getByText(/Suivant dans/).waitFor({ state: 'detached' })
  await page.clock.runFor(60_000)
  await page.getByRole('alertdialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
})

test('the mode is chosen, shown, remembered, and named in a refusal', async () => {
  const { page } = await visit(browser)
  await open(page)
  await page.getByRole('button', { name: 'Changer' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/Grèce/).click()
  await dialog.getByLabel('Jour d’arrivée').waitFor()
  await shot(page, 'verifier-mode')
  await assertAccessible(page)
  await dialog.getByRole('button', { name: 'Utiliser ce mode' }).click()
  await page.reload()
  await page.getByText(/Grèce/).waitFor()
  const { hcert } = await portal.certified({ result: 'positive' })
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Non valide[\s\S]*Grèce/)
})

test('after the first load it verifies with the network cut, and says that it is offline', async () => {
  const { page, context, complaints } = await visit(browser)
  const { hcert } = await portal.certified()
  await open(page)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await context.setOffline(true)
  await page.reload()
  await page.getByText('Hors ligne : la vérification continue.').waitFor()
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Valide/)
  await shot(page, 'verifier-offline')
  complaints.length = 0
})

test('a bundle of another authority is refused, and the one before goes on', async () => {
  const other = await startOther()
  const { page } = await visit(browser)
  await open(page)
  await page.route('**/trust/bundle', (route) =>
    route.fulfill({ body: other, contentType: 'application/cose' }),
  )
  await page.reload()
  await page.getByText(/signées par une autre autorité/).waitFor()
  const { hcert } = await portal.certified()
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Valide/)
})

const startOther = async (): Promise<Buffer> => {
  const closing: (() => unknown)[] = []
  const second = await startWebPortal({ after: (stop: () => unknown) => closing.push(stop) })
  const answer = await fetch(`${second.url}/trust/bundle`)
  const bytes = Buffer.from(await answer.arrayBuffer())
  for (const stop of closing) await stop()
  return bytes
}

test('a phone whose clock is behind the data is told so, and judges nothing', async () => {
  const { page, context } = await visit(browser)
  await context.clock.install({ time: portal.clock.now().getTime() - 86_400_000 })
  await page.goto(`${portal.url}/verifier/`)
  await page.getByText(/L’heure de cet appareil est fausse/).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Choisir une photo' }).count(), 0)
  await shot(page, 'verifier-clock')
})

test('without a camera allowed, words come first, and the other ways are there', async () => {
  for (const language of ['fr', 'en'] as const) {
    for (const size of [undefined, desktop]) {
      const { page } = await visit(browser, { language, ...(size ? { size } : {}) })
      await open(page, language)
      await page
        .getByText(language === 'fr' ? /La caméra sert à/ : /The camera is used to/)
        .waitFor()
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `verifier-start-${language}-${size ? 'desktop' : 'phone'}`)
    }
  }
})

test('with the server gone for good, a page loaded before still verifies', async () => {
  const { page } = await visit(browser)
  const { hcert } = await portal.certified()
  await open(page)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await portal.stop()
  await page.reload()
  await page.getByText('Hors ligne : la vérification continue.').waitFor()
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Valide/)
})
