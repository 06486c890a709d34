/** The door without leaving the page, against a real server and the provider's stand-in telephone. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes, type SessionView } from '@sidep/contracts'
import {
  demoIdentities,
  demoPeople,
  type IdentityProvider,
  startIdentityProvider,
} from '@sidep/dev'
import type { Page } from 'playwright-core'
import {
  startTestCluster,
  type TestCluster,
  type TestPortal,
} from '../../../server/src/platform/testing.ts'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  languagesAtSizes,
  shot,
  startBrowser,
  until,
  visit,
} from '../../test/browser.ts'
import { builtPages } from '../../test/portal.ts'
import { translator } from '../shared/messages/catalogue.ts'
import { doorMessages } from './door-messages.ts'
import { messages } from './messages.ts'

const { pharmacist } = demoPeople
const rpps = pharmacist.nationalId.slice(1)

let cluster: TestCluster
let portal: TestPortal
let provider: IdentityProvider
const browser = await startBrowser({ after })

/** A clock that tests move; it otherwise runs, as the provider's does. */
let aheadMilliseconds = 0
const clock = { now: () => new Date(Date.now() + aheadMilliseconds) }

before(async () => {
  provider = await startIdentityProvider({
    port: 0,
    people: demoIdentities,
    clients: [
      { id: 'portal', secret: 'secret', redirectUris: ['http://localhost/login/ecps/callback'] },
    ],
  })
  cluster = await startTestCluster()
  portal = await cluster.portal({
    environment: {
      ECPS_ISSUER: provider.issuer,
      ECPS_CLIENT_ID: 'portal',
      ECPS_CLIENT_SECRET: 'secret',
      ADMISSION_LOGINS_PER_SECOND: '2',
    },
    overrides: { clock, pages: builtPages() },
  })
})
after(async () => {
  await cluster.close()
  await provider.close()
})

const counter = async (
  context: { after: (close: () => Promise<unknown>) => void },
  options: { size?: { width: number; height: number }; language?: 'fr' | 'en' } = {},
): Promise<Page> => {
  const { size = desktop, language = 'fr' } = options
  // Whoever a test before kept waiting is let in, and its tries at this telephone are forgotten.
  aheadMilliseconds += 660_000
  const { page, context: visitor } = await visit(browser, { size, language })
  context.after(() => visitor.close())
  await page.goto(`${portal.server.url}/pro/?lang=${language}`)
  return page
}

const eventually = async <T>(look: () => T | undefined): Promise<T> => {
  let found: T | undefined
  await until(() => {
    found = look()
    return found !== undefined
  })
  return found ?? assert.fail()
}
/** What rings on the pharmacist's telephone. */
const ringing = () => eventually(() => provider.telephone.waiting(pharmacist.nationalId)[0])
/** What the page says to type there, once it does. */
const digitsOn = async (page: Page, language: 'fr' | 'en' = 'fr'): Promise<string> => {
  const words = translator(doorMessages, language)('phoneDigits', { digits: '(\\d\\d)' })
  const text = await page.getByText(new RegExp(words)).textContent()
  return /\d\d/.exec(text ?? '')?.[0] ?? ''
}
/** Types what the page shows on the phone that rings. */
const typeOnPhone = async (page: Page, language: 'fr' | 'en' = 'fr'): Promise<void> => {
  const { id } = await ringing()
  const digits = await digitsOn(page, language)
  const outcome = await provider.telephone.answer(pharmacist.nationalId, id, digits)
  assert.equal(outcome, 'confirmed')
}
const sessionOf = (page: Page): Promise<SessionView> =>
  page.evaluate(async (path) => (await fetch(path)).json(), routes.session)

describe('signing in on the phone', () => {
  for (const { language, device: name, size } of languagesAtSizes)
    it(`by keyboard, in ${language} on a ${name}: type the number, and the digits on the phone`, async (context) => {
      const t = translator(doorMessages, language)
      const page = await counter(context, { size, language })
      const { keyboard } = page
      await page.getByRole('button', { name: t('phoneOffer') }).waitFor()
      await assertNoSidewaysScrolling(page)
      await shot(page, `phone-offer-${language}-${name}`)
      await page.getByRole('button', { name: t('phoneOffer') }).press('Enter')
      const number = page.getByRole('textbox', { name: t('phoneNumber') })
      await number.and(page.locator(':focus')).waitFor()
      await keyboard.type('9970007512')
      await keyboard.press('Enter')
      await page.getByText(t('number_incomplete')).waitFor()
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `phone-number-${language}-${name}`)
      await number.fill(rpps)
      await keyboard.press('Enter')
      await digitsOn(page, language)
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `phone-confirm-${language}-${name}`)
      await typeOnPhone(page, language)
      const site = pharmacist.activities[0].companyName
      await page.getByText(translator(messages, language)('stateConnected', { site })).waitFor()
      assert.equal(await page.getByRole('dialog').count(), 0)
      const session = await sessionOf(page)
      assert.equal(session.professional.id, pharmacist.nationalId)
      assert.equal(session.device?.length, 43, 'bound to the device that asked')
      assert.match(page.url(), /\/pro\/\?lang=/, 'the page was never left')
    })

  it('a refusal, and one that is given up, end it; nothing more is asked, and it can begin again', async (context) => {
    const page = await counter(context)
    const polls: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith(routes.loginEcpsBackchannelPoll)) polls.push(request.url())
    })
    await page.getByRole('button', { name: /sans quitter cette page/ }).press('Enter')
    await page.getByRole('textbox', { name: 'Votre numéro RPPS' }).fill(pharmacist.nationalId)
    await page.keyboard.press('Enter')
    await provider.telephone.answer(pharmacist.nationalId, (await ringing()).id, null)
    await page.getByRole('alert').getByText('La demande a été refusée').waitFor()
    await assertAccessible(page)
    await shot(page, 'phone-refused')
    const asked = polls.length
    await page.getByRole('button', { name: 'Recommencer avec le téléphone' }).press('Enter')
    await page.keyboard.press('Enter')
    const { id } = await ringing()
    const late = await digitsOn(page)
    await page.getByRole('button', { name: 'Annuler' }).and(page.locator(':focus')).press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /sans quitter cette page/ }).waitFor()
    // Confirmed too late: nobody asks for it any more.
    await provider.telephone.answer(pharmacist.nationalId, id, late)
    assert.equal((await page.request.get(`${portal.server.url}${routes.session}`)).status(), 401)
    assert.equal(polls.length, asked)
  })

  it('a reload, and a page that is loaded anew in its tab, find the request that waits; another tab does not', async (context) => {
    const page = await counter(context)
    const begun: string[] = []
    page.context().on('request', (request) => {
      if (request.url().endsWith(routes.loginEcpsBackchannel)) begun.push(request.url())
    })
    await page.getByRole('button', { name: /sans quitter cette page/ }).press('Enter')
    await page.getByRole('textbox', { name: 'Votre numéro RPPS' }).fill(rpps)
    await page.keyboard.press('Enter')
    await ringing()
    const shown = await digitsOn(page)
    const digits = page.getByText(`Nombre à taper sur le téléphone : ${shown}`)
    await page.reload()
    await digits.waitFor()
    await page.getByRole('button', { name: 'Annuler' }).and(page.locator(':focus')).waitFor()
    await assertAccessible(page)

    const other = await page.context().newPage()
    await other.goto(`${portal.server.url}/pro/`)
    await other.getByRole('button', { name: /sans quitter cette page/ }).waitFor()
    assert.equal(await other.getByRole('dialog').count(), 0)
    await other.close()

    // Nothing of the page is left but what its tab keeps.
    await page.goto('about:blank')
    await page.goto(`${portal.server.url}/pro/`)
    await digits.waitFor()
    assert.equal(begun.length, 1)
    await typeOnPhone(page)
    await page.getByText(/^Connecté · /).waitFor()
    assert.equal(begun.length, 1)
    await page.reload()
    await page.getByText(/^Connecté · /).waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
  })

  it('given up, a reload finds nothing of it', async (context) => {
    const page = await counter(context)
    await page.getByRole('button', { name: /sans quitter cette page/ }).press('Enter')
    await page.getByRole('textbox', { name: 'Votre numéro RPPS' }).fill(rpps)
    await page.keyboard.press('Enter')
    const { id } = await ringing()
    const late = await digitsOn(page)
    const told = page.waitForResponse(`**${routes.loginEcpsBackchannelCancellation}`)
    await page.getByRole('button', { name: 'Annuler' }).and(page.locator(':focus')).press('Enter')
    assert.equal((await told).status(), 204)
    await page.reload()
    await page.getByRole('button', { name: /sans quitter cette page/ }).waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
    const cookies = await page.context().cookies()
    assert.deepEqual(
      cookies.filter(({ name }) => name.includes('phone')),
      [],
    )
    await provider.telephone.answer(pharmacist.nationalId, id, late)
  })

  it('waits in the room with everybody, types meanwhile, and goes on to the phone in turn', async (context) => {
    const page = await counter(context)
    await page.getByRole('button', { name: /sans quitter cette page/ }).press('Enter')
    const number = page.getByRole('textbox', { name: 'Votre numéro RPPS' })
    await number.fill(rpps)
    // As many as a quiet room lets in at once, and some more.
    for (let index = 0; index < 14; index += 1) {
      await portal.send('GET', routes.loginEcps, undefined, { cookie: null })
    }
    await number.press('Enter')
    await page.getByText(/^En salle d’attente/).waitFor()
    const familyName = page.getByRole('textbox', { name: 'Nom de naissance' })
    await familyName.fill('Martin')
    await page.getByRole('alert').getByText('C’est votre tour').waitFor()
    await page.getByRole('button', { name: 'Se connecter maintenant' }).press('Enter')
    await number.and(page.locator(':focus')).waitFor()
    assert.equal(await number.inputValue(), rpps)
    await page.keyboard.press('Enter')
    await typeOnPhone(page)
    await page.getByText(/^Connecté · /).waitFor()
    assert.equal(await familyName.inputValue(), 'Martin')
  })

  it('while the provider is away: it says so at once, when to come back, and what works is first', async (context) => {
    const page = await counter(context)
    await page.getByRole('button', { name: /sans quitter cette page/ }).press('Enter')
    await page.getByRole('textbox', { name: 'Votre numéro RPPS' }).fill(rpps)
    provider.setFault({ kind: 'down' })
    context.after(async () => provider.setFault({ kind: 'none' }))
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Pro Santé Connect ne répond pas').waitFor()
    await assertAccessible(page)
    await shot(page, 'phone-away')
  })
})
