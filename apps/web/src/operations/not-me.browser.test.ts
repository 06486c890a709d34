/** The morning's message, its link in a real browser, and "this was not me": one press, and what was issued is withdrawn. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '@sidep/contracts'
import { makeDigestWork } from '../../../server/src/operations/digest/digest-worker.ts'
import { revokeDenied } from '../../../server/src/operations-acts.ts'
import {
  sampleScreening,
  startTestCluster,
  testSites,
} from '../../../server/src/platform/testing.ts'
import { assertInBothColours, phone, startBrowser, visit } from '../../test/browser.ts'

const { parvis } = testSites
const pharmacist = '899790000015'

test('a professional who did not issue what the morning’s message counts withdraws all of it with one press', async (t) => {
  const cluster = await startTestCluster()
  t.after(() => cluster.close())
  const portal = await cluster.portal({ environment: {} })
  const { sql, clock, server } = portal
  const mails: string[] = []
  const work = makeDigestWork({
    platform: server.platform,
    send: async (_, { text }) => {
      mails.push(text)
      return { outcome: 'delivered', code: null }
    },
    revoke: revokeDenied(server.platform, { revoked: () => undefined }),
  })
  const look = () => work.look(new AbortController().signal)
  const revoked = async () => (await sql`select 1 from certificate_revocation`).length

  await sql`
    insert into professional_site (professional_id, site_id, profession, source, updated_at, email)
    values (${pharmacist}, ${parvis.id}, '21', 'directory', now(), 'contact@parvis.example')`
  const by = await portal.signInAt(parvis, { professionalId: pharmacist })
  const { person } = sampleScreening(portal)
  for (const familyName of ['ESSAI-UN', 'ESSAI-DEUX', 'ESSAI-TROIS']) {
    const screening = sampleScreening(portal, { person: { ...person, familyName } })
    const { status, text } = await portal.send('POST', routes.screenings, screening, by)
    assert.equal(status, 201, text)
  }
  clock.set('2021-08-14T07:30:00+02:00')
  await look()
  assert.equal(mails.length, 1)
  const link = new URL(/https?:\/\/\S+pas-moi\/\?c=[\w-]{43}/.exec(mails[0] ?? '')?.[0] ?? '')

  const { page, complaints } = await visit(await startBrowser(t), { size: phone })
  await page.goto(`http://127.0.0.1:${server.port}${link.pathname}${link.search}`)
  await page.getByRole('heading', { level: 1, name: 'Ce n’était pas moi' }).waitFor()
  await page.getByText(/3 dépistage\(s\) enregistrés à votre nom/).waitFor()
  await assertInBothColours(page, 'not-me')
  await look()
  assert.equal(await revoked(), 0, 'opening it changes nothing')

  // By keyboard alone.
  const confirm = page.getByRole('button', { name: 'Confirmer : ce n’était pas moi' })
  for (let presses = 0; presses < 10; presses += 1) {
    if (await confirm.evaluate((button) => button === document.activeElement)) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'C’est noté' }).waitFor()
  await assertInBothColours(page, 'not-me-done')
  await look()
  assert.equal(await revoked(), 3)
  assert.deepEqual(complaints, [])
})
