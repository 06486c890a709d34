/** What a doorman does at the verifier, by role and label. */
import type { Page } from 'playwright-core'

/** The words of the verdict on a code's text; the page is ready for the next one again. */
export const verdictOf = async (page: Page, text: string): Promise<string> => {
  const field = page.getByRole('textbox', { name: 'Texte du code' })
  if (!(await field.isVisible()))
    await page.getByRole('button', { name: /Saisir ou coller/ }).click()
  await field.fill(text)
  await page.getByRole('button', { name: 'Vérifier' }).click()
  const verdict = page.getByRole('alertdialog')
  await verdict.waitFor()
  const words = (await verdict.allInnerTexts()).join('\n')
  await page.getByRole('button', { name: 'Suivant', exact: true }).click()
  return words
}
