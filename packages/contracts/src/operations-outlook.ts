/** What operations see coming: the next peak, and professionals whose day was odd. */
import { type Static, Type } from 'typebox'
import { Count, NullableText, ProfessionalId, Reason, strict } from './operations-parts.ts'

const NullableNumber = Type.Union([Type.Number(), Type.Null()])

export const ForecastView = Type.Object({
  /** The busiest hour of the next seven days, by the clock in metropolitan France. */
  peak: Type.Object({
    day: Type.String(),
    hour: Type.Integer({ minimum: 0, maximum: 23 }),
    expected: Type.Number(),
    /** Four times in five it comes between these two. */
    low: Type.Number(),
    high: Type.Number(),
  }),
  /** Screenings a second: as `sidep bench issue` measured them (CAPACITY_PER_SECOND); null: nobody has said. */
  capacityPerSecond: NullableNumber,
  /** What the busiest quarter of an hour ever brought here, a second: the portal can do as much at least. */
  busiestPerSecond: Type.Number(),
  /** How good forecasts were lately, beside the same hour a week before; null: too few weeks to tell. */
  backtest: Type.Union([
    Type.Object({
      weeks: Count,
      scaledError: Type.Number(),
      meanAbsoluteError: Type.Number(),
      naiveMeanAbsoluteError: Type.Number(),
      coverage: Type.Number(),
    }),
    Type.Null(),
  ]),
})
export type ForecastView = Static<typeof ForecastView>

/** `GET /api/operations/fraud`: those that are open, the weightiest first. */
export const FraudAlertView = Type.Object({
  professional: Type.String(),
  openedAt: Type.String(),
  lastAt: Type.String(),
  /** From then on what the day has that it is about. */
  since: Type.String(),
  entries: Count,
  points: Type.Number(),
  evidence: Type.Array(
    Type.Object({ code: Type.String(), value: Type.Number(), points: Type.Number() }),
  ),
  sites: Type.Array(Type.String()),
  /** Whether the account is suspended already. */
  isSuspended: Type.Boolean(),
})
export type FraudAlertView = Static<typeof FraudAlertView>
export const FraudAlertsView = Type.Object({ alerts: Type.Array(FraudAlertView) })
export type FraudAlertsView = Static<typeof FraudAlertsView>

/** Of the open alerts, for the screen to know when to read them again. */
export const FraudFigures = Type.Object({
  open: Count,
  newestAt: NullableText,
  points: Type.Number(),
})
export type FraudFigures = Static<typeof FraudFigures>

/** `POST /api/operations/fraud/closures`. */
export const FraudClosure = Type.Object({ professional: ProfessionalId, reason: Reason }, strict)
export type FraudClosure = Static<typeof FraudClosure>
