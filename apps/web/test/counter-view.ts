/** A view of the counter in a browser, signed in, against a server with a memory that fails on command. */
import type { TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Language } from '../src/shared/messages/catalogue.ts'
import { desktop, visit } from './browser.ts'
import { type MockServer, startMockServer } from './mock-server.ts'

export interface OpenView {
  readonly page: Page
  readonly server: MockServer
  /** What the page wrote to the console as an error. */
  readonly complaints: string[]
}

export interface View {
  /** Of its address, with `#`. */
  readonly fragment: string
  readonly title: (language: Language) => string
  /** Before the page is asked for. */
  readonly prepare?: (server: MockServer) => void
  /** With the page, before it goes anywhere. */
  readonly arrange?: (page: Page) => Promise<unknown>
}

export interface ViewOptions {
  readonly size?: { readonly width: number; readonly height: number }
  readonly language?: Language
}

/** Opens a view, and waits for its title. */
export const openView = async (
  browser: Browser,
  context: Pick<TestContext, 'after'>,
  { fragment, title, prepare = () => undefined, arrange = async () => undefined }: View,
  { size = desktop, language = 'fr' }: ViewOptions = {},
): Promise<OpenView> => {
  const server = await startMockServer()
  server.portal.isSignedIn = true
  prepare(server)
  const { page, context: visitor, complaints } = await visit(browser, { size, language })
  context.after(async () => {
    await visitor.close()
    await server.close()
  })
  await arrange(page)
  await page.goto(`${server.url}/pro/?lang=${language}${fragment}`)
  await page.getByRole('heading', { level: 1, name: title(language) }).waitFor()
  return { page, server, complaints }
}

/** A day so many days ago, as one types it. */
export const typedDay = (daysAgo: number): string => {
  const at = new Date(Date.now() - daysAgo * 86_400_000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${pad(at.getDate())}/${pad(at.getMonth() + 1)}/${at.getFullYear()}`
}

/** Sends the lines of catch-up entry that are ready, so many of them. */
export const sendLines = async (page: Page, count: number): Promise<void> => {
  await page
    .getByRole('button', { name: `Transmettre ${count} ligne${count > 1 ? 's' : ''}` })
    .click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Transmettre' }).click()
}
