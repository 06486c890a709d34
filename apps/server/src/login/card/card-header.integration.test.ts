/** RFC 9440 at every port: who may name a certificate in a header, and how it must look. */
import assert from 'node:assert/strict'
import { request as plainRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { routes } from '@sidep/contracts'
import type { PemPair } from '@sidep/dev'
import { anyState, type CardPortal, showCard, startCardPortal } from './testing.ts'

let door: CardPortal
let pharmacist: PemPair
let nurse: PemPair

const proxyAddress = '127.0.0.2'

before(async () => {
  door = await startCardPortal({
    environment: {
      CARD_PROXY_PORT: '0',
      CARD_PROXY_HOST: '127.0.0.1',
      CARD_PROXY_ADDRESSES: `${proxyAddress}, 10.20.0.0/16`,
    },
  })
  pharmacist = await door.card('pharmacist')
  nurse = await door.card('nurse')
})
after(() => door.close())

const byteSequence = ({ certificate }: PemPair): string =>
  `:${certificate.replace(/-----[^-]+-----|\s/g, '')}:`

/** A request at the proxy's port, from an address of loopback. */
const atProxyPort = (
  localAddress: string,
  headers: Record<string, string | string[]>,
  method = 'GET',
): Promise<{ status: number; code: string | undefined; location: string | undefined }> =>
  new Promise((resolve, reject) => {
    const request = plainRequest(
      {
        host: '127.0.0.1',
        port: door.portal.server.cardDoor?.proxyPort,
        path: `${routes.loginCard}?state=${anyState}`,
        method,
        localAddress,
        agent: false,
        headers: { accept: 'application/json', ...headers },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += String(chunk)
        })
        response.on('end', () => {
          const body = JSON.parse(text) as { code?: string }
          const { location } = response.headers
          resolve({ status: response.statusCode ?? 0, code: body.code, location })
        })
      },
    )
    request.on('error', reject)
    request.end()
  })

describe('a certificate in a header', () => {
  test('is believed at the proxy’s port from the proxy’s address', async () => {
    const headers = { 'client-cert': byteSequence(pharmacist) }
    assert.equal((await atProxyPort(proxyAddress, headers)).status, 200)
    assert.equal((await atProxyPort(proxyAddress, headers, 'POST')).status, 200)
  })

  test('is judged there as anywhere else', async () => {
    const expired = await door.card('expired')
    const answer = await atProxyPort(proxyAddress, { 'client-cert': byteSequence(expired) })
    assert.equal(answer.code, 'CARD_EXPIRED')
    assert.equal((await atProxyPort(proxyAddress, {})).code, 'CARD_MISSING')
  })

  test('at the proxy’s port from another address is refused with CARD_PROXY_UNKNOWN', async () => {
    for (const address of ['127.0.0.1', '127.0.0.3']) {
      const answer = await atProxyPort(address, { 'client-cert': byteSequence(pharmacist) })
      assert.equal(answer.code, 'CARD_PROXY_UNKNOWN')
    }
  })

  test('and an address in X-Forwarded-For or Forwarded is not the proxy’s', async () => {
    const answer = await atProxyPort('127.0.0.1', {
      'client-cert': byteSequence(pharmacist),
      'x-forwarded-for': proxyAddress,
      forwarded: `for=${proxyAddress}`,
    })
    assert.equal(answer.code, 'CARD_PROXY_UNKNOWN')
  })

  test('at the card port is refused, with a card and without', async () => {
    const headers = { 'client-cert': byteSequence(pharmacist) }
    for (const card of [nurse, null]) {
      assert.equal((await showCard(door.cardUrl, card, { headers })).code, 'CARD_HEADER_REFUSED')
    }
    const chain = { 'Client-Cert-Chain': byteSequence(pharmacist) }
    assert.equal(
      (await showCard(door.cardUrl, nurse, { headers: chain })).code,
      'CARD_HEADER_REFUSED',
    )
  })

  test('at the portal’s port is refused and opens nothing', async () => {
    const headers = { 'client-cert': byteSequence(pharmacist) }
    for (const path of [
      routes.loginCard,
      `${routes.loginCardCallback}?state=${anyState}&assertion=x`,
    ]) {
      const answer = await fetch(`${door.url}${path}`, { headers, redirect: 'manual' })
      assert.equal(answer.headers.get('location'), '/pro/?problem=CARD_HEADER_REFUSED')
      assert.deepEqual(answer.headers.getSetCookie(), [])
    }
    const session = await fetch(`${door.url}${routes.session}`, { headers })
    assert.equal(((await session.json()) as { code: string }).code, 'SESSION_MISSING')
  })

  const smuggled: Record<string, string | string[]> = {
    'twice, the client’s beside the proxy’s': ['1', '2'],
    'as a list in one line': 'LIST',
    'as PEM': 'PEM',
    'as base64 without colons': 'BARE',
    'with a parameter': 'PARAMETER',
    empty: '::',
    'too long': `:${'A'.repeat(30_000)}:`,
  }
  for (const [how, value] of Object.entries(smuggled)) {
    test(`${how} is refused with CARD_HEADER_REFUSED`, async () => {
      const one = byteSequence(pharmacist)
      const values: Record<string, string | string[]> = {
        LIST: `${one}, ${byteSequence(nurse)}`,
        PEM: encodeURIComponent(pharmacist.certificate),
        BARE: one.slice(1, -1),
        PARAMETER: `${one};a=1`,
      }
      const sent = Array.isArray(value) ? [byteSequence(nurse), one] : (values[value] ?? value)
      const answer = await atProxyPort(proxyAddress, { 'client-cert': sent })
      assert.equal(answer.code, 'CARD_HEADER_REFUSED')
    })
  }
})
