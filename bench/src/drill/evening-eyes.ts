/**
 * Who looks on that evening, in Chromium: the person on duty and the authority at `/pilotage/`, signed in since the afternoon,
 * and anybody at the watcher's own `/etat/`. With a folder for pictures, what they see stays.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoOperators } from '@sidep/dev'
import type { Browser, Locator, Page } from 'playwright-core'

/** What a stranger reads first. */
export interface Seen {
  /** Of `/etat/`, its title and what is below it. */
  readonly status: string
  /** Of `/pilotage/`, its title and the gravest that it says. */
  readonly operations: string
}

export interface Eyes {
  look(name: string): Promise<Seen>
  /** The one on duty drafts a tolerance notice for slips everywhere, the authority signs it. @returns its number */
  signNotice(until: Date, words: { readonly fr: string; readonly en: string }): Promise<string>
  close(): Promise<void>
}

const chromium = '/usr/bin/chromium'
const pages = fileURLToPath(new URL('../../../apps/web/dist', import.meta.url))
const sizes = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1366, height: 768 },
} as const
const colours = ['light', 'dark'] as const
const stepMillisecondsMax = 60_000

export const requirePages = (): void => {
  if (!existsSync(chromium)) throw new Error(`this drill looks with ${chromium}, which is not here`)
  if (!existsSync(pages)) throw new Error('the pages are not built: npm run build')
}

/** As they are read; nothing of what is not there. */
const wordsOf = async (what: Locator): Promise<string> =>
  (await what.allInnerTexts()).join(' ').replace(/\s+/g, ' ').trim()

type Role = (typeof demoOperators)[number]['role']

const signIn = async (page: Page, url: string, role: Role): Promise<void> => {
  const operator = demoOperators.find((one) => one.role === role)
  await page.goto(`${url}/pilotage/`)
  await page.getByRole('link', { name: /e-CPS/ }).click()
  await page.locator('#nationalId').fill(operator?.person.nationalId ?? '')
  await page.getByRole('button', { name: 'Continuer' }).click()
  await page.getByRole('button', { name: /^Confirmer/ }).click()
  await page.getByRole('heading', { level: 1, name: /va bien|surveiller|panne/ }).waitFor()
}

const openPage = async (browser: Browser, url: string, role: Role): Promise<Page> => {
  const context = await browser.newContext({
    viewport: sizes.desktop,
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
    serviceWorkers: 'block',
  })
  context.setDefaultTimeout(stepMillisecondsMax)
  const page = await context.newPage()
  try {
    await signIn(page, url, role)
  } catch (error) {
    // What a step waited for in vain says nothing of where it stood.
    throw new Error(`${page.url()}: ${await wordsOf(page.locator('body'))}`, {
      cause: error,
    })
  }
  return page
}

/** As the form of a notice takes it, by the clock of Paris. */
const parisWords = (at: Date): string =>
  new Intl.DateTimeFormat('fr-FR', {
    timeZone: 'Europe/Paris',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)

const actIn = async (page: Page, act: string, fill: Readonly<Record<string, string>>) => {
  const dialog = page.getByRole('dialog', { name: act })
  for (const [label, text] of Object.entries(fill))
    await dialog.getByRole('textbox', { name: label }).fill(text)
  await dialog.getByRole('button', { name: 'Voir ce que cela touche' }).click()
  await dialog.getByRole('textbox', { name: /^Motif/ }).fill('aucune connexion par l’e-CPS')
  await dialog.getByRole('button', { name: 'Le faire' }).click()
  await dialog.getByRole('button', { name: 'OK' }).click()
}

/** @param statusUrl the watcher's own @param pictures folder; null: none are taken */
export const openEyes = async (
  url: string,
  statusUrl: string,
  pictures: string | null,
): Promise<Eyes> => {
  const { chromium: launcher } = await import('playwright-core')
  if (pictures !== null) await mkdir(pictures, { recursive: true })
  const browser = await launcher.launch({
    executablePath: chromium,
    args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
  })
  try {
    const duty = await openPage(browser, url, 'duty')
    const authority = await openPage(browser, url, 'authority')
    const anybody = await browser.newPage({ viewport: sizes.desktop, locale: 'fr-FR' })
    anybody.setDefaultTimeout(stepMillisecondsMax)

    const picture = async (page: Page, name: string): Promise<void> => {
      if (pictures === null) return
      for (const [size, viewport] of Object.entries(sizes))
        for (const colour of colours) {
          await page.setViewportSize(viewport)
          await page.emulateMedia({ colorScheme: colour })
          await page.screenshot({
            path: join(pictures, `${name}-${size}-${colour}.png`),
            fullPage: true,
          })
        }
      await page.setViewportSize(sizes.desktop)
      await page.emulateMedia({ colorScheme: 'light' })
    }

    return {
      async look(name) {
        await anybody.goto(`${statusUrl}/etat/`)
        await picture(anybody, `${name}-etat`)
        await picture(duty, `${name}-pilotage`)
        const banner = await wordsOf(anybody.locator('.banner'))
        const title = await wordsOf(duty.getByRole('heading', { level: 1 }))
        const gravest = duty.locator('.concern').first()
        return { status: banner, operations: `${title} ${await wordsOf(gravest)}`.trim() }
      },
      async signNotice(until, { fr, en }) {
        await duty.getByRole('button', { name: 'Rédiger un avis de tolérance' }).first().click()
        await actIn(duty, 'Rédiger un avis de tolérance', {
          'Jusqu’au': parisWords(until),
          'En français': fr,
          'Le même en anglais': en,
        })
        const draft = authority.getByRole('article', { name: /^AT-/ })
        await draft.getByRole('button', { name: 'Signer cet avis' }).click()
        await actIn(authority, 'Signer cet avis', {})
        return await wordsOf(draft.getByRole('heading'))
      },
      close: () => browser.close(),
    }
  } catch (error) {
    await browser.close()
    throw error
  }
}
