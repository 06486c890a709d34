/** A professional sees where they are signed in and ends it there: two browsers against a real server. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { routes } from '@sidep/contracts'
import { demoPeople } from '@sidep/dev'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  phone,
  shot,
  startBrowser,
  visit,
} from '../../../../test/browser.ts'
import { panbio } from '../../../../test/open-counter.ts'
import { signInIn } from '../../../../test/sign-in.ts'
import { startStoryPortal } from '../../../../test/story-portal.ts'
import { translator } from '../../../shared/messages/catalogue.ts'
import { messages } from '../../messages.ts'
import { softwareMessages } from '../software/software-messages.ts'
import { teamMessages } from '../team/team-messages.ts'
import { sessionsMessages } from './sessions-messages.ts'

const browser = await startBrowser({ after })
const portal = await startStoryPortal({ after })

type Context = { after: (close: () => Promise<unknown>) => void }
type Person = (typeof demoPeople)['pharmacist' | 'doctor' | 'nurse']

const signInAt = (page: Page, { nationalId }: Person): Promise<void> =>
  signInIn(page, portal.url, nationalId)

/** Sign-ins are told apart by the second: one of the same second as the end of all counts as before it. */
const nextSecond = async (): Promise<void> => {
  const second = (): number => Math.floor(Date.now() / 1_000)
  const begun = second()
  while (second() === begun) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Types a test of somebody and lets them wait for the result. */
const record = async (page: Page): Promise<void> => {
  const { keyboard } = page
  await page.getByRole('textbox', { name: 'Nom de naissance' }).focus()
  for (const text of ['Petit', 'Zoé', '12061984']) {
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('f')
  await page.getByRole('combobox', { name: 'Test utilisé' }).fill('panbio')
  await panbio(page).waitFor()
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await page.getByRole('button', { name: 'Enregistrer et attendre' }).press('Enter')
}

/** A browser of its own in which somebody is signed in. */
const counterOf = async (
  context: Context,
  person: Person,
  options: { size?: { width: number; height: number }; language?: 'fr' | 'en' } = {},
): Promise<Page> => {
  const { size = desktop, language = 'fr' } = options
  const { page, context: visitor } = await visit(browser, { size, language })
  context.after(() => visitor.close())
  await signInAt(page, person)
  await page.goto(`${portal.url}/pro/?lang=${language}`)
  const site = person.activities[0].companyName
  await page.getByText(translator(messages, language)('stateConnected', { site })).waitFor()
  return page
}

/** Under one's name, to one's sessions. */
const openSessions = async (page: Page, menu: string, language: 'fr' | 'en'): Promise<void> => {
  const t = translator(sessionsMessages, language)
  await page.getByRole('button', { name: menu, exact: true }).press('Enter')
  await page
    .getByRole('dialog')
    .getByRole('link', { name: t('title') })
    .press('Enter')
  await page
    .getByRole('heading', { name: t('title'), level: 1 })
    .and(page.locator(':focus'))
    .waitFor()
}
const nameOf = ({ givenName, familyName }: Person): string =>
  `${givenName} ${familyName.toLocaleUpperCase('fr')}`
const lines = (page: Page) => page.getByRole('listitem').filter({ has: page.locator('strong') })

describe('one’s sessions', () => {
  for (const [language, size, name, person] of [
    ['fr', desktop, 'desktop', demoPeople.pharmacist],
    ['en', phone, 'phone', demoPeople.doctor],
  ] as const)
    it(`in ${language} on a ${name}, by keyboard: see the other counter, close it; it is told kindly and keeps what was typed`, async (context) => {
      const t = translator(sessionsMessages, language)
      const tc = translator(messages, language)
      const tt = translator(teamMessages, language)
      const site = person.activities[0].companyName
      const left = await counterOf(context, person, { size, language })
      await left.getByRole('textbox', { name: tc('familyName') }).fill('Martin')

      const mine = await counterOf(context, person, { size, language })
      await openSessions(mine, size === desktop ? nameOf(person) : tt('menu'), language)
      await mine.getByText(t('here')).waitFor()
      assert.equal(await lines(mine).count(), 2)
      await assertAccessible(mine)
      await assertNoSidewaysScrolling(mine)
      await shot(mine, `sessions-${language}-${name}`)
      assert.equal(await mine.getByRole('button', { name: t('end'), exact: true }).count(), 0)
      const close = mine.getByRole('button', { name: t('endOf', { what: site }) })
      await close.press('Enter')
      const dialog = mine.getByRole('alertdialog', { name: t('endTitle') })
      await dialog.getByText(t('endKept')).waitFor()
      await assertAccessible(mine)
      await assertNoSidewaysScrolling(mine)
      await shot(mine, `sessions-confirm-${language}-${name}`)
      // The way back is in focus: nothing is ended by a second press of the same key.
      await mine.keyboard.press('Enter')
      await dialog.waitFor({ state: 'detached' })
      await close.and(mine.locator(':focus')).press('Enter')
      await mine.keyboard.press('Tab')
      await mine.keyboard.press('Enter')
      await mine
        .getByRole('status')
        .getByText(t('ended', { what: `${site}, ` }).slice(0, -1))
        .waitFor()
      await mine.getByText(t('none')).waitFor()
      await mine
        .getByRole('heading', { name: t('open') })
        .and(mine.locator(':focus'))
        .waitFor()
      assert.equal(await lines(mine).count(), 1)
      await shot(mine, `sessions-closed-${language}-${name}`)

      const told = left.getByRole('alert').filter({ hasText: tc('safeTitle') })
      await told.getByText(t('revokedHelp')).waitFor()
      await assertAccessible(left)
      await assertNoSidewaysScrolling(left)
      await shot(left, `sessions-told-${language}-${name}`)
      assert.equal(
        await left.getByRole('textbox', { name: tc('familyName') }).inputValue(),
        'Martin',
      )
      // And the one that closed it goes on.
      await mine.getByRole('link', { name: tc('title') }).press('Enter')
      await mine.getByText(tc('stateConnected', { site })).waitFor()
    })

  it('all others at once, after saying how many; a test recorded on one of them is kept there and goes out after signing in again', async (context) => {
    const person = demoPeople.nurse
    const t = translator(sessionsMessages, 'fr')
    const tc = translator(messages, 'fr')
    const lost = await counterOf(context, person)
    await lost.route(`**${routes.screenings}`, (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    )
    await lost.route(`**${routes.reconciliations}`, (route) => route.abort())
    await record(lost)
    await lost.getByText(tc('toSend', { count: 1 })).waitFor()
    const mine = await counterOf(context, person)
    await counterOf(context, person)
    await openSessions(mine, nameOf(person), 'fr')
    await mine.getByText(t('here')).waitFor()
    const count = (await lines(mine).count()) - 1
    assert.ok(count >= 2)
    await mine.getByRole('button', { name: t('endOthers') }).press('Enter')
    const dialog = mine.getByRole('alertdialog', { name: t('endOthersTitle') })
    await dialog.getByText(t('endOthersHelp', { count })).waitFor()
    await dialog.getByRole('button', { name: t('endOthers') }).press('Enter')
    await mine.getByRole('status').getByText(t('endedOthers')).waitFor()
    assert.equal(await lines(mine).count(), 1)

    // What could not be sent has made this page patient: it asks when somebody looks at it.
    await lost.evaluate(() => dispatchEvent(new Event('online')))
    await lost.getByText(t('revokedHelp')).waitFor()
    const { sessions } = (await (
      await mine.request.get(`${portal.url}${routes.sessionsOpen}`)
    ).json()) as { sessions: unknown[] }
    assert.equal(sessions.length, 1)
    const rows = await portal.sql()`
      select subject from audit where act = 'session.revoked' and professional_id = ${person.nationalId}`
    assert.deepEqual(
      rows.map(({ subject }) => subject),
      ['elsewhere'],
    )
    assert.equal(await lost.getByText(tc('stateSignedOut')).count(), 1)
    await lost.getByText(tc('toSend', { count: 1 })).waitFor()

    await lost.unrouteAll()
    await nextSecond()
    await signInAt(lost, person)
    await lost.reload()
    await lost.getByText(tc('stateConnected', { site: person.activities[0].companyName })).waitFor()
    await lost.getByText(tc('toSend', { count: 1 })).waitFor({ state: 'detached' })
    const stored = await portal.sql()`
      select professional_id from screening where professional_id = ${person.nationalId}`
    assert.equal(stored.length, 1)
  })
})

describe('software that works in one’s name', () => {
  for (const [language, size, person, code] of [
    ['fr', desktop, demoPeople.pharmacist, 'WDJBMJHT'],
    ['en', phone, demoPeople.doctor, 'BCDFGHJK'],
  ] as const)
    it(`in ${language}: a code typed shows who asks for what; accepted it is listed, taken back it is gone`, async (context) => {
      const t = translator(softwareMessages, language)
      const site = person.activities[0]
      const sql = portal.sql()
      await sql`
        insert into vendor (id, name, keys, certificates, scopes, per_second, registered_at, registered_by)
        values ('officine', 'Officine (essai)', '{"keys": []}', '{}', '{}', 10, now(), 'essai') on conflict do nothing`
      await sql`
        insert into vendor_request (user_code, device_code_hash, vendor_id, site_id, scopes, asked_at, expires_at,
          interval_seconds)
        values (${code}, ${code}::bytea, 'officine', ${site.finess}, '{screenings.record,screenings.read}', now(),
          now() + interval '10 minutes', 5)`
      const page = await counterOf(context, person, { size, language })
      await page.goto(
        `${portal.url}/pro/?lang=${language}&logiciel=${code.slice(0, 4)}-${code.slice(4)}#sessions`,
      )
      const field = page.getByRole('textbox', { name: t('code') })
      await field.waitFor()
      // The address brings it; whoever types is forgiven case and spaces.
      assert.equal(await field.inputValue(), `${code.slice(0, 4)}-${code.slice(4)}`)
      await field.fill('BCDF BCDF')
      await field.press('Enter')
      await page.getByText(t('lookFailed')).waitFor()
      await field.fill(`${code.slice(0, 4)} ${code.slice(4)}`.toLowerCase())
      await field.press('Enter')
      await page.getByText(t('scope_read')).waitFor()
      assert.equal(await page.getByText(t('scope_correct')).count(), 0)
      await page.getByText(t('answerable')).waitFor()
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `software-asks-${language}`)
      await page.getByRole('button', { name: t('accept'), exact: true }).press('Enter')
      const end = page.getByRole('button', {
        name: t('endOf', { vendor: 'Officine (essai)', site: site.companyName }),
      })
      await end.waitFor()
      await assertAccessible(page)
      await shot(page, `software-listed-${language}`)
      await end.press('Enter')
      await page
        .getByRole('status')
        .getByText(t('ended', { vendor: 'Officine (essai)' }))
        .waitFor()
      await page.getByText(t('none')).waitFor()
      const rows = await sql`
        select revoked_at is not null as revoked from vendor_delegation where site_id = ${site.finess}`
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [{ revoked: true }],
      )
    })
})
