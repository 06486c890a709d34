/** A session as the claims of its token, and back. Names are short because a cookie has room for 4,096 bytes. */
import type { Door, SiteView } from '@sidep/contracts'
import { type Static, Type } from 'typebox'
import type { SessionFacts, TakenUpDelegation } from './session.ts'

const version = 2
export const audience = 'sidep:session'

const NullableText = Type.Union([Type.String(), Type.Null()])
/** FINESS, name, postal code. */
const SiteTuple = Type.Tuple([Type.String(), Type.String(), NullableText])

export const Claims = Type.Object({
  v: Type.Literal(version),
  sub: Type.String(),
  fam: Type.String(),
  giv: Type.String(),
  pro: Type.String(),
  door: Type.Union([Type.Literal('ecps'), Type.Literal('card')]),
  site: NullableText,
  sites: Type.Array(SiteTuple),
  out: Type.Array(
    Type.Tuple([
      Type.String(),
      Type.Union([Type.Literal('FINESS_MISSING'), Type.Literal('FINESS_INVALID')]),
    ]),
  ),
  sid: Type.String(),
  /** The device key: `jkt` as in RFC 9449 §6.1. */
  cnf: Type.Optional(Type.Object({ jkt: Type.String() })),
  /** The provider's session and subject. */
  prv: Type.Optional(Type.Tuple([NullableText, NullableText])),
  /** Delegation: id, end, site; then the responsible: id, family name, first names, profession. */
  dlg: Type.Optional(
    Type.Tuple([
      Type.String(),
      Type.Integer(),
      SiteTuple,
      Type.Tuple([Type.String(), Type.String(), Type.String(), Type.String()]),
    ]),
  ),
  /** Carried past its normal life. */
  xt: Type.Optional(Type.Literal(true)),
  /** The strong sign-in (OpenID Connect Core §2). */
  auth_time: Type.Integer(),
  iat: Type.Integer(),
  due: Type.Integer(),
  exp: Type.Integer(),
})
export type Claims = Static<typeof Claims>

const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000)
export const dateOf = (seconds: number): Date => new Date(seconds * 1000)

type Site = Static<typeof SiteTuple>
const siteTuple = ({ id, name, postalCode }: SiteView): Site => [id, name, postalCode]
const siteOf = ([id, name, postalCode]: Site): SiteView => ({ id, name, postalCode })

const delegationTuple = (delegation: TakenUpDelegation): NonNullable<Claims['dlg']> => {
  const { id, familyName, firstNames, profession } = delegation.responsible
  return [
    delegation.id,
    secondsOf(delegation.endsAt),
    siteTuple(delegation.site),
    [id, familyName, firstNames, profession],
  ]
}

const delegationOf = (claim: Claims['dlg']): TakenUpDelegation | null => {
  if (claim === undefined) return null
  const [id, endsAt, site, [responsibleId, familyName, firstNames, profession]] = claim
  return {
    id,
    endsAt: dateOf(endsAt),
    site: siteOf(site),
    responsible: { id: responsibleId, familyName, firstNames, profession },
  }
}

export const claimsOf = (
  session: SessionFacts,
  issuedAt: Date,
  endsAt: Date,
): Claims & { aud: string } => {
  const { person, device, providerSession, providerSubject, delegation, extended } = session
  const hasProvider = providerSession !== null || providerSubject !== null
  return {
    v: version,
    aud: audience,
    sub: person.id,
    fam: person.familyName,
    giv: person.firstNames,
    pro: person.profession,
    door: session.door,
    site: session.site?.id ?? null,
    sites: session.sites.map(siteTuple),
    out: session.sitesLeftOut.map(({ name, reason }) => [name, reason]),
    sid: session.sessionId,
    ...(device === null ? {} : { cnf: { jkt: device } }),
    ...(hasProvider
      ? { prv: [providerSession, providerSubject] as [string | null, string | null] }
      : {}),
    ...(delegation === null ? {} : { dlg: delegationTuple(delegation) }),
    ...(extended ? { xt: true as const } : {}),
    auth_time: secondsOf(session.signedInAt),
    iat: secondsOf(issuedAt),
    due: secondsOf(session.renewBy),
    exp: secondsOf(endsAt),
  }
}

export const factsOf = (claims: Claims): SessionFacts => {
  const sites = claims.sites.map(siteOf)
  const door: Door = claims.door
  const delegation = delegationOf(claims.dlg)
  return {
    person: {
      id: claims.sub,
      familyName: claims.fam,
      firstNames: claims.giv,
      profession: claims.pro,
    },
    door,
    site: delegation?.site ?? sites.find(({ id }) => id === claims.site) ?? null,
    sites,
    sitesLeftOut: claims.out.map(([name, reason]) => ({ name, reason })),
    sessionId: claims.sid,
    device: claims.cnf?.jkt ?? null,
    providerSession: claims.prv?.[0] ?? null,
    providerSubject: claims.prv?.[1] ?? null,
    delegation,
    extended: claims.xt ?? false,
    signedInAt: dateOf(claims.auth_time),
    renewBy: dateOf(claims.due),
  }
}
