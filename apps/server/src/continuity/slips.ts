/** Slips: numbered sheets printed ahead of time, for when there is not even a computer. */

import {
  issueSlip,
  makeSlipCode,
  makeSlipSerial,
  parseSlipSerial,
  shortName,
  siteNameBytesMax,
  slipDaysMax,
  slipNumberMax,
  writeSlipCode,
  writeSlipSerial,
} from '@sidep/continuity'
import type { SlipList, SlipsAnswer, SlipsInput } from '@sidep/contracts'
import { parseFiness } from '@sidep/identifiers'
import { dayMilliseconds } from '@sidep/time'
import type { SiteActor } from '../platform/actor.ts'
import { Problem } from '../platform/problems.ts'
import type { ContinuityDependencies, ContinuityPlatform } from './dependencies.ts'
import { insertSlips, listSlipsOut, takeSlipNumbers } from './slip-store.ts'

/** A day of a busy pharmacy on paper. */
const slipsOutMax = 500
const listRowsMax = 500

/**
 * Prints slips: each has a signed code for whoever checks it, and another that opens its result, of which only the
 * hash is kept: it is on paper, and in the answer to who prints. Numbers are taken for good, whatever becomes of the sheets.
 * @throws Problem SLIPS_TOO_MANY when too many are out, or the site has used all its numbers
 */
export const printSlips = async (
  platform: ContinuityPlatform,
  dependencies: Pick<ContinuityDependencies, 'signer'>,
  { count }: SlipsInput,
  actor: SiteActor,
): Promise<SlipsAnswer> => {
  const { clock, database, randomBytes, origins, retrievalLinks } = platform
  const signer = dependencies.signer.current()
  const site = parseFiness(actor.site.id)
  if (!site.ok) throw new Problem('SITE_NOT_PERMITTED')
  const issuedAt = new Date(Math.floor(clock.now().getTime() / 1_000) * 1_000)
  const expiresAt = new Date(issuedAt.getTime() + slipDaysMax * dayMilliseconds)
  const bounds = { outMax: slipsOutMax, numberMax: slipNumberMax, at: issuedAt }
  const last = await takeSlipNumbers(database, site.value, count, bounds)
  if (last === null) throw new Problem('SLIPS_TOO_MANY')
  const siteName = shortName(actor.site.name, siteNameBytesMax)
  const slips = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const serial = makeSlipSerial(site.value, last - count + 1 + index, randomBytes)
      const grant = { serial, siteName, issuedAt, expiresAt }
      const sign = (bytes: Uint8Array) => signer.sign(bytes)
      const check = await issueSlip(grant, signer.keyId, sign, origins.person)
      return { serial, code: makeSlipCode(site.value, randomBytes), check }
    }),
  )
  const isStored = await insertSlips(database, {
    slips: slips.map(({ serial, code }) => ({
      serial,
      linkHash: retrievalLinks.hashOf(code.text),
    })),
    issuedAt,
    expiresAt,
    outMax: slipsOutMax,
    actor,
  })
  if (!isStored) throw new Problem('SLIPS_TOO_MANY')
  return {
    siteName,
    slips: slips.map(({ serial, code, check }) => ({
      serial: serial.text,
      printed: writeSlipSerial(serial),
      number: serial.number,
      issuedAt: issuedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      check,
      code: writeSlipCode(code),
      address: retrievalLinks.urlFor(code.text),
    })),
  }
}

/** Slips of a site that are printed, not cancelled and not typed, oldest first. */
export const slipsOut = async (
  { database, clock }: Pick<ContinuityPlatform, 'database' | 'clock'>,
  siteId: string,
): Promise<SlipList> => {
  const rows = await listSlipsOut(database, siteId, clock.now(), listRowsMax + 1)
  return {
    truncated: rows.length > listRowsMax,
    slips: rows.slice(0, listRowsMax).map(({ serial, number, issued_at, expires_at }) => ({
      serial,
      printed: writeSlipSerial({ text: serial }),
      number,
      issuedAt: issued_at.toISOString(),
      expiresAt: expires_at.toISOString(),
    })),
  }
}

/**
 * Reads serials as typed or scanned at a site.
 * @throws Problem REQUEST_INVALID with a fault for each that is none of this site
 */
export const parseSerials = (texts: readonly string[], siteId: string): string[] => {
  const site = parseFiness(siteId)
  const parsed = texts.map((text) => parseSlipSerial(text, site.ok ? site.value : undefined))
  const faults = parsed.flatMap((serial, index) =>
    serial.ok && serial.value.siteId === siteId
      ? []
      : [{ pointer: `/serials/${index}`, code: 'MALFORMED' as const }],
  )
  if (faults.length > 0) throw new Problem('REQUEST_INVALID', { faults })
  return parsed.flatMap((serial) => (serial.ok ? [serial.value.text] : []))
}
