import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { defaultDisease, ScreeningInput } from '@sidep/contracts'
import { Check } from 'typebox/schema'
import { assertAccessible, startBrowser } from '../../test/browser.ts'
import { typedDay } from '../../test/counter-view.ts'
import { field, openCounter, openDay, typeDupont } from '../../test/open-counter.ts'

const browser = await startBrowser({ after })

describe('an entry more than a day after its sample', () => {
  it('is asked why, next to its time, and sends the answer', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    const sampledAt = field(page, /^Heure du prélèvement/)
    await sampledAt.fill(`${typedDay(2)} 10:00`)
    await sampledAt.press('Tab')
    const why = page.getByRole('button', { name: /pourquoi maintenant/ })
    await why.waitFor()
    await page.getByRole('button', { name: /^Négatif/ }).click()
    await page.getByText('Dites pourquoi ce test est saisi plus d’un jour après.').waitFor()
    await assertAccessible(page)
    assert.equal(server.portal.books.screenings.size, 0)
    await why.click()
    await page.getByRole('option', { name: 'Oubli de saisie' }).click()
    await page.getByRole('button', { name: /^Négatif/ }).click()
    await page.getByRole('button', { name: 'Imprimer' }).waitFor()
    const sent = server.posts.map(({ body }) => body).find((body) => Check(ScreeningInput, body))
    assert.ok(Check(ScreeningInput, sent))
    assert.equal(sent.lateReason, 'forgotten')
  })

  it('that is positive waits for a colleague, who confirms it at the counter', async (context) => {
    const { page, server } = await openCounter(browser, context)
    server.portal.add({
      id: '0199c1b0-0000-7000-8000-000000000001',
      state: 'final',
      person: { familyName: 'Dupont', firstNames: 'Camille', birthDate: '1980-04-03', sex: 'F' },
      kind: 'antigen',
      disease: defaultDisease,
      device: '1232',
      deviceName: null,
      sampledAt: new Date(Date.now() - 48 * 3_600_000).toISOString(),
      recordedAt: new Date().toISOString(),
      result: 'positive',
      certificate: null,
      confirmation: 'wanted',
    })
    await page.reload()
    await openDay(page)
    await page
      .getByRole('button', { name: /DUPONT/ })
      .first()
      .click()
    await page.getByText('À confirmer par un autre professionnel du lieu').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Imprimer' }).count(), 0)
    await assertAccessible(page)
    await page.getByRole('button', { name: 'Je confirme ce positif' }).click()
    await page.getByRole('button', { name: 'Imprimer' }).waitFor()
  })
})
