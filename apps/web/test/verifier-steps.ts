/** What a doorman does at the verifier, by role and label. */
import type { Page } from 'playwright-core'
import { pressUnless } from './browser.ts'

export const typeCode = async (page: Page, text: string): Promise<void> => {
  const field = page.getByRole('textbox', { name: 'Texte du code' })
  if (!(await field.isVisible()))
    await page.getByRole('button', { name: /Saisir ou coller/ }).click()
  await field.fill(text)
  await page.getByRole('button', { name: 'Vérifier' }).click()
}

/** The words of the verdict, which goes away by itself: kept on the screen in the moment that it is there. */
export const readVerdict = async (page: Page): Promise<string> => {
  await page.waitForFunction((keep) => {
    const verdict = document.querySelector('[role=alertdialog]')
    const buttons = [...(verdict?.querySelectorAll('button') ?? [])]
    buttons.find(({ textContent }) => textContent === keep)?.click()
    return verdict !== null
  }, 'Garder à l’écran')
  return (await page.getByRole('alertdialog').allInnerTexts()).join('\n')
}

/** On to the next code, unless the page has gone on by itself. */
export const nextCode = (page: Page): Promise<void> =>
  pressUnless(
    async () => (await page.getByRole('alertdialog').count()) === 0,
    page.getByRole('button', { name: 'Suivant', exact: true }),
  )

/** The words of the verdict on a code's text; the page is ready for the next one again. */
export const verdictOf = async (page: Page, text: string): Promise<string> => {
  await typeCode(page, text)
  const words = await readVerdict(page)
  await nextCode(page)
  return words
}
