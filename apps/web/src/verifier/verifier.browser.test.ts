import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bytesToBase64, deflate, encodeBase45 } from '@sidep/encoding'
import { issueHcert } from '@sidep/hcert'
import { typedThrough } from '@sidep/identifiers'
import { extensionOf, extensionTexts, noticeText, signNotice } from '@sidep/trust'
import { makeKeySet } from '@sidep/trust/certificates'
import type { Browser, Page } from 'playwright-core'
import { makeSigner } from '../../../../packages/trust/test/signer.ts'
import { testPayload } from '../../../../packages/verdict/test/issuer.ts'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  languagesAtSizes,
  phone,
  shot,
  startBrowser,
  startBrowserWithCamera,
  storedByPage,
  untilWorksOffline,
  visit,
} from '../../test/browser.ts'
import { writeFakeCamera } from '../../test/fake-camera.ts'
import { scan } from '../../test/hand-scanner.ts'
import { startWebPortal, type WebPortal } from '../../test/portal.ts'
import { publishTrust, serveTrust } from '../../test/published-trust.ts'
import { nextCode, readVerdict, typeCode, verdictOf } from '../../test/verifier-steps.ts'
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
  await page.getByText(language === 'fr' ? /^Données d/ : /^Data of/).waitFor()
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
    const { page, requests, complaints } = await visit(withCamera, {
      permissions: ['camera'],
      worksOffline: true,
    })
    await open(page)
    assert.match(await readVerdict(page), /Valide/)
    // The first scan also loaded the reader and the offline copy; the second finds everything there.
    await untilWorksOffline(page)
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
    assert.deepEqual(withoutTally(await storedByPage(page)), withoutTally(stored))
    assert.deepEqual(complaints, [])
  })
}

/** What the page keeps beside the four numbers of the evening, and the time of the last poll. */
const withoutTally = (stored: Record<string, unknown>): Record<string, unknown> => {
  const { 'sidep.verifier.tally': tally, ...local } = Object(stored.local)
  assert.match(String(tally), /^\{("(accepted|refused|unreadable|slips|at)":\d+,?){5}\}$/)
  const text = JSON.stringify({ ...stored, local })
  return JSON.parse(text.replace(/\\"answeredAt\\":\\"[^"\\]*\\"/g, ''))
}

test('the next code takes the place of the last by itself; the evening is counted, and nothing but numbers is kept', async (context) => {
  const other = {
    familyName: 'Diallo',
    firstNames: 'Awa',
    birthDate: '1990-05-02',
    sex: 'F',
  } as const
  const [first, second] = [await portal.certified(), await portal.certified({ person: other })]
  const video = join(folder, 'two.y4m')
  await writeFakeCamera(video, qrCode(first.hcert), qrCode(second.hcert))
  const withCamera = await startBrowserWithCamera(context, video)
  const { page, complaints } = await visit(withCamera, { permissions: ['camera'] })
  await open(page)
  const verdict = page.getByRole('alertdialog', { name: 'Valide' })
  for (const name of ['Diallo', 'Le Goff-Kermeur', 'Diallo']) {
    await verdict.getByText(name, { exact: true }).waitFor()
  }
  // Below the camera's picture, which is in sight again.
  await page.locator('.verdict-screen.resting').waitFor()
  await shot(page, 'verifier-resting')
  assert.ok(((await verdict.boundingBox())?.y ?? 0) > phone.height / 3)
  await page.keyboard.press('Escape')
  await page.getByText(/^[3-9] valides$/).waitFor()
  const tally = JSON.stringify((await storedByPage(page)).local)
  assert.doesNotMatch(tally, /Diallo|Goff|1990|HC1/i)
  assert.deepEqual(complaints, [])
})

test('what was counted is there after a reload, by verdict, and goes at a press', async () => {
  const { page } = await visit(browser)
  await open(page)
  const good = await portal.certified()
  const positive = await portal.certified({ result: 'positive' })
  for (const text of [good.hcert, positive.hcert, 'bonjour']) await verdictOf(page, text)
  await page.reload()
  for (const words of ['1 valide', '1 non valide', '1 illisible']) {
    await page.getByText(words, { exact: true }).waitFor()
  }
  await shot(page, 'verifier-tally')
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Remettre à zéro' }).click()
  await page.getByText('1 valide', { exact: true }).waitFor({ state: 'detached' })
})

test('a foreign certificate whose country’s signers are not on this device is called neither valid nor false', async () => {
  const { page } = await visit(browser)
  await open(page)
  const text = await verdictOf(page, await foreignCertificate())
  assert.match(text, /Non vérifiable[\s\S]*Signataire étranger non chargé\s: Grèce/)
  assert.doesNotMatch(text, /Non valide/)
})

/** A Greek one, of a signer that this portal never heard of. */
const foreignCertificate = async (): Promise<string> => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const issuedAt = portal.clock.now()
  return issueHcert(
    { ver: '1.3.0' },
    {
      issuer: 'GR',
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + 86_400_000),
      keyId: new Uint8Array(8).fill(7),
      sign: async (bytes) =>
        new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, new Uint8Array(bytes))),
    },
  )
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
  const { page, requests } = await visit(browser, { worksOffline: true })
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
  await untilWorksOffline(page)
  await page.waitForLoadState('networkidle')

  await choose.setInputFiles({ name: 'blank.png', mimeType: 'image/png', buffer: blank })
  await page.getByText(/Aucun code n’a été trouvé/).waitFor()
  await choose.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no') })
  await page.getByText(/n’est ni une image ni un PDF lisible/).waitFor()
  requests.length = 0
  await choose.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture })
  assert.match(await readVerdict(page), /Valide/)
  // The page's picture for the tab is the browser's own business, in its own time.
  const asked = requests.filter((request) => !request.endsWith('/icon.svg'))
  assert.deepEqual(asked, [])
})

test('the camera is in sight again after a second; the verdict goes away by itself, and stays when asked to', async () => {
  const { page } = await visit(browser)
  await page.clock.install()
  await open(page)
  const { hcert } = await portal.certified()
  // The page's seconds are counted here: this machine's may all pass before the first look.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000)
  const verdict = page.getByRole('alertdialog')
  await typeCode(page, hcert)
  await page.locator('.verdict-screen.full').waitFor()
  // What is behind it goes out of reach, and the focus goes to it, once it is drawn.
  const drawnMilliseconds = 50
  await page.clock.runFor(drawnMilliseconds)
  assert.equal(await page.locator('.verifier[inert]').count(), 1)
  await page.clock.runFor(1_000)
  await page.locator('.verdict-screen.resting').waitFor()
  await page.clock.runFor(drawnMilliseconds)
  assert.equal(await page.locator('.verifier[inert]').count(), 0)
  assert.equal(await verdict.isVisible(), true)
  await page.clock.runFor(10_000)
  await verdict.waitFor({ state: 'detached' })

  await typeCode(page, hcert)
  await page.getByRole('button', { name: 'Garder à l’écran' }).click()
  await page.clock.runFor(120_000)
  await page.locator('.verdict-screen.kept').waitFor()
  await page.keyboard.press('Escape')
  await verdict.waitFor({ state: 'detached' })
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
  // At a border the rule is told, and where the check stopped.
  const words = await readVerdict(page)
  assert.match(words, /Non valide[\s\S]*Grèce[\s\S]*Règle\s: [\s\S]*étape 13 sur 13\s: règles/)
  await shot(page, 'verifier-rule')
})

test('after the first load it verifies with the network cut, and says that it is offline', async () => {
  const { page, context, complaints } = await visit(browser, { worksOffline: true })
  const { hcert } = await portal.certified()
  await open(page)
  await untilWorksOffline(page)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await context.setOffline(true)
  await page.reload()
  await page.getByText('Hors ligne : la vérification continue.').waitFor()
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Valide/)
  await shot(page, 'verifier-offline')
  complaints.length = 0
})

test('an index of another authority is refused, and the one before goes on', async () => {
  const { page } = await visit(browser)
  await open(page)
  const { signer } = await makeAuthority()
  await serveTrust(page, null, await publishTrust(signer, 1_000_000, portal.clock.now(), {}))
  await page.reload()
  await page.getByText(/signées par une autre autorité/).waitFor()
  const { hcert } = await portal.certified()
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Valide/)
})

/** Somebody who signs what verifiers trust, and is not this portal. */
const makeAuthority = async () => {
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const keys = await makeKeySet({ at: portal.clock.now(), randomBytes, development: true })
  return { keys, ...(await makeSigner(keys.signers.bundle)) }
}

test('a notice from paper and a newer index from codes are taken over offline; codes are shown to hand on; keys and withdrawals age apart', async () => {
  const { keys, anchor, signer } = await makeAuthority()
  const content = (booklet: string) => ({
    keys: new Map([['FR', [bytesToBase64(keys.signers.dcc.certificate)]]]),
    own: { signers: new Set<string>(), filters: [], listed: new Set<string>() },
    continuity: [],
    withdrawn: {
      booklets: [booklet.repeat(8)],
      sites: [],
      allIssuedUntil: null,
      slips: [],
      slipSites: [],
    },
  })
  const now = portal.clock.now()
  const hoursLater = (hours: number) => new Date(now.getTime() + hours * 3_600_000)
  const { page, context, requests } = await visit(browser, { worksOffline: true })
  await context.clock.install({ time: now })
  await serveTrust(page, anchor, await publishTrust(signer, 1, now, content('00')))
  await open(page)
  await page.getByText(/Clés\s: \d+\smin · Retraits\s: \d+\smin/).waitFor()
  await untilWorksOffline(page)
  await page.waitForLoadState('networkidle')
  await context.setOffline(true)

  const from = now.toISOString()
  const until = hoursLater(24).toISOString()
  const words = { fr: 'Les fiches de Paris.', en: 'Slips of Paris.' }
  const notice = { id: 'n/1', from, until, accepts: ['slip'], sites: ['75'], ...words } as const
  requests.length = 0
  await typeCode(page, noticeText(await signNotice(notice, signer)))
  await page.getByText(/Avis de tolérance enregistré/).waitFor()
  const newer = await publishTrust(signer, 2, hoursLater(1), content('11'))
  await context.clock.setSystemTime(hoursLater(1))
  const parts = [...newer.parts].map(([sha256, { length }]) => ({ sha256, bytes: length }))
  const held = async (sha256: string) => newer.parts.get(sha256) ?? null
  const extension = await extensionOf({ bytes: newer.index, parts }, new Set(), held)
  const codes = await extensionTexts(extension)
  for (const [place, code] of codes.entries()) {
    await typeCode(page, code)
    if (place < codes.length - 1) {
      await page.getByText(new RegExp(`${place + 1} codes lus sur ${codes.length}`)).waitFor()
    }
  }
  await page.getByText('Données mises à jour par les codes.').waitFor()
  assert.deepEqual(
    requests.filter((request) => !request.endsWith('/icon.svg')),
    [],
  )
  await shot(page, 'verifier-extended')
  await assertAccessible(page)

  await page.getByRole('button', { name: /Transmettre les données/ }).click()
  await page.getByRole('button', { name: 'Arrêter le défilement' }).click()
  const drawn = page.getByRole('img', { name: /^Code \d+ sur \d+$/ })
  const [, place, count] =
    /(\d{1,2}) sur (\d{1,2})/.exec((await drawn.getAttribute('aria-label')) ?? '') ?? []
  const next = `Code ${(Number(place) % Number(count)) + 1} sur ${count}`
  await page.getByRole('button', { name: 'Code suivant' }).click()
  await page.getByRole('img', { name: next, exact: true }).waitFor()
  await shot(page, 'verifier-share')
  await assertAccessible(page)
  await page.keyboard.press('Escape')

  // Nobody answers for four days: all is told, and what was issued before the list goes on being checked.
  await page.unroute('**/trust/index')
  await context.clock.setSystemTime(hoursLater(96))
  await page.reload()
  await page.getByText(/La liste des certificats retirés s’arrête au/).waitFor()
  await page.getByText(/La liste des clés commence à dater/).waitFor()
  await page.getByRole('button', { name: /Saisir ou coller/ }).waitFor()
  await shot(page, 'verifier-unsafe')
  await assertAccessible(page)
})

test('with the distribution dead for 48 hours verdicts go on and ages are told; by codes of another phone what was revoked since is refused', async () => {
  const { keys, anchor, signer } = await makeAuthority()
  const now = portal.clock.now()
  const hoursLater = (hours: number) => new Date(now.getTime() + hours * 3_600_000)
  const issuer = await makeSigner(keys.signers.dcc)
  const payload = testPayload({ sampledAt: hoursLater(-1).toISOString() })
  const certificate = await issueHcert(payload, {
    issuer: 'FR',
    issuedAt: now,
    expiresAt: hoursLater(1_000),
    keyId: hashed(keys.signers.dcc.certificate).subarray(0, 8),
    sign: issuer.signer.sign,
  })
  const revoked = hashed(Buffer.from('FRURN:UVCI:01:FR:ABCDEFGHIJKL#4'))
    .toString('hex')
    .slice(0, 32)
  const content = (listed: ReadonlySet<string>) => ({
    keys: new Map([['FR', [bytesToBase64(keys.signers.dcc.certificate)]]]),
    own: { signers: new Set<string>(), filters: [], listed },
  })
  const { page, context } = await visit(browser, { worksOffline: true })
  await context.clock.install({ time: now })
  await serveTrust(page, anchor, await publishTrust(signer, 1, now, content(new Set())))
  await open(page)
  assert.match(await verdictOf(page, certificate), /Valide[\s\S]*Lefèvre/)
  await untilWorksOffline(page)
  await context.setOffline(true)

  await context.clock.setSystemTime(hoursLater(48))
  await page.reload()
  await page.getByText(/Clés\s: 2\sj · Retraits\s: 2\sj/).waitFor()
  assert.match(await verdictOf(page, certificate), /Valide[\s\S]*Lefèvre/)
  await shot(page, 'verifier-two-days')
  await assertAccessible(page)

  const newer = await publishTrust(signer, 2, hoursLater(48), content(new Set([revoked])))
  const parts = [...newer.parts].map(([sha256, { length }]) => ({ sha256, bytes: length }))
  const held = async (sha256: string) => newer.parts.get(sha256) ?? null
  const extension = await extensionOf({ bytes: newer.index, parts }, new Set(), held)
  for (const code of await extensionTexts(extension)) await typeCode(page, code)
  await page.getByText(/Clés\s: 1\smin · Retraits\s: 1\smin/).waitFor()
  assert.match(await verdictOf(page, certificate), /Ce certificat a été retiré/)
})

const hashed = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

test('what came a moment ago is said to have; a finger has to stay on what a glove may not change', async () => {
  const { page } = await visit(browser)
  await open(page)
  const { hcert, twoddoc } = await portal.certified()
  assert.doesNotMatch(await verdictOf(page, hcert), /Déjà présenté/)
  assert.match(await verdictOf(page, twoddoc), /Valide[\s\S]*Déjà présenté à cette porte/)
  await typeCode(page, hcert)
  await readVerdict(page)
  await shot(page, 'verifier-seen-before')
  await assertAccessible(page)
  await nextCode(page)

  const change = page.getByRole('button', { name: 'Changer', exact: true })
  const finger = { pointerType: 'touch', width: 20, height: 20, pressure: 0.5 }
  await change.dispatchEvent('pointerdown', finger)
  await change.dispatchEvent('pointerup', finger)
  await change.dispatchEvent('click', { detail: 1 })
  await page.getByText('Laissez le doigt appuyé.').waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0)
  await change.dispatchEvent('pointerdown', finger)
  await page.getByRole('dialog').waitFor()
  await change.dispatchEvent('pointerup', finger)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // By keyboard it opens like any.
  await change.press('Enter')
  await page.getByRole('dialog').waitFor()
})

test('a PDF is read on the device, every page of it, without a network too', async () => {
  const { page, context, complaints } = await visit(browser, { worksOffline: true })
  await open(page)
  const { hcert } = await portal.certified()
  await untilWorksOffline(page)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await context.setOffline(true)
  const drawing = await browser.newPage()
  const code = codeSvg(codeDrawing(qrCode(hcert), 4), 'code', 60)
  await drawing.setContent(`<p style="break-after: page">Page 1</p>${code}`)
  const buffer = await drawing.pdf()
  await drawing.close()
  const choose = page.locator('input[type=file]')
  await choose.setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer })
  assert.match(await readVerdict(page), /Valide/)
  await nextCode(page)
  const broken = Buffer.from('%PDF-1.7 and nothing behind it')
  await choose.setInputFiles({ name: 'b.pdf', mimeType: 'application/pdf', buffer: broken })
  await page.getByText(/n’est ni une image ni un PDF lisible/).waitFor()
  assert.deepEqual(complaints, [])
})

test('a part of the page that does not load is said to be missing, and certificates are checked on', async () => {
  const { page } = await visit(browser)
  await page.route('**/assets/mode-dialog-*.js', (route) => route.fulfill({ status: 404 }))
  await open(page)
  await page.getByRole('button', { name: 'Changer' }).click()
  const missing = page.getByRole('dialog', { name: 'Cette partie ne s’est pas chargée' })
  await missing.getByRole('button', { name: 'Continuer le contrôle' }).waitFor()
  await assertAccessible(page)
  await assertNoSidewaysScrolling(page)
  await shot(page, 'verifier-part-missing')
  await missing.getByRole('button', { name: 'Continuer le contrôle' }).click()
  const { hcert } = await portal.certified()
  assert.match(await verdictOf(page, hcert), /Valide/)
})

test('a phone whose clock is behind the data is told so, and judges nothing', async () => {
  const { page, context } = await visit(browser)
  await context.clock.install({ time: portal.clock.now().getTime() - 86_400_000 })
  await page.goto(`${portal.url}/verifier/`)
  await page.getByText(/L’heure de cet appareil est fausse/).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Choisir une photo ou un PDF' }).count(), 0)
  await shot(page, 'verifier-clock')
})

test('without a camera allowed, words come first, and the other ways are there', async () => {
  for (const { language, device, size } of languagesAtSizes) {
    const { page } = await visit(browser, { language, size })
    await open(page, language)
    await page.getByText(language === 'fr' ? /La caméra sert à/ : /The camera is used to/).waitFor()
    await assertAccessible(page)
    await assertNoSidewaysScrolling(page)
    await shot(page, `verifier-start-${language}-${device}`)
  }
})

test('in the reader’s own colours all is told from its ground, by day and at night; after a verdict the keyboard goes on where it was', async () => {
  const { page } = await visit(browser)
  await open(page)
  const { hcert } = await portal.certified({ result: 'positive' })
  await typeCode(page, hcert)
  await readVerdict(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, forcedColors: 'active' })
    await shot(page, `verifier-forced-${colorScheme}`)
    await assertAccessible(page)
  }
  await page.getByRole('alertdialog').and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Vérifier' }).and(page.locator(':focus')).waitFor()
  await assertAccessible(page)
})

test('a hand scanner is heard wherever the focus is, on a French keyboard too, and over a verdict', async () => {
  const { hcert, twoddoc } = await portal.certified({
    sampledAt: portal.clock.now().toISOString(),
  })
  const { page } = await visit(browser, { size: desktop })
  await open(page)
  await scan(page, typedThrough(hcert, 'french'))
  assert.match(await readVerdict(page), /Valide/)
  // The next one, while the verdict is still there.
  await scan(page, 'HC1:6BFOXN%TSMAHN')
  await page.getByText('Illisible').first().waitFor()
  await nextCode(page)
  // In the field for texts nothing of it stays.
  await page.getByRole('button', { name: /Saisir ou coller/ }).click()
  const field = page.getByRole('textbox', { name: 'Texte du code' })
  await field.fill('abc')
  await scan(page, typedThrough(twoddoc, 'caps-lock'))
  assert.match(await readVerdict(page), /Valide/)
  await nextCode(page)
  assert.equal(await field.inputValue(), 'abc')
})

test('with the server gone for good, a page loaded before still verifies', async () => {
  const { page } = await visit(browser, { worksOffline: true })
  const { hcert } = await portal.certified()
  await open(page)
  await untilWorksOffline(page)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await portal.stop()
  await page.reload()
  await page.getByText('Hors ligne : la vérification continue.').waitFor()
  await typeCode(page, hcert)
  assert.match(await readVerdict(page), /Valide/)
})
