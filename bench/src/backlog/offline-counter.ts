/** What a counter does of its own while it is alone: it took a booklet through the portal's own route, and signs as a counter signs. */
import {
  type Booklet,
  counterKeyOf,
  readBooklet,
  type Sign,
  signProvisional,
} from '@sidep/continuity'
import {
  type BookletAnswer,
  defaultDisease,
  routes,
  type ScreeningInput,
  type SlipsAnswer,
} from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { actHeaders, makeTestDevice } from '@sidep/server/login/test-device.ts'
import { systemClock } from '@sidep/server/platform/clock.ts'
import type { Pool } from 'undici'
import type { OpenCounter } from '../signed-sessions.ts'

const antigenTestType = 'LP217198-3'

/** A request of a session that is bound to a device, signed by it. @throws unless it answers so */
const askSigned = async <Answer>(
  { pool, url }: { readonly pool: Pool; readonly url: string },
  { cookie, keys }: OpenCounter,
  path: string,
  json: unknown,
  status: number,
): Promise<Answer> => {
  if (keys === null) throw new Error('an act is of a session that is bound to a device')
  const device = await makeTestDevice(keys)
  const request = { method: 'POST', path, body: JSON.stringify(json) } as const
  const signed = { portal: url, cookie, at: systemClock.now(), ...request }
  const { statusCode, body } = await pool.request({
    ...request,
    headers: {
      'content-type': 'application/json',
      origin: url,
      cookie,
      ...(await actHeaders(device, signed)),
    },
  })
  const text = await body.text()
  if (statusCode !== status) throw new Error(`${path}: ${text}`)
  return (text === '' ? null : JSON.parse(text)) as Answer
}

export interface HeldBooklet {
  readonly booklet: Booklet
  readonly sign: Sign
}

/** Takes one for a key that is made here. */
export const takeBooklet = async (
  portal: { readonly pool: Pool; readonly url: string },
  counter: OpenCounter,
): Promise<HeldBooklet> => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const { x, y } = await counterKeyOf(keys.publicKey)
  const counterKey = { x: bytesToBase64(x), y: bytesToBase64(y) }
  const answer = await askSigned<BookletAnswer>(
    portal,
    counter,
    routes.booklets,
    { counterKey },
    201,
  )
  const bytes = base64ToBytes(answer.signed)
  const booklet = bytes.ok ? readBooklet(bytes.value) : bytes
  if (!booklet.ok) throw new Error(`a booklet that cannot be read: ${booklet.code}`)
  const sign: Sign = async (signed) =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        keys.privateKey,
        new Uint8Array(signed),
      ),
    )
  return { booklet: booklet.value, sign }
}

/** @returns serials of sheets that are printed now */
export const printSlips = async (
  portal: { readonly pool: Pool; readonly url: string },
  counter: OpenCounter,
  count: number,
): Promise<string[]> => {
  const { slips } = await askSigned<SlipsAnswer>(portal, counter, routes.slips, { count }, 201)
  return slips.map(({ serial }) => serial)
}

/** An entry of a batch, of a person who left with number `number` of a booklet. */
export const itemOf = async (
  screening: ScreeningInput,
  { booklet, sign }: HeldBooklet,
  number: number,
  issuedAt: Date = booklet.notBefore,
) => {
  const { person, device, sampledAt } = screening
  const provisional = await signProvisional(
    {
      booklet,
      number,
      issuedAt,
      person,
      test: {
        disease: defaultDisease,
        testType: antigenTestType,
        device,
        sampledAt: new Date(sampledAt),
        result: 'negative',
      },
    },
    sign,
  )
  const { id } = screening
  return { kind: 'screening', id, version: 1, screening, provisional, slip: null }
}

/** An entry of a batch, of a person who left with a slip. */
export const slipItemOf = (screening: ScreeningInput, slip: string) => ({
  kind: 'screening',
  id: screening.id,
  version: 1,
  screening,
  provisional: null,
  slip,
})
