/** New sign-ins at the card port itself, by TLS and behind a proxy, when more want to sign in than the portal can take. */
import assert from 'node:assert/strict'
import { request as plainRequest } from 'node:http'
import { after, before, beforeEach, describe, test } from 'node:test'
import { routes, type WaitingRoomView } from '@sidep/contracts'
import type { PemPair } from '@sidep/dev'
import { type CardPortal, showCard, startCardPortal } from './testing.ts'

let door: CardPortal
let pharmacist: PemPair

interface ProgramAnswer {
  readonly status: number
  readonly code: string
  readonly retryAfterSeconds: number
  readonly cookies: Record<string, string>
}

const proxyAddress = '127.0.0.2'

before(async () => {
  door = await startCardPortal({
    environment: {
      ADMISSION_LOGINS_PER_SECOND: '1',
      CARD_PROXY_PORT: '0',
      CARD_PROXY_HOST: '127.0.0.1',
      CARD_PROXY_ADDRESSES: proxyAddress,
    },
  })
  pharmacist = await door.card('pharmacist')
})
after(() => door.close())

const answerOf = (
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): ProgramAnswer => ({
  status,
  code: (JSON.parse(text) as { code?: string }).code ?? 'none',
  retryAfterSeconds: Number(headers['retry-after'] ?? 0),
  cookies: Object.fromEntries(
    [headers['set-cookie'] ?? []].flat().map((line) => {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split('=')
      return [name, value]
    }),
  ),
})

type SignIn = (card: PemPair | null, place?: string) => Promise<ProgramAnswer>

const byTls: SignIn = async (card, place) => {
  const headers: Record<string, string> = place === undefined ? {} : { cookie: place }
  const {
    status,
    headers: got,
    text,
  } = await showCard(door.cardUrl, card, {
    method: 'POST',
    headers,
  })
  return answerOf(status, got, text)
}

const byProxy: SignIn = (card, place) =>
  new Promise((resolve, reject) => {
    const bytes = card?.certificate.replace(/-----[^-]+-----|\s/g, '')
    const request = plainRequest(
      {
        host: '127.0.0.1',
        port: door.portal.server.cardDoor?.proxyPort,
        path: routes.loginCard,
        method: 'POST',
        localAddress: proxyAddress,
        agent: false,
        headers: {
          accept: 'application/json',
          ...(bytes === undefined ? {} : { 'client-cert': `:${bytes}:` }),
          ...(place === undefined ? {} : { cookie: place }),
        },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += String(chunk)
        })
        response.on('end', () =>
          resolve(answerOf(response.statusCode ?? 0, response.headers, text)),
        )
      },
    )
    request.on('error', reject)
    request.end()
  })

const placeOf = ({ cookies }: ProgramAnswer): string | undefined =>
  cookies['sidep-place'] === undefined ? undefined : `sidep-place=${cookies['sidep-place']}`
const stateOfRoom = async (): Promise<string> =>
  ((await (await fetch(`${door.url}${routes.waitingRoom}`)).json()) as WaitingRoomView).state
/** Everybody of before is in; then as many come as it takes: the clock goes on, and a slow machine's tokens come back. */
const closeRoom = async (): Promise<void> => {
  for (let round = 0; round < 60 && (await stateOfRoom()) !== 'open'; round += 1) {
    door.clock.moveSeconds(5)
  }
  door.clock.moveSeconds(5)
  for (let round = 0; round < 10 && (await stateOfRoom()) !== 'waiting'; round += 1) {
    const knocks = Array.from({ length: 3 }, () =>
      fetch(`${door.url}${routes.loginCard}`, { redirect: 'manual' }),
    )
    await Promise.all(knocks)
  }
  assert.equal(await stateOfRoom(), 'waiting')
}

beforeEach(closeRoom)

for (const [way, signIn] of [
  ['at the card port', byTls],
  ['behind the proxy', byProxy],
] as const) {
  describe(`a program ${way}`, () => {
    test('waits in the room, is told when to come back, and signs in with its place in turn', async () => {
      const first = await signIn(pharmacist)
      assert.deepEqual([first.status, first.code], [503, 'SIGN_IN_WAITS'])
      assert.ok(first.retryAfterSeconds >= 1)
      assert.deepEqual(Object.keys(first.cookies), ['sidep-place'], 'a place and no session')
      const early = await signIn(pharmacist, placeOf(first))
      assert.deepEqual([early.code, placeOf(early)], ['SIGN_IN_WAITS', undefined])
      let inTurn = early
      for (let round = 0; round < 60 && inTurn.code === 'SIGN_IN_WAITS'; round += 1) {
        door.clock.moveSeconds(2)
        inTurn = await signIn(pharmacist, placeOf(first))
      }
      assert.deepEqual([inTurn.status, inTurn.code], [200, 'none'])
      assert.deepEqual(Object.keys(inTurn.cookies).sort(), ['sidep-place', 'sidep-session'])
      // Used once: its copy waits like anybody.
      await closeRoom()
      assert.equal((await signIn(pharmacist, placeOf(first))).code, 'SIGN_IN_WAITS')
    })

    test('that forges a place is told to wait, and one without a card takes nobody’s turn', async () => {
      const forged = await signIn(pharmacist, `sidep-place=${'A'.repeat(43)}`)
      assert.equal(forged.code, 'SIGN_IN_WAITS')
      assert.notEqual(placeOf(forged), undefined)
      const without = await signIn(null)
      assert.deepEqual([without.code, without.cookies], ['CARD_MISSING', {}])
    })
  })
}

/** Takes places, 25 at a time, until one is not given; how many are asked for at most. */
const takePlaces = async (signIn: SignIn, card: PemPair, placesMax: number) => {
  for (let asked = 0; asked < placesMax; asked += 25) {
    const some = await Promise.all(Array.from({ length: 25 }, () => signIn(card)))
    const other = some.find(({ code }) => code !== 'SIGN_IN_WAITS')
    if (other !== undefined) return other
  }
  return null
}

test('a program that takes place upon place with one card is told that these are too many', async () => {
  const nurse = await door.card('nurse')
  // Six hundred at once, then places dated ever later, five a second for five minutes: 2,100, and what time gives back.
  const refusal = await takePlaces(byProxy, nurse, 5_000)
  assert.equal(refusal?.code, 'WAITING_ROOM_FULL')
  assert.ok(refusal.retryAfterSeconds >= 30)
  // At the other port it is the same card: no six hundred at once, but what time has given back since, one in 200 ms.
  assert.equal((await takePlaces(byTls, nurse, 500))?.code, 'WAITING_ROOM_FULL')
  // Of others nothing is taken.
  assert.equal((await byTls(pharmacist)).code, 'SIGN_IN_WAITS')
})
