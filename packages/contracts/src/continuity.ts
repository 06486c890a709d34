import { type Static, Type } from 'typebox'
import { ScreeningInput } from './screening.ts'

const strict = { additionalProperties: false } as const

/** UTC, as `Date.toISOString` writes it. */
const moment = {
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,3})?Z$',
  maxLength: 24,
} as const

/** 32 bytes in base64. */
const coordinate = { minLength: 44, maxLength: 44, pattern: '^[A-Za-z0-9+/]{43}=$' } as const

/** `POST /api/booklets`: a point on P-256, whose private half does not leave the counter. */
export const BookletInput = Type.Object(
  {
    counterKey: Type.Object({ x: Type.String(coordinate), y: Type.String(coordinate) }, strict),
    /**
     * The booklet that the counter has and goes on with until this one is in its hands; all others of this counter end.
     * Absent: all end.
     */
    held: Type.Optional(Type.String({ minLength: 16, maxLength: 16, pattern: '^[0-9a-f]{16}$' })),
  },
  strict,
)
export type BookletInput = Static<typeof BookletInput>

export const BookletAnswer = Type.Object({
  /** 16 hexadecimal digits. */
  id: Type.String(),
  /** The signed booklet, base64 of the CWT. */
  signed: Type.String(),
  /** Base64 of 32 bytes that only this counter is given: the codes of the persons' links follow from it. */
  retrievalSeed: Type.String(),
  professionalId: Type.String(),
  siteId: Type.String(),
  siteName: Type.String(),
  /** DCC test types that it may certify. */
  testTypes: Type.Array(Type.String()),
  maximum: Type.Integer(),
  notBefore: Type.String(),
  expiresAt: Type.String(),
  /** From then on less than 18 h are left: another is due. */
  renewAt: Type.String(),
})
export type BookletAnswer = Static<typeof BookletAnswer>

/** `GET /api/booklets`: those of this counter that still count, the newest first. */
export const BookletsInForce = Type.Object({ booklets: Type.Array(Type.String()) })
export type BookletsInForce = Static<typeof BookletsInForce>

/** Of one heartbeat; a counter that has more says the rest in the next one. */
export const lostSignInsMax = 20
const countMax = 1_000_000

/** `POST /api/counter/heartbeats`: how this counter has fared since its last one. Nobody is in it. */
export const HeartbeatInput = Type.Object(
  {
    /** The longest time that the portal could not be reached or did not answer; null: it could all the time. */
    offline: Type.Union([
      Type.Object({ since: Type.String(moment), until: Type.String(moment) }, strict),
      Type.Null(),
    ]),
    /** Numbers of its booklets that it used. */
    numbersUsed: Type.Integer({ minimum: 0, maximum: countMax }),
    /** Screenings that wait here to be sent. */
    waiting: Type.Integer({ minimum: 0, maximum: countMax }),
    /** Doors of sign-ins that left this page and never came back to it. */
    lostSignIns: Type.Array(Type.Union([Type.Literal('ecps'), Type.Literal('card')]), {
      maxItems: lostSignInsMax,
    }),
    /** The page is being closed: that nothing more is heard of it is as it should be. */
    leaving: Type.Optional(Type.Literal(true)),
  },
  strict,
)
export type HeartbeatInput = Static<typeof HeartbeatInput>

/** 16 hexadecimal digits. */
const BookletId = Type.String({ minLength: 16, maxLength: 16, pattern: '^[0-9a-f]{16}$' })

const WithdrawalReason = Type.Union([
  Type.Literal('stolen'),
  Type.Literal('lost'),
  Type.Literal('misused'),
  Type.Literal('replaced'),
])
export type WithdrawalReason = Static<typeof WithdrawalReason>

/** `POST /api/booklets/withdrawals`: one booklet of the site, or all that it was given until now. */
export const BookletWithdrawal = Type.Object(
  { booklet: Type.Optional(BookletId), reason: WithdrawalReason },
  strict,
)
export type BookletWithdrawal = Static<typeof BookletWithdrawal>

export const slipsPerSheetsMax = 48

/** `POST /api/slips`: sheets printed ahead of time, four slips to a page. */
export const SlipsInput = Type.Object(
  { count: Type.Integer({ minimum: 1, maximum: slipsPerSheetsMax }) },
  strict,
)
export type SlipsInput = Static<typeof SlipsInput>

const SlipView = Type.Object({
  /** 21 characters. */
  serial: Type.String(),
  /** As printed, in four groups. */
  printed: Type.String(),
  number: Type.Integer(),
  issuedAt: Type.String(),
  expiresAt: Type.String(),
})

export const SlipsAnswer = Type.Object({
  siteName: Type.String(),
  slips: Type.Array(
    Type.Intersect([
      SlipView,
      Type.Object({
        /** Text of the QR code for whoever checks: the signed sheet. It opens nothing. */
        check: Type.String(),
        /** As printed for the person, in six groups: what opens the result, together with the birth date. */
        code: Type.String(),
        /** Text of the QR code for the person: where the result will be. */
        address: Type.String(),
      }),
    ]),
  ),
})
export type SlipsAnswer = Static<typeof SlipsAnswer>

/** `GET /api/slips`: printed, not cancelled, not typed yet; oldest first. */
export const SlipList = Type.Object({ slips: Type.Array(SlipView), truncated: Type.Boolean() })
export type SlipList = Static<typeof SlipList>

export const slipsPerCancellationMax = 200

/** `POST /api/slips/cancellations`: these slips, or all that the site has printed until now. */
export const SlipCancellation = Type.Object(
  {
    serials: Type.Optional(
      Type.Array(Type.String({ minLength: 12, maxLength: 60 }), {
        minItems: 1,
        maxItems: slipsPerCancellationMax,
      }),
    ),
    reason: WithdrawalReason,
  },
  strict,
)
export type SlipCancellation = Static<typeof SlipCancellation>

/** `GET /api/site/notices`: acts on the whole site of the last days, the newest first. */
export const SiteNotice = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('booklets-withdrawn'), Type.Literal('slips-cancelled')]),
  reason: WithdrawalReason,
  /** Who did it. */
  by: Type.Object({ id: Type.String(), name: Type.String() }),
  at: Type.String(),
  /** It can be taken back until then. */
  undoUntil: Type.String(),
  undoneAt: Type.Union([Type.String(), Type.Null()]),
})
export type SiteNotice = Static<typeof SiteNotice>

export const SiteNoticeList = Type.Object({ notices: Type.Array(SiteNotice) })
export type SiteNoticeList = Static<typeof SiteNoticeList>

export const SlipCancellationAnswer = Type.Object({ cancelled: Type.Integer() })

/** Why a counter's own result is overridden where the portal has another. */
export const OverrideReason = Type.Union([
  Type.Literal('recorded-is-wrong'),
  Type.Literal('wrong-person'),
  Type.Literal('cannot-tell'),
])
export type OverrideReason = Static<typeof OverrideReason>

/** Items of one batch that the portal takes; a counter sends at most 50. */
export const reconciliationsPerBatchMax = 100
export const wastedPerBatchMax = 2_000

/** `POST /api/reconciliations`: what a counter certified or wrote by hand while it was alone. */
export const ReconciliationBatch = Type.Object(
  {
    items: Type.Array(
      Type.Union([
        Type.Object(
          {
            kind: Type.Literal('screening'),
            /** UUIDv7, that of the screening. */
            id: Type.String({ minLength: 36, maxLength: 36 }),
            /** The client's own; not kept. */
            version: Type.Optional(Type.Integer()),
            screening: ScreeningInput,
            /** Text of the provisional certificate that the person holds. */
            provisional: Type.Union([Type.String({ maxLength: 1_200 }), Type.Null()]),
            /** Serial of the slip that the person holds, as typed or scanned. */
            slip: Type.Union([Type.String({ maxLength: 60 }), Type.Null()]),
            /** After RESULT_ALREADY_SET: keep what was recorded, and flag this result with the reason. */
            aside: Type.Optional(OverrideReason),
          },
          strict,
        ),
        Type.Object(
          {
            kind: Type.Literal('ask'),
            id: Type.String({ minLength: 36, maxLength: 36 }),
            version: Type.Optional(Type.Integer()),
          },
          strict,
        ),
      ]),
      { maxItems: reconciliationsPerBatchMax },
    ),
    /** Numbers that no document carries. */
    wasted: Type.Array(Type.Object({ bookletId: BookletId, number: Type.Integer() }, strict), {
      maxItems: wastedPerBatchMax,
    }),
  },
  strict,
)

/** Of a line that is stored under another id than its own: the id under which a query finds this person and test. */
const recordedAs = Type.Optional(Type.String())

export const ReconciliationLine = Type.Union([
  Type.Object({ id: Type.String(), status: Type.Literal('acknowledged'), recordedAs }),
  Type.Object({ id: Type.String(), status: Type.Literal('definitive'), recordedAs }),
  Type.Object({
    id: Type.String(),
    status: Type.Literal('refused'),
    code: Type.String(),
    faults: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String() })),
  }),
  Type.Object({
    id: Type.String(),
    status: Type.Literal('later'),
    retryAfterSeconds: Type.Number(),
  }),
])
export type ReconciliationLine = Static<typeof ReconciliationLine>

export const ReconciliationAnswer = Type.Object({
  lines: Type.Array(ReconciliationLine),
  /** When the next batch is welcome; null at once. */
  retryAfterSeconds: Type.Union([Type.Number(), Type.Null()]),
})
export type ReconciliationAnswer = Static<typeof ReconciliationAnswer>

export const duplicatesPerRequestMax = 100

/** `POST /api/reconciliations/duplicates`: before papers are sent, whether the site has them already. */
export const DuplicatesInput = Type.Object(
  {
    screenings: Type.Array(
      Type.Object(
        {
          /** UUIDv7; a screening is no double of itself. */
          id: Type.String({ minLength: 36, maxLength: 36 }),
          familyName: Type.String({ minLength: 1, maxLength: 80 }),
          firstNames: Type.String({ maxLength: 80 }),
          birthDate: Type.String({ minLength: 4, maxLength: 10 }),
          /** RFC 3339 with offset. */
          sampledAt: Type.String({ minLength: 20, maxLength: 35 }),
        },
        strict,
      ),
      { maxItems: duplicatesPerRequestMax },
    ),
  },
  strict,
)
export type DuplicatesInput = Static<typeof DuplicatesInput>

/** Those of them whose person the site has sampled within the hour, with the nearest. */
export const DuplicatesAnswer = Type.Object({
  found: Type.Array(
    Type.Object({ id: Type.String(), sampledAt: Type.String(), recordedAt: Type.String() }),
  ),
})
export type DuplicatesAnswer = Static<typeof DuplicatesAnswer>
