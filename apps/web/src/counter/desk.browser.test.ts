/** The shape of the counter: one test whole on a small desk screen, a full day that is not long, and keys that lead there. */
import assert from 'node:assert/strict'
import { after, describe, it, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  escapeFrom,
  phone,
  shot,
  startBrowser,
  until,
} from '../../test/browser.ts'
import { addDay, entryOf } from '../../test/day-of-many.ts'
import type { MockServer } from '../../test/mock-server.ts'
import {
  enterToSave,
  familyName,
  field,
  openCounter,
  openDay,
  state,
} from '../../test/open-counter.ts'

const browser = await startBrowser({ after })
/** As somebody sets their browser to, not as a page could. */
const large = await startBrowser({ after }, ['--blink-settings=defaultFontSize=32'])

/** The commonest screen of a pharmacy. */
const small = { width: 1366, height: 768 } as const

const openWith = async (
  context: TestContext,
  prepare: (server: MockServer) => void,
  size: { readonly width: number; readonly height: number } = small,
): Promise<{ page: Page; server: MockServer }> => {
  const { page, server } = await openCounter(browser, context, { size, prepare })
  await page.getByRole('tab', { name: /^En attente \(/ }).waitFor()
  return { page, server }
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** What is not wholly in the window, of things found by role and label. */
const outOfSight = async (page: Page): Promise<string[]> => {
  const { height, width } = page.viewportSize() ?? assert.fail()
  const parts = {
    familyName: familyName(page),
    firstNames: field(page, /^Prénoms/),
    birthDate: field(page, /^Date de naissance/),
    sex: page.getByRole('radiogroup', { name: /^Sexe/ }),
    contact: field(page, /^Téléphone/),
    device: page.getByRole('combobox', { name: /^Test utilisé/ }),
    time: field(page, /^Heure du prélèvement/),
    save: button(page, 'Enregistrer et attendre'),
    negative: button(page, /^Négatif/),
    positive: button(page, /^Positif/),
    inconclusive: button(page, /^Indéterminé/),
    search: page.getByRole('searchbox', { name: 'Nom ou date de naissance' }),
    waiting: page.getByRole('tab', { name: /^En attente/ }),
    day: page.getByRole('tab', { name: /^Aujourd’hui/ }),
  }
  const seen = await Promise.all(
    Object.entries(parts).map(async ([name, part]) => {
      const box = (await part.boundingBox()) ?? assert.fail(name)
      const isSeen =
        box.y >= 0 && box.x >= 0 && box.y + box.height <= height && box.x + box.width <= width
      return isSeen ? [] : [`${name} ${JSON.stringify(box)}`]
    }),
  )
  return seen.flat()
}

describe('a full day on a small desk screen', () => {
  it('has all of one test in sight, beside the lists, before anything is scrolled', async (context) => {
    const { page } = await openWith(context, (server) => addDay(server, 300, 12))
    assert.deepEqual(await outOfSight(page), [])
    // One row for who it is, one for the rest.
    const rows = await Promise.all(
      [familyName(page), field(page, /^Prénoms/), field(page, /^Date de naissance/)].map(
        async (part) => (await part.boundingBox())?.y,
      ),
    )
    assert.equal(new Set(rows).size, 1)
    await assertAccessible(page)
    await assertNoSidewaysScrolling(page)
    await shot(page, 'desk-1366')
    await openDay(page)
    await shot(page, 'desk-1366-day')
    await assertAccessible(page)
  })
  it('is in pages that the keyboard turns, and no long page', async (context) => {
    const { page } = await openWith(context, (server) => addDay(server, 300, 0))
    await openDay(page)
    await page.getByText('1 à 20 sur 300').waitFor()
    const list = page.getByRole('list', { name: 'Aujourd’hui' })
    assert.equal(await list.getByRole('listitem').count(), 20)
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    assert.ok(height < 2 * small.height, `${height} px`)
    await button(page, 'Suivants').press('Enter')
    await page.getByText('21 à 40 sur 300').waitFor()
    await button(page, 'Précédents').press('Enter')
    await button(page, 'Précédents').press('Enter')
    await page.getByText('281 à 300 sur 300').waitFor()
  })
  it('a letter typed draws nothing of the lists, and asks for no time of day', async (context) => {
    const { page } = await openWith(context, (server) => addDay(server, 300, 12))
    await openDay(page)
    await page.getByText('1 à 20 sur 300').waitFor()
    await familyName(page).focus()
    await page.evaluate(() => {
      const lists = document.querySelector('.lists') ?? document.body
      new MutationObserver((changes) => {
        lists.setAttribute('data-changes', String(changes.length))
      }).observe(lists, { subtree: true, childList: true, characterData: true })
      let formats = 0
      const count = (): void => {
        formats += 1
        document.body.setAttribute('data-formats', String(formats))
      }
      const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format') ?? {}
      Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
        get() {
          count()
          return get?.call(this)
        },
      })
    })
    const letters = 'Dupont-'.repeat(9)
    await page.keyboard.type(letters)
    assert.equal(await familyName(page).inputValue(), letters)
    assert.equal(await page.locator('.lists').getAttribute('data-changes'), null)
    // A clock may have ticked meanwhile; one look at it a letter would be more.
    const formats = Number(await page.locator('body').getAttribute('data-formats'))
    assert.ok(formats < letters.length, `${formats} times in ${letters.length} letters`)
  })
})

describe('the state bar on a phone', () => {
  it('has a long name of the site on one line, whole to a reader and when it is pressed', async (context) => {
    const name = 'Pharmacie du Centre commercial des Trois Fontaines et de la Gare routière'
    const { page } = await openWith(
      context,
      (server) => {
        server.portal.sites = [{ id: '750000001', name, postalCode: '75004' }]
      },
      phone,
    )
    const words = state(page).getByRole('button', { name: `Connecté · ${name}`, exact: true })
    await words.waitFor()
    const height = async (): Promise<number> => (await words.boundingBox())?.height ?? 0
    const oneLine = await height()
    assert.ok(oneLine < 32, `${oneLine} px`)
    assert.ok(await words.evaluate((cut) => cut.scrollWidth > cut.clientWidth))
    await assertNoSidewaysScrolling(page)
    await assertAccessible(page)
    await shot(page, 'desk-phone-site')
    await words.click()
    await until(async () => (await height()) > oneLine * 1.5)
    assert.equal(await words.getAttribute('aria-expanded'), 'true')
    await assertNoSidewaysScrolling(page)
    await words.click()
    await until(async () => (await height()) === oneLine)
  })
})

describe('keys at the counter', () => {
  it('Enter passes over what is filled, straight to the button', async (context) => {
    const { page } = await openWith(context, () => undefined)
    const { keyboard } = page
    await familyName(page).focus()
    await field(page, /^Prénoms/).fill('Camille')
    await field(page, /^Date de naissance/).fill('03/04/1980')
    await familyName(page).focus()
    await keyboard.type('Dupont')
    await keyboard.press('Enter')
    await keyboard.press('f')
    await keyboard.press('Enter')
    await field(page, /^Téléphone/)
      .and(page.locator(':focus'))
      .waitFor()
    await enterToSave(page)
    // Back at the first field: nothing is left to fill in.
    await field(page, /^Téléphone/).fill('06 12 34 56 78')
    await familyName(page).focus()
    await keyboard.press('Enter')
    await button(page, 'Enregistrer et attendre').and(page.locator(':focus')).waitFor()
  })
  it('a test that can be read is told by title and sound, and F2 opens it from a field', async (context) => {
    const ripeIn = 4_000
    const { page, server } = await openCounter(browser, context, { size: small })
    await page.addInitScript(() => {
      class SilentAudio {
        currentTime = 0
        destination = {}
        createGain = () => ({
          gain: {
            setValueAtTime: () => undefined,
            linearRampToValueAtTime: () => undefined,
            exponentialRampToValueAtTime: () => undefined,
          },
          connect: () => undefined,
        })
        createOscillator = () => ({
          frequency: { value: 0 },
          connect: (next: unknown) => next,
          start: () => document.documentElement.toggleAttribute('data-heard', true),
          stop: () => undefined,
        })
        close = async () => undefined
      }
      Object.assign(globalThis, { AudioContext: SilentAudio })
    })
    const heard = page.locator('html[data-heard]')
    server.portal.add(entryOf({ index: 1, sampledAt: new Date(), familyName: 'Plus Tard' }))
    server.portal.add(
      entryOf({
        index: 2,
        sampledAt: new Date(Date.now() - 15 * 60_000 + ripeIn),
        familyName: 'Bientôt',
      }),
    )
    await page.reload()
    await familyName(page).waitFor()
    await page.getByText('Encore 1 min').waitFor()
    assert.equal(await heard.count(), 0)
    await until(async () => (await page.title()).startsWith('1 à lire'))
    await heard.waitFor({ state: 'attached' })
    await familyName(page).focus()
    await page.keyboard.press('F2')
    const dialog = page.getByRole('dialog', { name: 'Résultat du test' })
    await dialog.getByText(/BIENTÔT/).waitFor()
    await page.keyboard.press('Escape')
    // Switched off, it stays off.
    await page.getByText('Signal sonore quand un test est à lire').click()
    await page.reload()
    await familyName(page).waitFor()
    assert.equal(await page.getByRole('checkbox', { name: /Signal sonore/ }).isChecked(), false)
  })
  for (const [device, size] of [
    ['a desk', small],
    ['a phone', phone],
  ] as const)
    it(`lead from the form to the test that waits longest in one step on ${device}, again and again, in the order of waiting`, async (context) => {
      const { page } = await openWith(
        context,
        (server) => {
          for (const [index, familyName, minutes] of [
            [1, 'Jeune', 3],
            [2, 'Mûr', 40],
            [3, 'Moyen', 20],
          ] as const)
            server.portal.add(
              entryOf({ index, sampledAt: new Date(Date.now() - minutes * 60_000), familyName }),
            )
        },
        size,
      )
      const { keyboard } = page
      const dialog = page.getByRole('dialog', { name: 'Résultat du test' })
      // Until the list has come there is nobody for F2 to lead to.
      await page.getByRole('tab', { name: /^En attente \(3\)/ }).waitFor()
      // F2 from a field, and once more when the record is closed and the focus is back.
      await familyName(page).focus()
      for (const _ of ['first', 'again']) {
        await keyboard.press('F2')
        await dialog.getByText(/MÛR/).waitFor()
        await escapeFrom(dialog)
      }
      // By Tab: one step back from the first field.
      await familyName(page).focus()
      await keyboard.press('Shift+Tab')
      const step = button(page, 'Lire le premier test').and(page.locator(':focus'))
      await step.waitFor()
      await assertAccessible(page)
      await assertNoSidewaysScrolling(page)
      await keyboard.press('Enter')
      await dialog.getByText(/MÛR/).waitFor()
      await escapeFrom(dialog)
      // From the list's own tab the cards come in the order in which they are to be read.
      const tab = page.getByRole('tab', { name: /^En attente/ })
      await tab.press('Enter')
      for (const name of ['MÛR', 'MOYEN', 'JEUNE']) {
        await keyboard.press('Tab')
        const card = button(page, new RegExp(`^Saisir le résultat de .* ${name}$`))
        if (size === phone && name === 'MÛR') {
          // On a phone the search stands between the tab and its list.
          for (const _ of ['who', 'day']) await keyboard.press('Tab')
        }
        await card.and(page.locator(':focus')).waitFor()
      }
      // F2 from a card, and from nowhere.
      await page.locator(':focus').blur()
      await keyboard.press('F2')
      await dialog.getByText(/MÛR/).waitFor()
    })
  it('F2 opens nothing over a question that is asked', async (context) => {
    const { page } = await openWith(context, (server) => {
      server.portal.add(entryOf({ index: 1, sampledAt: new Date(Date.now() - 20 * 60_000) }))
    })
    await familyName(page).fill('Dupont')
    await button(page, 'Se déconnecter').press('Enter')
    const question = page.getByRole('alertdialog')
    await question.waitFor()
    await page.keyboard.press('F2')
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('dialog').count(), 0)
  })
  it('what was said of an emptied form goes with the next letter', async (context) => {
    const { page } = await openWith(context, () => undefined)
    await familyName(page).fill('Dupont')
    await button(page, 'Tout effacer').press('Enter')
    await page.getByText('Formulaire vidé').waitFor()
    await familyName(page).and(page.locator(':focus')).waitFor()
    await page.keyboard.type('M')
    await page.getByText('Formulaire vidé').waitFor({ state: 'detached' })
  })
})

describe('one search above the lists', () => {
  it('finds by name or birth date among those who wait and the results of today, yesterday or another day', async (context) => {
    const dayMilliseconds = 24 * 3_600_000
    const { page } = await openWith(context, (server) => {
      addDay(server, 60, 5)
      const at = (days: number): Date => new Date(Date.now() - days * dayMilliseconds)
      server.portal.add(
        entryOf({ index: 900, sampledAt: at(1), result: 'inconclusive', familyName: 'Hiérarque' }),
      )
      server.portal.add(
        entryOf({ index: 901, sampledAt: at(6), result: 'inconclusive', familyName: 'Semainier' }),
      )
    })
    const search = page.getByRole('searchbox', { name: 'Nom ou date de naissance' })
    const day = page.getByRole('button', { name: /Jour/ })
    const shown = (name: string) => page.getByRole('button', { name: `Résultat de ${name}` })
    await search.fill('hierarque')
    await page.getByRole('tab', { name: 'Aujourd’hui (0)' }).press('Enter')
    await page.getByText('Personne ne correspond.').filter({ visible: true }).waitFor()
    await day.press('Enter')
    await page.getByRole('option', { name: 'Hier' }).press('Enter')
    await shown('Camille HIÉRARQUE').waitFor()
    await shown('Camille HIÉRARQUE').press('Enter')
    await page.getByText('Pas de certificat pour un résultat indéterminé').waitFor()
    await page.keyboard.press('Escape')

    await search.fill('')
    await day.press('Enter')
    await page.getByRole('option', { name: 'Autre jour' }).press('Enter')
    const asked = new Date(Date.now() - 6 * dayMilliseconds)
    await page.getByRole('textbox', { name: 'Lequel ?' }).fill(
      asked.toLocaleDateString('fr-FR', {
        day: '2-digit',
        month: '2-digit',
        timeZone: 'Europe/Paris',
      }),
    )
    await shown('Éloïse SEMAINIER').waitFor()
    await assertAccessible(page)
    await shot(page, 'desk-another-day')
    await search.fill('06/04/1951')
    await shown('Éloïse SEMAINIER').waitFor()
  })
})

describe('with letters of 200 %', () => {
  for (const [name, size] of [
    ['desktop', small],
    ['phone', phone],
  ] as const)
    it(`nothing is wider than the window of a ${name}`, async (context) => {
      const { page } = await openCounter(large, context, {
        size,
        prepare: (server) => addDay(server, 40, 3),
      })
      await page.getByRole('tab', { name: 'En attente (3)' }).waitFor()
      await assertNoSidewaysScrolling(page)
      await shot(page, `desk-200-${name}`)
      await openDay(page)
      await assertNoSidewaysScrolling(page)
      await shot(page, `desk-200-${name}-day`)
      await page
        .getByRole('button', { name: /^Résultat de/ })
        .first()
        .press('Enter')
      const record = page.getByRole('dialog')
      await record.getByRole('button', { name: 'Historique' }).press('Enter')
      await record.getByRole('list', { name: 'Historique' }).waitFor()
      await assertNoSidewaysScrolling(page)
      await shot(page, `record-200-${name}`)
      await page.keyboard.press('Escape')
      for (const [link, title] of [
        ['Fiches papier', 'Fiches papier'],
        ['Rattrapage', 'Rattrapage'],
      ] as const) {
        await page.getByRole('link', { name: link, exact: true }).press('Enter')
        await page.getByRole('heading', { level: 1, name: title }).waitFor()
        await assertNoSidewaysScrolling(page)
        await shot(page, `${link.replace(' ', '-').toLowerCase()}-200-${name}`)
      }
    })
})
