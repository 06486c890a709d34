import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import type { ScreeningAnswer, ScreeningInput } from '@sidep/contracts'
import {
  makeTestClock,
  type SignedIn,
  sampleScreening,
  startTestCluster,
  type TestClock,
  type TestPortal,
  testSites,
} from '../../server/src/platform/testing.ts'
import { unlockNumberOf } from '../../server/src/retrieval/unlock.ts'

/** The built pages (`npm run build`), or those of another folder while they are being worked on. */
export const builtPages = (): string => {
  const folder = process.env.WEB_PAGES ?? resolve(import.meta.dirname, '../dist')
  if (!existsSync(resolve(folder, 'index.html'))) {
    throw new Error('the pages are not built: npm run build')
  }
  return folder
}

/** A real server with the real pages, at the time of the browser. */
export interface WebPortal {
  /** Without a slash at the end. */
  readonly url: string
  /** Of the server; starts now and stands still until it is moved. */
  readonly clock: TestClock
  /** Records a screening at Pharmacie du Parvis. */
  record(changes?: Partial<ScreeningInput>): Promise<ScreeningAnswer>
  /** Records one that gives a certificate. */
  certified(
    changes?: Partial<ScreeningInput>,
  ): Promise<NonNullable<ScreeningAnswer['certificate']> & { readonly hcert: string }>
  /** The number that goes to the phone of a paused link's person, the first that is sent. */
  unlockNumber(retrieval: string): Promise<string>
  /** Asks the server as the counter of Pharmacie du Parvis, whose device signs. */
  readonly send: TestPortal['send']
  /** Signs in anew at that counter: its first session lasts twelve hours. */
  signIn(): Promise<SignedIn>
  /** Moves the server's clock, and has it make the keys of that week as its timer does. */
  pass(milliseconds: number): Promise<void>
  /** Ends the server: what a network that went away looks like from a phone. */
  stop(): Promise<void>
}

/** Starts one; stopped when the test ends. */
export const startWebPortal = async (context: Pick<TestContext, 'after'>): Promise<WebPortal> => {
  const cluster = await startTestCluster()
  context.after(() => cluster.close())
  const clock = makeTestClock(new Date().toISOString())
  const portal = await cluster.portal({ overrides: { clock, pages: builtPages() } })

  const record: WebPortal['record'] = async (changes = {}) => {
    const cookie = await portal.cookieAt(testSites.parvis)
    const screening = sampleScreening({ clock }, changes)
    const reply = await portal.send('POST', '/api/screenings', screening, { cookie })
    if (reply.status !== 201) throw new Error(`${reply.status} ${reply.text}`)
    return reply.json<ScreeningAnswer>()
  }
  return {
    url: portal.server.url,
    clock,
    record,
    certified: async (changes) => {
      const { certificate } = await record(changes)
      if (certificate === null || certificate.hcert === null) throw new Error('no certificate')
      return { ...certificate, hcert: certificate.hcert }
    },
    async unlockNumber(retrieval) {
      const { database, retrievalLinks, vault } = portal.server.platform
      const link = retrievalLinks.parse(retrieval.slice(retrieval.indexOf('#') + 1))
      if (link === null) throw new Error(`no link: ${retrieval}`)
      const hash = retrievalLinks.hashOf(link.code)
      const [row] = await database<{ screening_id: string }[]>`
        select screening_id from retrieval
        where site_id = ${link.siteId} and retrieval_hash = ${hash}`
      if (row === undefined) throw new Error('no such link')
      return unlockNumberOf(vault, { site_id: link.siteId, ...row, number: 1 })
    },
    send: portal.send,
    signIn: () => portal.signInAt(testSites.parvis),
    async pass(milliseconds) {
      clock.advance(milliseconds)
      await portal.server.platform.vault.refresh()
    },
    stop: () => portal.server.close(),
  }
}
