/**
 * A browser without its pages, for one probe: redirects, cookies, forms, a card; all within one time limit, and nothing kept
 * afterwards.
 */
import type { ProblemDocument } from '@sidep/contracts'
import { Agent, type Dispatcher, request } from 'undici'
import { traceParentHeader } from '../../platform/tracing/tracing.ts'
import type { CardPair } from '../watch-configuration.ts'

/** What a probe met, in a code that names no one. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure'
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export interface Page {
  readonly url: URL
  readonly status: number
  readonly text: string
  readonly headers: Dispatcher.ResponseData['headers']
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface ProbeBrowser {
  /** Asks once. */
  ask(url: URL, asked?: Asked): Promise<Page>
  /** Asks, and follows redirects until a page comes or `isThere` says so of the address that comes next. */
  follow(url: URL, isThere: (next: URL) => boolean, asked?: Asked): Promise<Page>
  bytes(url: URL): Promise<Uint8Array>
}

const redirectsMax = 15
const pageBytesMax = 17 * 1024 * 1024

const only = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? ''

/** Connections of one probe, which end with it; a card is shown to whoever asks for one. */
export const makeProbeAgent = (milliseconds: number, card: CardPair | null): Agent =>
  new Agent({
    connections: 4,
    headersTimeout: milliseconds,
    bodyTimeout: milliseconds,
    maxResponseSize: pageBytesMax,
    connect: {
      timeout: milliseconds,
      ...(card === null
        ? {}
        : {
            cert: card.certificate,
            key: card.privateKey,
            ...(card.authority === null ? {} : { ca: card.authority }),
          }),
    },
  })

/** Cookies by host name and name: ports do not separate them (RFC 6265 §8.5). */
export type Jar = Map<string, Map<string, string>>

/** @param signal ends everything that is asked @param cookies of an earlier probe, where one goes on */
export const makeProbeBrowser = (
  agent: Agent,
  signal: AbortSignal,
  cookies: Jar = new Map(),
): ProbeBrowser => {
  const send = async (url: URL, { method = 'GET', json, form, headers = {} }: Asked) => {
    const own = cookies.get(url.hostname) ?? new Map<string, string>()
    cookies.set(url.hostname, own)
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await request(url, {
      method,
      dispatcher: agent,
      signal,
      headers: {
        accept: json === undefined ? 'text/html,application/json' : 'application/json',
        ...headers,
        ...traceParentHeader(),
        'user-agent': 'sidep-probe',
        ...(method === 'GET' ? {} : { origin: url.origin }),
        ...(cookie === '' ? {} : { cookie }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    })
    const lines = response.headers['set-cookie'] ?? []
    for (const line of Array.isArray(lines) ? lines : [lines]) {
      const [pair = ''] = line.split(';', 1)
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      if (value === '' || /;\s*max-age=0/i.test(line)) own.delete(name)
      else own.set(name, value)
    }
    return response
  }

  const ask = async (url: URL, asked: Asked = {}): Promise<Page> => {
    const { statusCode, headers, body } = await send(url, asked)
    return { url, status: statusCode, headers, text: await body.text() }
  }

  return {
    ask,
    async follow(start, isThere, asked = {}) {
      let page = await ask(start, asked)
      for (let redirects = 0; redirects < redirectsMax; redirects += 1) {
        const location = only(page.headers.location)
        if (location === '' || page.status < 300 || page.status > 399) return page
        const next = new URL(location, page.url)
        if (isThere(next)) return { ...page, url: next }
        page = await ask(next)
      }
      throw new ProbeFailure('TOO_MANY_REDIRECTS')
    },
    async bytes(url) {
      const { statusCode, body } = await send(url, {})
      if (statusCode !== 200) {
        await body.dump()
        throw new ProbeFailure(`STATUS_${statusCode}`)
      }
      return new Uint8Array(await body.arrayBuffer())
    },
  }
}

/** The problem's code of an answer, or its status. */
export const failureOf = ({ status, text, url }: Page): string => {
  const told = url.searchParams.get('problem')
  if (told !== null && /^[A-Z_]{1,50}$/.test(told)) return told
  try {
    const { code } = JSON.parse(text) as Partial<ProblemDocument>
    if (typeof code === 'string' && /^[A-Z_]{1,50}$/.test(code)) return code
  } catch {
    // A page: its status says enough.
  }
  return `STATUS_${status}`
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const attributesOf = (tag: string): ReadonlyMap<string, string> =>
  new Map(
    [...tag.matchAll(/\s([a-z-]{1,30})="([^"]{0,4000})"/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      unescaped(value),
    ]),
  )

export interface Form {
  readonly action: URL
  /** What its hidden fields and its first button send. */
  readonly fields: Readonly<Record<string, string>>
  /** Names of what can be typed into it. */
  readonly typed: readonly string[]
}

/** The first form of a page; null when there is none. */
export const formOf = ({ text, url }: Page): Form | null => {
  const begins = /<form\b[^>]{0,4000}>/i.exec(text)
  if (begins === null) return null
  const rest = text.slice(begins.index)
  const end = rest.indexOf('</form')
  const html = end < 0 ? rest : rest.slice(0, end)
  const fields: Record<string, string> = {}
  const typed: string[] = []
  for (const [tag] of html.matchAll(/<input\b[^>]{0,4000}>/gi)) {
    const attributes = attributesOf(tag)
    const name = attributes.get('name')
    if (name === undefined) continue
    const type = attributes.get('type') ?? 'text'
    if (type === 'hidden') fields[name] = attributes.get('value') ?? ''
    if (type === 'text' || type === 'password') typed.push(name)
  }
  for (const [tag] of html.matchAll(/<button\b[^>]{0,4000}>/gi)) {
    const attributes = attributesOf(tag)
    const name = attributes.get('name')
    if (name === undefined) continue
    fields[name] = attributes.get('value') ?? ''
    break
  }
  const action = attributesOf(begins[0]).get('action') ?? ''
  return { action: new URL(action, url), fields, typed }
}
