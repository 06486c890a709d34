/**
 * `sidep bench verify`: decode-and-verify of whole certificates, as the issuing thread reads back its own, beside bare
 * ECDSA P-256 verification of the same signatures in the same process: by node:crypto with the key and the DER signature in
 * hand, than which Node has nothing faster. The kinds of work take turns in short rounds, so that whatever else the machine
 * does meets all of them, and each is measured in processor time, so that idle cores and crypto threads do not count.
 */

import { KeyObject, verify as verifySync } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { bytesToBase64, coseToBeSigned } from '@sidep/encoding'
import { issueHcert, readHcert, testDcc } from '@sidep/hcert'
import { makeUvci } from '@sidep/identifiers'
import { ownPrimitives } from '@sidep/server/issuance/own-primitives.ts'
import { derSignature } from '@sidep/server/issuance/raw-signature.ts'
import { hourMilliseconds } from '@sidep/time'
import { loadTrust, type Trust } from '@sidep/trust'
import { makeKeySet } from '@sidep/trust/certificates'
import { verify } from '@sidep/verdict'
import type { LoadResult } from './load-result.ts'
import { median, quantile, rounded } from './statistics.ts'

export interface VerifyBenchOptions {
  /** How long to measure, all kinds of work together; at least 1. */
  readonly seconds: number
}

export interface VerifyBenchResult extends LoadResult<'verify'> {
  /** As many as could be done: nothing is held back and nothing waits. */
  readonly offeredPerSecond: number
  /** Certificates verified a second of the time given to verifying, on all cores. */
  readonly donePerSecond: number
  /** Verdicts other than accepted. */
  readonly failed: number
  /** One certificate alone, from text to verdict. */
  readonly p50Milliseconds: number
  /** Certificates a second of processor time: medians over rounds. */
  readonly perSecondPerCore: number
  /** Bare signatures a second of processor time, WebCrypto, as many side by side. */
  readonly rawEcdsaPerSecondPerCore: number
  /** The same by node:crypto, one after the other. */
  readonly rawNodeCryptoPerSecondPerCore: number
  /** perSecondPerCore over the faster of the two raw rates. */
  readonly shareOfRaw: number
}

/** Different certificates, so that nothing can be remembered from one to the next. */
const certificatesCount = 64
const sideBySide = 16
const roundMilliseconds = 150
/** Compilers and caches settle in these rounds; they are not counted. */
const warmUpRounds = 3

/** Certificates with what verifies them. */
export interface Material {
  readonly texts: readonly string[]
  readonly trust: Trust
  readonly at: Date
  readonly signatures: readonly {
    readonly publicKey: CryptoKey
    readonly signature: Uint8Array<ArrayBuffer>
    readonly toBeSigned: Uint8Array<ArrayBuffer>
  }[]
}

/** Measures for the time given; makes its own keys and certificates first. */
export const benchVerify = async ({ seconds }: VerifyBenchOptions): Promise<VerifyBenchResult> => {
  const material = await makeMaterial(new Date('2021-08-13T15:30:00Z'))
  const { texts, trust, at, signatures } = material
  let failed = 0
  const verifyOne = async (index: number): Promise<void> => {
    const { verdict } = await verify(pick(texts, index), trust, at, { kind: 'pass', country: 'FR' })
    if (verdict !== 'accepted') failed += 1
  }
  const rawOne = async (index: number): Promise<void> => {
    const { publicKey, signature, toBeSigned } = pick(signatures, index)
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    if (!(await crypto.subtle.verify(algorithm, publicKey, signature, toBeSigned))) failed += 1
  }
  const nodeOne = nodeCryptoVerifier(material, () => {
    failed += 1
  })
  const latencies: number[] = []
  const timedOne = async (index: number): Promise<void> => {
    const start = performance.now()
    await verifyOne(index)
    latencies.push(performance.now() - start)
  }

  const works = [
    { run: verifyOne, sideBySide, rates: new Rates() },
    { run: rawOne, sideBySide, rates: new Rates() },
    { run: nodeOne, sideBySide, rates: new Rates() },
    { run: timedOne, sideBySide: 1, rates: new Rates() },
  ] as const
  const end = performance.now() + Math.max(1, seconds) * 1000
  for (let round = 0; round <= warmUpRounds || performance.now() < end; round += 1) {
    if (round === warmUpRounds) latencies.length = 0
    for (const work of works) {
      const rate = await measure(work.run, work.sideBySide)
      if (round >= warmUpRounds) work.rates.add(rate)
    }
  }
  const [verifying, raw, nodeCrypto] = works.map(({ rates }) => rates)
  const perSecondPerCore = verifying?.perProcessorSecond() ?? Number.NaN
  const rawRate = raw?.perProcessorSecond() ?? Number.NaN
  const nodeRate = nodeCrypto?.perProcessorSecond() ?? Number.NaN
  const donePerSecond = rounded(verifying?.perSecond() ?? Number.NaN, 0)
  latencies.sort((left, right) => left - right)
  return {
    scenario: 'verify',
    seconds,
    offeredPerSecond: donePerSecond,
    donePerSecond,
    failed,
    lost: 0,
    duplicated: 0,
    p50Milliseconds: rounded(quantile(latencies, 0.5), 3),
    p99Milliseconds: rounded(quantile(latencies, 0.99), 3),
    cores: availableParallelism(),
    perSecondPerCore: rounded(perSecondPerCore, 0),
    rawEcdsaPerSecondPerCore: rounded(rawRate, 0),
    rawNodeCryptoPerSecondPerCore: rounded(nodeRate, 0),
    shareOfRaw: rounded(perSecondPerCore / Math.max(rawRate, nodeRate), 2),
  }
}

interface Rate {
  readonly perSecond: number
  readonly perProcessorSecond: number
}

class Rates {
  readonly #rates: Rate[] = []

  add(rate: Rate): void {
    this.#rates.push(rate)
  }

  perSecond(): number {
    return median(this.#rates.map(({ perSecond }) => perSecond))
  }

  perProcessorSecond(): number {
    return median(this.#rates.map(({ perProcessorSecond }) => perProcessorSecond))
  }
}

/** Does the work for one round, so many side by side. */
const measure = async (run: (index: number) => Promise<void>, atOnce: number): Promise<Rate> => {
  const processorStart = process.cpuUsage()
  const start = performance.now()
  let done = 0
  while (performance.now() - start < roundMilliseconds) {
    const first = done
    await Promise.all(Array.from({ length: atOnce }, (_, offset) => run(first + offset)))
    done += atOnce
  }
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(processorStart)
  return {
    perSecond: (done / milliseconds) * 1000,
    perProcessorSecond: (done / (user + system)) * 1e6,
  }
}

const nodeCryptoVerifier = (
  { signatures }: Material,
  failed: () => void,
): ((index: number) => Promise<void>) => {
  const [first] = signatures
  if (first === undefined) throw new Error('no certificates to measure with')
  const key = KeyObject.from(first.publicKey)
  const asked = signatures.map(({ signature, toBeSigned }) => ({
    toBeSigned,
    der: derSignature(signature),
  }))
  return async (index) => {
    const { der, toBeSigned } = pick(asked, index)
    if (!verifySync('sha256', toBeSigned, key, der)) failed()
  }
}

export const makeMaterial = async (at: Date): Promise<Material> => {
  const keys = await makeKeySet({ at, randomBytes: randomBytesOf, development: true })
  const { certificate, privateKey } = keys.signers.dcc
  const trust = await loadTrust({ dcc: [bytesToBase64(certificate)], twoddoc: [] })
  const [signer] = trust.signers
  if (signer === undefined) throw new Error('our own signer cannot be loaded')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(privateKey),
    algorithm,
    false,
    ['sign'],
  )
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        signingKey,
        new Uint8Array(bytes),
      ),
    )
  const texts = await Promise.all(
    Array.from({ length: certificatesCount }, (_, index) =>
      issueHcert(certificateOf(index, at), {
        issuer: 'FR',
        issuedAt: at,
        expiresAt: new Date(at.getTime() + 72 * hourMilliseconds),
        keyId: signer.keyId,
        sign,
      }),
    ),
  )
  const signatures = texts.map((text) => {
    const hcert = readHcert(text)
    if (!hcert.ok) throw new Error(`our own certificate cannot be read: ${hcert.code}`)
    const { signature } = hcert.cose
    return { publicKey: signer.publicKey, signature, toBeSigned: coseToBeSigned(hcert.cose) }
  })
  return { texts, trust: { ...trust, primitives: ownPrimitives }, at, signatures }
}

const certificateOf = (index: number, at: Date) =>
  testDcc({
    person: {
      familyName: `Lefèvre-Nguyễn ${'abcdefgh'[index % 8]}`,
      firstNames: 'Anne-Marie Gaëlle',
      birthDate: `19${50 + (index % 50)}-03-1${index % 10}`,
    },
    test: {
      disease: '840539006',
      testType: 'LP217198-3',
      device: '1232',
      sampledAt: new Date(at.getTime() - index * 60_000),
      result: 'negative',
      centre: 'Pharmacie du Parvis',
    },
    country: 'FR',
    issuer: 'Ministère de la Santé',
    uvci: makeUvci('FR', randomBytesOf),
  })

const randomBytesOf = (length: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(length))

const pick = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
