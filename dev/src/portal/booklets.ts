/** Booklets that the fake portal has given, signed as real ones are. */
import {
  bookletHoursMax,
  bookletIdText,
  type ContinuityKeys,
  issueBooklet,
  type Sign,
} from '@sidep/continuity'
import type { BookletAnswer, BookletInput, SessionView } from '@sidep/contracts'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { parseFiness, parseProfessionalId } from '@sidep/identifiers'
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'

const maximum = 50
const renewHours = 18
const testTypes = ['LP217198-3']
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const signerKeyId = Uint8Array.of(5, 1, 4, 1, 4, 2, 1, 3)

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))

const coordinate = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = base64ToBytes(text)
  if (!bytes.ok) throw new Error('a coordinate that its schema let in')
  return new Uint8Array(bytes.value)
}

export class BookletBooks {
  /** Ids of those that count, the newest first. */
  inForce: string[] = []
  readonly #now: () => Date
  #pair: Promise<CryptoKeyPair> | null = null

  constructor({ now }: { readonly now: () => Date }) {
    this.#now = now
  }

  async give(
    { counterKey, held }: BookletInput,
    { professional, site }: SessionView,
  ): Promise<BookletAnswer> {
    const siteId = parseFiness(site?.id ?? '')
    const professionalId = parseProfessionalId(professional.id)
    if (!siteId.ok || !professionalId.ok) throw new Error('a booklet is of somebody at a site')
    const notBefore = new Date(Math.floor(this.#now().getTime() / 1000) * 1000)
    const expiresAt = new Date(notBefore.getTime() + bookletHoursMax * hourMilliseconds)
    const id = bookletIdText(randomBytes(8))
    const siteName = site?.name ?? ''
    const grant = {
      id,
      country: 'FR',
      authority: 'sidep (essai)',
      siteId: siteId.value,
      siteName,
      professionalId: professionalId.value,
      maximum,
      testTypes,
      issuedAt: notBefore,
      notBefore,
      expiresAt,
      counterKey: { x: coordinate(counterKey.x), y: coordinate(counterKey.y) },
    }
    const signed = await issueBooklet(grant, signerKeyId, await this.#signer())
    this.inForce = [id, ...this.inForce.filter((other) => other === held)]
    return {
      id,
      signed: bytesToBase64(signed),
      retrievalSeed: bytesToBase64(randomBytes(32)),
      professionalId: professional.id,
      siteId: siteId.value,
      siteName,
      testTypes,
      maximum,
      notBefore: notBefore.toISOString(),
      expiresAt: expiresAt.toISOString(),
      renewAt: new Date(expiresAt.getTime() - renewHours * hourMilliseconds).toISOString(),
    }
  }

  /** What verifiers check its booklets with. */
  async keys(): Promise<ContinuityKeys> {
    const { publicKey } = await this.#keyPair()
    const now = this.#now().getTime()
    const [notBefore, notAfter] = [now - dayMilliseconds, now + dayMilliseconds]
    return [
      {
        keyId: signerKeyId,
        publicKey,
        notBefore: new Date(notBefore),
        notAfter: new Date(notAfter),
      },
    ]
  }

  #keyPair(): Promise<CryptoKeyPair> {
    this.#pair ??= crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
    return this.#pair
  }

  async #signer(): Promise<Sign> {
    const { privateKey } = await this.#keyPair()
    return async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(ecdsa, privateKey, new Uint8Array(bytes)))
  }
}
