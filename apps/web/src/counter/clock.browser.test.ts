import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  escapeFrom,
  shot,
  startBrowser,
  until,
  visit,
} from '../../test/browser.ts'
import { typeNegative, typePerson } from '../../test/counter-steps.ts'
import { type MockServer, startMockServer } from '../../test/mock-server.ts'
import { narrowToPhone } from '../../test/open-counter.ts'
import { catalogueFaults } from '../shared/messages/catalogue.ts'
import { clockMessages } from './views/clock-messages.ts'

const browser = await startBrowser({ after })
const behindMilliseconds = 12 * 60_000

const open = async (context: { after: (close: () => Promise<unknown>) => void }) => {
  const server: MockServer = await startMockServer()
  server.portal.isSignedIn = true
  const { page, context: visitor } = await visit(browser, { size: desktop })
  context.after(async () => {
    await visitor.close()
    await server.close()
  })
  return { server, page }
}

const sampledAt = ({ portal }: MockServer): number[] =>
  [...portal.books.screenings.values()].map((entry) => Date.parse(entry.sampledAt))

describe('a computer whose clock is twelve minutes ahead', () => {
  it('is told so, goes on, and dates the samples of now by the portal’s clock', async (context) => {
    const { server, page } = await open(context)
    server.portal.behindMilliseconds = behindMilliseconds
    await page.goto(`${server.url}/pro/`)
    await page.getByText('L’horloge de ce poste avance de 12 minutes').waitFor()
    await typePerson(page, ['Dupont', 'Camille'])
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Saisir le résultat de Camille DUPONT' }).waitFor()
    await page.getByText('15 min', { exact: false }).first().waitFor()
    const [sampled = 0] = sampledAt(server)
    assert.ok(Math.abs(Date.now() - behindMilliseconds - sampled) < 60_000)
    await assertAccessible(page)
    await shot(page, 'clock-ahead')
    await narrowToPhone(page)
    await assertNoSidewaysScrolling(page)
    await shot(page, 'clock-ahead-phone')
  })

  it('is told which entry of before the portal refuses for it, and takes the portal’s time at the press of a button', async (context) => {
    const { server, page } = await open(context)
    await page.goto(`${server.url}/pro/`)
    await page.getByText('Personne n’attend de résultat.').waitFor()
    server.isDown = true
    await typeNegative(page, ['Moreau', 'Zoé'])
    await page.getByRole('dialog').getByText('Ce comptoir n’a pas de carnet').waitFor()
    await escapeFrom(page.getByRole('dialog'))
    server.portal.behindMilliseconds = behindMilliseconds
    const faults = [{ pointer: '/sampledAt', code: 'SAMPLED_IN_FUTURE' as const }]
    server.portal.faults.list = [{ kind: 'refused', code: 'REQUEST_INVALID', faults }]
    server.isDown = false
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.getByText(/^L’horloge de ce poste avançait quand cette saisie a été faite/).waitFor()
    await page.getByText(/^Prélevé à \d\d:\d\d\s; à l’heure du portail, \d\d:\d\d\.$/).waitFor()
    assert.deepEqual(sampledAt(server), [])
    await assertAccessible(page)
    await shot(page, 'clock-refused')
    server.portal.faults.list = []
    await page
      .getByRole('button', { name: 'Prendre l’heure du portail, Zoé MOREAU' })
      .press('Enter')
    await until(async () => sampledAt(server).length === 1)
    const [sampled = 0] = sampledAt(server)
    assert.ok(Math.abs(Date.now() - behindMilliseconds - sampled) < 120_000)
    await page.getByRole('heading', { name: 'À corriger' }).waitFor({ state: 'detached' })
  })

  it('has words in both languages', () => {
    assert.deepEqual(catalogueFaults(clockMessages), [])
  })
})
