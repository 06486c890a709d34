import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoPeople } from '@sidep/dev'
import { desktop, phone, shot, startBrowser, visit } from '../../test/browser.ts'
import { readEarly } from '../../test/counter-steps.ts'
import { openDay } from '../../test/open-counter.ts'
import { startStoryPortal } from '../../test/story-portal.ts'

test('by keyboard alone: sign in, register, read the result, hand over the certificate; found again after a reload', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const { page, complaints } = await visit(browser, { size: desktop })
  const { keyboard } = page
  const focused = page.locator(':focus')

  await page.goto(`${portal.url}/pro/`)
  await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
  await page.getByRole('button', { name: 'Continuer' }).press('Enter')
  await page.getByRole('button', { name: /^Confirmer/ }).press('Enter')

  // One site: straight to work, the cursor in the first field.
  const familyName = page.getByRole('textbox', { name: 'Nom de naissance' })
  await familyName.and(focused).waitFor()
  for (const text of ['Le Goff', 'Éloïse', '03041980']) {
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('f')
  await keyboard.press('Enter')
  await keyboard.type('eloise.legoff@exemple.fr')
  await keyboard.press('Enter')
  await keyboard.type('panbio')
  await page
    .getByRole('option', { name: /Panbio/ })
    .first()
    .waitFor()
  await keyboard.press('ArrowDown')
  for (let press = 0; press < 2; press += 1) await keyboard.press('Enter')
  await page.getByRole('button', { name: 'Enregistrer et attendre' }).and(focused).waitFor()
  await keyboard.press('Enter')
  await page.getByText('Éloïse LE GOFF est enregistré(e) et attend son résultat.').waitFor()
  await shot(page, 'story-waiting')

  // Ready for the next one: empty, the cursor back, the device kept.
  await familyName.and(focused).waitFor()
  assert.match(await page.getByRole('combobox', { name: /Test utilisé/ }).inputValue(), /Panbio/i)

  await page.getByRole('button', { name: 'Saisir le résultat de Éloïse LE GOFF' }).press('Enter')
  await page.getByRole('dialog', { name: 'Résultat du test' }).waitFor()
  await readEarly(page, 'n')
  await page.getByRole('img', { name: 'Certificat européen (QR)' }).waitFor()
  await page.getByRole('img', { name: 'Certificat français (2D-DOC)' }).waitFor()
  await page.getByRole('button', { name: 'Imprimer' }).and(focused).waitFor()
  await shot(page, 'story-document')

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'PDF' }).press('Enter')
  assert.equal((await download).suggestedFilename().startsWith('certificat-le-goff-eloise-'), true)

  await page.evaluate(() => {
    globalThis.print = () => document.documentElement.setAttribute('data-printed', 'yes')
  })
  await keyboard.press('Control+p')
  await page.locator('html[data-printed=yes]').waitFor()
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))

  await page.getByRole('button', { name: 'Renvoyer' }).press('Enter')
  await page.getByText('Le lien part vers eloise.legoff@exemple.fr.').waitFor()
  await keyboard.press('Escape')

  // Result at once for the next person; positive asks once more.
  await familyName.focus()
  for (const text of ['Nguyễn', 'Văn An', '1/2/1990']) {
    await keyboard.type(text)
    await keyboard.press('Enter')
  }
  await keyboard.press('m')
  // No contact; the device is kept, and the time is now: nothing else is asked.
  for (let press = 0; press < 2; press += 1) await keyboard.press('Enter')
  await page.getByRole('button', { name: 'Enregistrer et attendre' }).and(focused).waitFor()
  await keyboard.press('p')
  await page.getByRole('alertdialog', { name: 'Confirmer un résultat positif ?' }).waitFor()
  await page.getByRole('button', { name: 'Revenir' }).and(focused).waitFor()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await page.getByText('À dire à la personne').waitFor()
  await keyboard.press('Escape')

  // Everything is the server's: another browser of the site sees the same day.
  await page.reload()
  await openDay(page)
  // The person before is recorded, and not typed again.
  assert.equal(await familyName.inputValue(), '')
  await page.getByRole('button', { name: 'Certificat de Éloïse LE GOFF' }).press('Enter')
  await page.getByRole('img', { name: 'Certificat européen (QR)' }).waitFor()
  await keyboard.press('Escape')

  await page.setViewportSize(phone)
  await page.getByRole('tab', { name: /^En attente/ }).waitFor()
  await page.setViewportSize(desktop)

  await page.getByRole('button', { name: 'Se déconnecter' }).press('Enter')
  // The next person at this counter must not meet the provider's session of this one.
  await page.getByRole('heading', { name: 'Déconnexion' }).waitFor()
  await page.getByRole('button', { name: 'Se déconnecter' }).press('Enter')
  await page.getByRole('heading', { name: 'Se connecter au comptoir' }).waitFor()
  assert.deepEqual(
    complaints.filter((complaint) => !complaint.includes('401')),
    [],
  )
})

test('a sign-in that the provider refuses is explained on the sign-in page, with its code', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const { page } = await visit(browser, { size: desktop })
  await page.goto(`${portal.url}/pro/`)
  await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
  await page.getByRole('button', { name: 'Continuer' }).press('Enter')
  await page.getByRole('button', { name: /^Refuser/ }).press('Enter')
  const alert = page.getByRole('alert')
  await alert.getByText('La connexion n’a pas abouti').waitFor()
  await alert.getByText('LOGIN_REFUSED').waitFor()
})

test('a nurse whose site has no FINESS is told which, what to do and whom to ask, and sent to no other door', async (context) => {
  const portal = await startStoryPortal(context)
  const browser = await startBrowser(context)
  const { page } = await visit(browser, { size: desktop })
  await page.goto(`${portal.url}/pro/`)
  await page.getByRole('link', { name: /e-CPS/ }).press('Enter')
  await page
    .getByRole('textbox', { name: /identifiant national/ })
    .fill(demoPeople.onlyWithoutFiness.nationalId)
  await page.getByRole('button', { name: 'Continuer' }).press('Enter')
  await page.getByRole('button', { name: /^Confirmer/ }).press('Enter')
  const alert = page.getByRole('alert')
  await alert.getByText('Lieu sans numéro FINESS valable : CABINET INDIVIDUEL (ESSAI).').waitFor()
  await alert.getByText(/agence régionale de santé/).waitFor()
  assert.doesNotMatch((await alert.textContent()) ?? '', /autre porte/)
  // Said once: a link that names the refusal alone says no place.
  await page.goto(`${portal.url}/pro/?problem=SITE_WITHOUT_FINESS`)
  await alert.getByText(/agence régionale de santé/).waitFor()
  assert.equal(await page.getByText(/Lieu sans numéro FINESS/).count(), 0)
})
