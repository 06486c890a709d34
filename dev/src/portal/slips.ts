/** Slips that the fake portal has given, signed as real ones are. */
import {
  issueSlip,
  makeSlipCode,
  makeSlipSerial,
  parseSlipSerial,
  writeSlipCode,
  writeSlipSerial,
} from '@sidep/continuity'
import type { SlipCancellation, SlipsAnswer } from '@sidep/contracts'
import { parseFiness } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'

export type GivenSlip = SlipsAnswer['slips'][number]

const siteId = '750712184'
export const slipSiteName = 'Pharmacie du Parvis'
const validDays = 92

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))

export interface SlipBooksDependencies {
  readonly now: () => Date
  /** Where a person's result will be. */
  readonly origin: string
}

export class SlipBooks {
  /** Out: given, not cancelled, not typed. */
  readonly out = new Map<string, GivenSlip>()
  readonly cancellations: {
    readonly serials: readonly string[] | null
    readonly reason: SlipCancellation['reason']
  }[] = []
  readonly #now: () => Date
  readonly #origin: string
  #lastNumber = 0
  #pair: Promise<CryptoKeyPair> | null = null

  constructor({ now, origin }: SlipBooksDependencies) {
    this.#now = now
    this.#origin = origin
  }

  async give(count: number): Promise<GivenSlip[]> {
    const site = parseFiness(siteId)
    if (!site.ok) throw new Error('the site of the slips is one')
    const issuedAt = new Date(Math.floor(this.#now().getTime() / 1000) * 1000)
    const expiresAt = new Date(issuedAt.getTime() + validDays * dayMilliseconds)
    const given: GivenSlip[] = []
    for (let index = 0; index < count; index += 1) {
      this.#lastNumber += 1
      const serial = makeSlipSerial(site.value, this.#lastNumber, randomBytes)
      const code = makeSlipCode(site.value, randomBytes)
      const grant = { serial, siteName: slipSiteName, issuedAt, expiresAt }
      given.push({
        serial: serial.text,
        printed: writeSlipSerial(serial),
        number: serial.number,
        issuedAt: issuedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        check: await issueSlip(
          grant,
          new Uint8Array(8),
          (bytes) => this.#sign(bytes),
          this.#origin,
        ),
        code: writeSlipCode(code),
        address: `${this.#origin}/resultat/#${code.text}`,
      })
    }
    for (const slip of given) this.out.set(slip.serial, slip)
    return given
  }

  /** @param serial as typed, as printed or as scanned */
  use(serial: string): void {
    const read = parseSlipSerial(serial)
    this.out.delete(read.ok ? read.value.text : serial)
  }

  cancel({ serials, reason }: SlipCancellation): number {
    this.cancellations.push({ serials: serials ?? null, reason })
    const wanted = serials ?? [...this.out.keys()]
    return wanted.filter((serial) => this.out.delete(serial)).length
  }

  async #sign(bytes: Uint8Array): Promise<Uint8Array> {
    this.#pair ??= crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
      'verify',
    ])
    const { privateKey } = await this.#pair
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    return new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, new Uint8Array(bytes)))
  }
}
