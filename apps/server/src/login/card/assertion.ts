/**
 * What the card port tells the portal by way of the browser: whose card it saw, in which sign-in, just now.
 *
 * Invariants
 * - Only this portal can make or read one: it is sealed, so no name stands in an address or a log.
 * - It counts for a minute, for the sign-in (`state`) of one browser, once in the whole portal.
 */
import { type Static, Type } from 'typebox'
import type { Platform, Sql } from '../../platform/context.ts'
import { openValue, sealValue } from '../sealed-value.ts'
import type { CardName } from './card-sessions.ts'
import type { CardHolder } from './subject.ts'

const Person = {
  familyName: Type.String(),
  firstNames: Type.String(),
  title: Type.String(),
}

const Holder = Type.Union([
  Type.Object({ kind: Type.Literal('professional'), professionalId: Type.String(), ...Person }),
  Type.Object({
    kind: Type.Literal('employee'),
    employeeId: Type.String(),
    siteId: Type.String(),
    serial: Type.String(),
    organization: Type.String(),
    ...Person,
  }),
])

const Assertion = Type.Object({
  id: Type.String(),
  state: Type.String(),
  holder: Holder,
  /** `CardName`: issuer and serial number. */
  card: Type.Tuple([Type.String(), Type.String()]),
  /** Whether a revocation list past its next update decided. */
  overdue: Type.Boolean(),
  madeAtMilliseconds: Type.Integer(),
})
type Assertion = Static<typeof Assertion>

export const assertionSecondsMax = 60

/** Clocks of our own servers may differ by this much. */
const clockToleranceMilliseconds = 5_000
const context = 'card-assertion'
const charactersMax = 3_000

export interface SeenCard {
  readonly holder: Static<typeof Holder>
  readonly card: CardName
  readonly overdue: boolean
}

type AssertionPlatform = Pick<Platform, 'vault' | 'clock' | 'randomBytes'>

/** Makes the assertion of a card that was checked just now. */
export const makeAssertion = (
  { vault, clock, randomBytes }: AssertionPlatform,
  state: string,
  { holder, card, overdue }: SeenCard & { readonly holder: CardHolder },
): string => {
  const assertion: Assertion = {
    id: Buffer.from(randomBytes(16)).toString('base64url'),
    state,
    holder,
    card: [card.issuer, card.serial],
    overdue,
    madeAtMilliseconds: clock.now().getTime(),
  }
  return sealValue(vault, context, assertion)
}

/** One row an assertion: whoever writes it first has used it. */
const useOnce = async (database: Sql, id: string, expiresAt: Date): Promise<boolean> => {
  const rows = await database`
    insert into card_assertion (id, expires_at) values (${id}, ${expiresAt})
    on conflict (id) do nothing returning id`
  return rows.length === 1
}

export type AssertionReading =
  | { readonly ok: true; readonly value: SeenCard }
  | { readonly ok: false; readonly code: 'CARD_ASSERTION_INVALID' | 'CARD_ASSERTION_USED' }

/**
 * Takes an assertion for good.
 *
 * @param state of the sign-in that this browser began, from its own sealed cookie
 */
export const takeAssertion = async (
  { vault, clock, database }: Pick<Platform, 'vault' | 'clock' | 'database'>,
  text: string,
  state: string,
): Promise<AssertionReading> => {
  const assertion = openValue(vault, context, Assertion, text, charactersMax)
  if (assertion === null || assertion.state !== state) {
    return { ok: false, code: 'CARD_ASSERTION_INVALID' }
  }
  const age = clock.now().getTime() - assertion.madeAtMilliseconds
  if (age < -clockToleranceMilliseconds || age > assertionSecondsMax * 1000) {
    return { ok: false, code: 'CARD_ASSERTION_INVALID' }
  }
  const expiresAt = new Date(assertion.madeAtMilliseconds + 2 * assertionSecondsMax * 1000)
  if (!(await useOnce(database, assertion.id, expiresAt))) {
    return { ok: false, code: 'CARD_ASSERTION_USED' }
  }
  const { holder, card, overdue } = assertion
  const [issuer, serial] = card
  return { ok: true, value: { holder, card: { issuer, serial }, overdue } }
}

/** Removes the marks of assertions that no longer count anyway. */
export const sweepAssertions = async (database: Sql, now: Date): Promise<void> => {
  await database`delete from card_assertion where expires_at < ${now}`
}
