import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  languagesAtSizes,
  shot,
  startBrowser,
  until,
} from '../../test/browser.ts'
import {
  familyName,
  openCounter,
  state,
  storedDrafts,
  typeDupont,
} from '../../test/open-counter.ts'
import { translator } from '../shared/messages/catalogue.ts'
import { messages } from './messages.ts'

const browser = await startBrowser({ after })

describe('the waiting room', () => {
  for (const { language, device, size } of languagesAtSizes)
    it(`lets one type meanwhile and sends it once signed in, in ${language} on a ${device}`, async (context) => {
      const t = translator(messages, language)
      const { page, server } = await openCounter(browser, context, {
        size,
        isSignedIn: false,
        language,
      })
      const waiting = { state: 'waiting', hasTicket: true, pollAfterSeconds: 1 } as const
      server.portal.room = { ...waiting, position: 812, waitSeconds: 170 }
      await page.getByRole('link', { name: t('doorEcps') }).press('Enter')
      await state(page)
        .getByText(t('stateWaitingRoomFor', { count: 3 }))
        .waitFor()
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `counter-room-${language}-${device}`)
      await typeDupont(page)
      await page.keyboard.press('Enter')
      await state(page)
        .getByText(t('toSend', { count: 1 }))
        .waitFor()

      // A reload keeps the place, the entry and what is being typed.
      await familyName(page).fill('Martin')
      // A key is on disk some milliseconds after it was pressed; a script reloads sooner than any hand.
      await until(async () => (await storedDrafts(page)).includes('Martin'))
      await page.reload()
      await state(page)
        .getByText(t('toSend', { count: 1 }))
        .waitFor()
      assert.equal(await familyName(page).inputValue(), 'Martin')
      assert.equal(server.posts.length, 0)

      // In the middle of a name nobody is taken away: the way to the door is offered.
      server.portal.room = {
        ...server.portal.room,
        state: 'admitted',
        position: 0,
        waitSeconds: 0,
      }
      await page.getByRole('alert').getByText(t('roomTurnTitle')).waitFor()
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `counter-turn-${language}-${device}`)
      await page.getByRole('button', { name: t('roomGo') }).press('Enter')
      await state(page)
        .getByText(t('stateConnected', { site: 'Pharmacie du Parvis' }))
        .waitFor()
      assert.equal(await familyName(page).inputValue(), 'Martin')
      await until(() => server.portal.books.screenings.size === 1)
      await state(page)
        .getByText(t('toSend', { count: 1 }))
        .waitFor({ state: 'detached' })
    })
})
