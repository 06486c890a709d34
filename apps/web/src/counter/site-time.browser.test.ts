import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { timeZoneOf } from '@sidep/screening'
import { clockIn, dayIn } from '@sidep/time'
import type { Page } from 'playwright-core'
import { assertAccessible, shot, startBrowser } from '../../test/browser.ts'
import { familyName, field, openCounter, typeDupont } from '../../test/open-counter.ts'

const browser = await startBrowser({ after })

const dayFirst = (day: string): string => day.split('-').reverse().join('/')
const recordNegative = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Négatif/ }).click()
  await page
    .getByRole('img', { name: /Certificat/ })
    .first()
    .waitFor()
}

describe('a computer that is set to another time zone than its site', () => {
  for (const [postalCode, timeZone] of [
    ['97400', 'Asia/Tokyo'],
    ['97200', 'UTC'],
  ] as const) {
    it(`at ${postalCode} with ${timeZone}: says so, and reads times on the clock of the site`, async (context) => {
      const { page, server } = await openCounter(browser, context, { postalCode, timeZone })
      await page.getByText(/Ce poste est réglé sur un autre fuseau horaire/).waitFor()
      await assertAccessible(page)
      await shot(page, `zone-${postalCode}`)
      const zone = timeZoneOf(postalCode)
      const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 30 * 60_000)
      await typeDupont(page)
      await field(page, /^Heure du prélèvement/).fill(
        `${dayFirst(dayIn(at, zone))} ${clockIn(at, zone)}`,
      )
      await recordNegative(page)
      const [recorded] = [...server.portal.books.screenings.values()]
      assert.equal(Date.parse(recorded?.sampledAt ?? ''), at.getTime())
      assert.match(recorded?.sampledAt ?? '', new RegExp(`T${clockIn(at, zone)}:00[+-]0[34]:00$`))
    })
  }
  it('of the same zone says nothing', async (context) => {
    const { page } = await openCounter(browser, context, { postalCode: '75004' })
    assert.equal(await page.getByText(/autre fuseau horaire/).count(), 0)
  })
})

describe('a time that today has not reached', () => {
  it('is asked about, not taken for yesterday’s', async (context) => {
    // A site where it is not midnight within the hour.
    const postalCode = ['75004', '97400', '97200'].find(
      (code) => clockIn(new Date(), timeZoneOf(code)) < '22:00',
    )
    assert.ok(postalCode !== undefined)
    const zone = timeZoneOf(postalCode)
    const { page, server } = await openCounter(browser, context, { postalCode, timeZone: zone })
    await typeDupont(page)
    const later = clockIn(new Date(Date.now() + 90 * 60_000), zone)
    await field(page, /^Heure du prélèvement/).fill(later)
    await page.getByText(`Hier à ${later} ?`).waitFor()
    await page.getByRole('button', { name: /^Négatif/ }).click()
    await page.getByText('Cette heure n’est pas encore passée aujourd’hui.').waitFor()
    assert.equal(server.portal.books.screenings.size, 0)
    await page.getByRole('button', { name: 'Oui, hier' }).click()
    const yesterday = dayIn(new Date(Date.now() - 86_400_000), zone)
    assert.equal(
      await field(page, /^Heure du prélèvement/).inputValue(),
      `${dayFirst(yesterday)} ${later}`,
    )
    await recordNegative(page)
    const [recorded] = [...server.portal.books.screenings.values()]
    assert.ok(recorded?.sampledAt.startsWith(`${yesterday}T${later}`))
  })
})

describe('people whom registers know little of', () => {
  it('are entered with one name and a year of birth, once that is said', async (context) => {
    const { page, server } = await openCounter(browser, context)
    await typeDupont(page)
    await familyName(page).fill('Suharto')
    await field(page, /^Prénoms/).fill('')
    await field(page, /^Date de naissance/).fill('1958')
    await page.getByText(/jour ou mois de naissance inconnu/).waitFor()
    await page.getByRole('button', { name: /^Négatif/ }).click()
    assert.equal(server.portal.books.screenings.size, 0)
    // The box itself is drawn by its label.
    await page.getByText('Cette personne n’a qu’un seul nom').click()
    await recordNegative(page)
    const [recorded] = [...server.portal.books.screenings.values()]
    assert.deepEqual(
      [recorded?.person.familyName, recorded?.person.firstNames, recorded?.person.birthDate],
      ['Suharto', '', '1958'],
    )
  })
})
