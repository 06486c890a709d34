/** A professional lets somebody work for them, and takes it back; against a real server. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { demoPeople } from '@sidep/dev'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  languagesAtSizes,
  shot,
  startBrowser,
  visit,
} from '../../../../test/browser.ts'
import { addCookie, deviceOf, signInIn } from '../../../../test/sign-in.ts'
import { startStoryPortal } from '../../../../test/story-portal.ts'
import { translator } from '../../../shared/messages/catalogue.ts'
import { messages } from '../../messages.ts'
import { teamMessages } from './team-messages.ts'

const { pharmacist, student } = demoPeople
const site = pharmacist.activities[0]
const studentName = `${student.givenName} ${student.familyName.toLocaleUpperCase('fr')}`
const pharmacistName = `${pharmacist.givenName} ${pharmacist.familyName.toLocaleUpperCase('fr')}`
const browser = await startBrowser({ after })
const portal = await startStoryPortal({ after })

type Context = { after: (close: () => Promise<unknown>) => void }

/** A browser in which somebody is signed in. */
const counterOf = async (
  context: Context,
  nationalId: string,
  options: { size?: { width: number; height: number }; language?: 'fr' | 'en' } = {},
): Promise<Page> => {
  const { size = desktop, language = 'fr' } = options
  const { page, context: visitor } = await visit(browser, { size, language })
  context.after(() => visitor.close())
  await signInIn(page, portal.url, nationalId)
  await page.goto(`${portal.url}/pro/?lang=${language}`)
  return page
}

describe('the team of a counter', () => {
  it('asks for a fresh sign-in where the last is an hour old, and comes back to what was typed', async (context) => {
    const t = translator(teamMessages, 'fr')
    const { page, context: visitor } = await visit(browser, { size: desktop, language: 'fr' })
    context.after(() => visitor.close())
    const device = await deviceOf(page, portal.url)
    const signedInAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000)
    const place = { id: site.finess, name: site.companyName, postalCode: '75004' }
    const cookie = await portal.cookieAt(place, {
      professionalId: pharmacist.nationalId,
      device,
      signedInAt,
      renewBy: new Date(Date.now() + 1_200_000),
    })
    await addCookie(page, portal.url, cookie)
    await page.goto(`${portal.url}/pro/?lang=fr`)
    await page.getByRole('link', { name: t('title'), exact: true }).press('Enter')
    await page.getByRole('textbox', { name: t('staffName') }).fill('Noé, étudiant')
    await page.getByRole('textbox', { name: t('staffId') }).fill(student.nationalId.slice(1))
    await page.keyboard.press('Enter')
    await page.getByText('Confirmez que c’est bien vous').waitFor()
    await assertAccessible(page)
    await assertNoSidewaysScrolling(page)
    await shot(page, 'team-fresh-sign-in')
    await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
    await page.getByRole('button', { name: 'Continuer' }).press('Enter')
    await page.getByRole('button', { name: /^Confirmer/ }).press('Enter')
    // Back where it was begun, with what was typed.
    const name = page.getByRole('textbox', { name: t('staffName') })
    await name.waitFor()
    assert.equal(await name.inputValue(), 'Noé, étudiant')
    const staffId = page.getByRole('textbox', { name: t('staffId') })
    assert.equal(await staffId.inputValue(), student.nationalId.slice(1))
    await name.press('Enter')
    await page.getByText(/^Noé, étudiant peut se connecter/).waitFor()
    await page
      .getByRole('button', { name: t('withdrawOf', { name: 'Noé, étudiant' }) })
      .press('Enter')
    const dialog = page.getByRole('alertdialog', { name: t('withdrawTitle') })
    await dialog.getByRole('button', { name: t('withdraw'), exact: true }).press('Enter')
    await dialog.waitFor({ state: 'detached' })
  })

  for (const { language, device: name, size } of languagesAtSizes)
    it(`in ${language} on a ${name}, by keyboard: allow a student, who chooses, works and is shown; withdraw`, async (context) => {
      const t = translator(teamMessages, language)
      const tc = translator(messages, language)
      const page = await counterOf(context, pharmacist.nationalId, { size, language })
      const { keyboard } = page
      const look = async (at: Page, what: string): Promise<void> => {
        await assertAccessible(at)
        await assertNoSidewaysScrolling(at)
        await shot(at, `team-${what}-${language}-${name}`)
      }
      await page.getByRole('link', { name: t('title'), exact: true }).press('Enter')
      await page.getByRole('heading', { name: t('title'), level: 1 }).waitFor()
      await page.getByText(t('nowNone')).waitFor()
      await page.getByRole('textbox', { name: t('staffName') }).focus()
      await keyboard.press('Enter')
      await page.getByText(t('fault_name')).first().waitFor()
      await look(page, 'faults')
      await keyboard.type('Noé, étudiant')
      await keyboard.press('Tab')
      await keyboard.type(student.nationalId.slice(1))
      await keyboard.press('Enter')
      await page.getByText(/^Noé, étudiant (peut se connecter|can sign in)/).waitFor()
      await page.getByRole('button', { name: t('withdrawOf', { name: 'Noé, étudiant' }) }).waitFor()
      await look(page, 'open')

      const theirs = await counterOf(context, student.nationalId, { size, language })
      const choice = theirs.getByRole('button', {
        name: t('chooseFor', { name: pharmacistName, site: site.companyName }),
      })
      await choice.waitFor()
      await look(theirs, 'choose')
      await choice.press('Enter')
      const inWhoseName = t('operatorFor', { operator: studentName, responsible: pharmacistName })
      const connected = tc('stateConnected', { site: site.companyName })
      // On a phone the site's name may be cut off: in whose name one works stands beside it.
      const said = size === desktop ? [`${connected} · ${inWhoseName}`] : [connected, inWhoseName]
      for (const words of said)
        await theirs
          .getByRole('status', { name: tc('stateLabel') })
          .getByText(words)
          .waitFor()
      await look(theirs, 'working')
      const menu = size === desktop ? studentName : t('menu')
      await theirs.getByRole('button', { name: menu, exact: true }).press('Enter')
      const dialog = theirs.getByRole('dialog', { name: t('menu') })
      await dialog.getByText(pharmacistName).waitFor()
      await dialog.getByText(studentName).waitFor()
      await look(theirs, 'session')
      await theirs.keyboard.press('Escape')
      // Who works for somebody can let nobody in.
      await theirs.getByRole('link', { name: t('title'), exact: true }).press('Enter')
      await theirs
        .getByText(t('asStaff', { name: pharmacistName, time: '' }).split(',')[0] ?? '')
        .waitFor()
      assert.equal(await theirs.getByRole('button', { name: t('withdraw') }).count(), 0)
      assert.equal(await theirs.getByRole('textbox').count(), 0)

      await page
        .getByRole('button', { name: t('withdrawOf', { name: 'Noé, étudiant' }) })
        .press('Enter')
      await page.getByRole('alertdialog', { name: t('withdrawTitle') }).waitFor()
      await look(page, 'withdraw')
      await keyboard.press('Tab')
      await keyboard.press('Enter')
      await page.getByText(t('withdrawn', { name: 'Noé, étudiant' })).waitFor()
      await page.getByText(t('nowNone')).waitFor()
      // The one at the other counter is told, keeps what was typed, and may choose other work.
      await theirs
        .getByRole('link', { name: translator(messages, language)('title') })
        .press('Enter')
      await theirs.getByRole('button', { name: t('chooseAgain') }).press('Enter')
      await theirs.getByText(t('chooseNone')).waitFor()
      await look(theirs, 'ended')
    })

  it('a number that is another site’s card, or one’s own, is told beside it', async (context) => {
    const page = await counterOf(context, pharmacist.nationalId)
    await page.getByRole('link', { name: 'Équipe', exact: true }).press('Enter')
    await page.getByRole('textbox', { name: 'Nom de la personne' }).fill('Sam')
    const id = page.getByRole('textbox', { name: /^Numéro RPPS, ou de carte/ })
    for (const [typed, fault] of [
      [
        `3${demoPeople.nurse.activities[0].finess}/17`,
        'Cette carte est celle d’un autre établissement.',
      ],
      [pharmacist.nationalId, 'C’est votre propre numéro.'],
      ['99700075123', 'Ce numéro comporte une erreur de frappe.'],
    ] as const) {
      await id.fill(typed)
      await id.press('Enter')
      await page.getByText(fault).waitFor()
      assert.equal(await id.getAttribute('aria-invalid'), 'true')
    }
    await id.fill(`3${site.finess}/17`)
    await page.getByRole('radio', { name: 'Une date' }).press('Space')
    await page.getByRole('textbox', { name: 'Dernier jour' }).fill('01/01/2020')
    await id.press('Enter')
    await page.getByText('Ce jour est passé.').waitFor()
    await page.getByRole('radio', { name: 'Une semaine' }).press('Space')
    await page.getByRole('button', { name: /^Autoriser à/ }).press('Enter')
    await page.getByText(/^Sam peut se connecter/).waitFor()
    // Nobody is granted twice by pressing twice.
    assert.equal(await page.getByRole('button', { name: 'Retirer Sam' }).count(), 1)
  })
})
