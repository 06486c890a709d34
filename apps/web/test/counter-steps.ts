/** What a professional does at the counter, by role and label. */
import assert from 'node:assert/strict'
import { demoIdentities } from '@sidep/dev'
import type { Page } from 'playwright-core'
import { pressUnless } from './browser.ts'
import { enterToSave } from './open-counter.ts'
import type { StoryPortal } from './story-portal.ts'

/** Of the counter's lock. */
export const code = 'Éléphant de mer bleue'
export const familyName = (page: Page) => page.getByRole('textbox', { name: 'Nom de naissance' })
export const signIn = async (page: Page, portal: StoryPortal): Promise<void> => {
  await page.goto(`${portal.url}/pro/`)
  await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
  await page.getByRole('button', { name: 'Continuer' }).press('Enter')
  await page.getByRole('button', { name: /^Confirmer/ }).press('Enter')
  await familyName(page).waitFor()
}

/** @param look at the form before it is sent */
/** Protects the counter by a code: the browsers of most tests have no passkeys. */
export const chooseCode = async (
  page: Page,
  look: () => Promise<void> = async () => {},
): Promise<void> => {
  await page.getByRole('button', { name: 'Protéger ce poste' }).press('Enter')
  await page.getByLabel('Nouveau code').fill(code)
  await page.getByLabel('Le même code, encore une fois').fill(code)
  await page.getByText(/^Solidité\s: (suffisante|forte)$/).waitFor()
  await look()
  await page.getByRole('button', { name: 'Garder ce code' }).press('Enter')
  await page.getByText('Ce comptoir est prêt').waitFor()
}

/** Numbers of the booklets that the demonstration's first site is given. */
export const size = (portal: StoryPortal, count: number) => {
  const finess = demoIdentities[0]?.activities[0]?.finess ?? assert.fail()
  return portal.sql()`
    insert into site (id, name, source, updated_at, booklet_size)
    values (${finess}, 'Pharmacie', 'test', now(), ${count})
    on conflict (id) do update set booklet_size = ${count}`
}

export const bookletsIn = async (portal: StoryPortal): Promise<number> => {
  const [row] = await portal.sql()<{ count: number }[]>`select count(*)::int from booklet`
  return row?.count ?? 0
}

/** That the portal has, those that came from a booklet included. */
export const screeningsIn = async (portal: StoryPortal): Promise<number> => {
  const [row] = await portal.sql()<{ count: number }[]>`select count(*)::int from screening`
  return row?.count ?? 0
}

const state = (page: Page) => page.getByRole('status', { name: 'État du comptoir' })

/** What waits goes to the portal: by itself, or because somebody asks. */
export const sendNow = (page: Page): Promise<void> =>
  pressUnless(
    async () =>
      (await state(page)
        .getByText(/^Hors ligne/)
        .count()) === 0,
    page.getByRole('button', { name: 'Essayer maintenant' }),
  )

/** Types somebody by keyboard, up to the button that records them. */
export const typePerson = async (
  page: Page,
  [family, first]: readonly [string, string],
): Promise<void> => {
  const { keyboard } = page
  await familyName(page).focus()
  for (const text of [family, first, '03041980']) {
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('f')
  await keyboard.press('Enter')
  await enterToSave(page)
}

/** Reads a result minutes before its time, by its key, and says that it was read. */
export const readEarly = async (page: Page, key: 'n' | 'i'): Promise<void> => {
  await page.keyboard.press(key)
  await page.getByRole('button', { name: 'Oui, enregistrer' }).press('Enter')
}

/** Types somebody by keyboard, and the negative result that is read already. */
export const typeNegative = async (
  page: Page,
  person: readonly [string, string],
): Promise<void> => {
  await typePerson(page, person)
  await page.keyboard.press('n')
}
