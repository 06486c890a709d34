import {
  issueSlip,
  makeSlipCode,
  makeSlipSerial,
  writeSlipCode,
  writeSlipSerial,
} from '@sidep/continuity'
import { parseFiness } from '@sidep/identifiers'
import type { PrintedSlips } from './printed-slip.ts'

/** Slips as the portal gives them, signed by a key that nobody knows. */
export const sampleSlips = async (count: number, firstNumber = 1): Promise<PrintedSlips> => {
  const site = parseFiness('750712184')
  if (!site.ok) throw new Error('the sample site is one')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(
      await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        privateKey,
        new Uint8Array(bytes),
      ),
    )
  const issuedAt = new Date('2026-11-24T08:00:00Z')
  const expiresAt = new Date('2027-02-24T08:00:00Z')
  const origin = 'https://depistage.sante.example'
  const siteName = 'Pharmacie du Port de l’Océan, Brest'
  const slips = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const serial = makeSlipSerial(site.value, firstNumber + index, (bytes) =>
        crypto.getRandomValues(new Uint8Array(bytes)),
      )
      const grant = { serial, siteName, issuedAt, expiresAt }
      const code = makeSlipCode(site.value, (bytes) =>
        crypto.getRandomValues(new Uint8Array(bytes)),
      )
      return {
        printed: writeSlipSerial(serial),
        number: serial.number,
        issuedAt: issuedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        check: await issueSlip(grant, new Uint8Array(8), sign, origin),
        code: writeSlipCode(code),
        address: `${origin}/resultat/#${code.text}`,
      }
    }),
  )
  return { siteName, slips }
}
